/** Small charts as SVG, one panel below the other over one axis, readable on light and dark pages. */
import { type Scale, scaleOver, ticksOf } from './scale.ts';

export interface Chart {
  title: string;
  subtitle: string;
  /** Of the horizontal axis, which is logarithmic. */
  xTitle: string;
  panels: Panel[];
}

export interface Panel {
  title: string;
  /** From 0 unless it is logarithmic. */
  isLogarithmic?: boolean;
  /** One or two. */
  series: Series[];
}

export interface Series {
  name: string;
  points: { x: number; y: number }[];
}

const width = 760;
const left = 62;
const right = width - 34;
const headHeight = 66;
const panelHeight = 226;
const plotHeight = 158;
const footHeight = 26;

export function drawChart({ title, subtitle, xTitle, panels }: Chart): string {
  const height = headHeight + panels.length * panelHeight + footHeight;
  const xs = panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(({ x }) => x)));
  const x = scaleOver({ from: Math.min(...xs), to: Math.max(...xs), isLogarithmic: true }, [
    left + 26,
    right - 26,
  ]);
  const drawn = panels.map((panel, index) => drawPanel(panel, x, headHeight + index * panelHeight));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>${style}</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
<text class="title" x="24" y="32">${escaped(title)}</text>
<text class="quiet" x="24" y="52">${escaped(subtitle)}</text>
${drawn.join('\n')}
<text class="quiet middle" x="${(left + right) / 2}" y="${height - 14}">${escaped(xTitle)}</text>
</svg>
`;
}

function drawPanel({ title, isLogarithmic = false, series }: Panel, x: Scale, top: number): string {
  const plotTop = top + 36;
  const bottom = plotTop + plotHeight;
  const values = series.flatMap(({ points }) => points.map((point) => point.y));
  const range = { from: Math.min(...values), to: Math.max(...values), isLogarithmic };
  const ticks = ticksOf(range);
  const y = scaleOver({ from: ticks[0] ?? 0, to: ticks.at(-1) ?? 1, isLogarithmic }, [bottom, plotTop]);
  const lines = ticks.map(
    (tick) =>
      `<line class="grid" x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>` +
      `<text class="quiet end" x="${left - 8}" y="${y(tick) + 4}">${shortNumber(tick)}</text>`,
  );
  const positions = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))];
  const marks = positions.map(
    (at) => `<text class="quiet middle" x="${x(at)}" y="${bottom + 18}">${shortNumber(at)}</text>`,
  );
  const curves = series.map((one, index) => drawSeries(one, { index, all: series, x, y }));
  return `<text class="panel" x="24" y="${top + 18}">${escaped(title)}</text>
${drawLegend(series, top + 14)}
${[...lines, ...marks, ...curves].join('\n')}`;
}

interface Drawing {
  index: number;
  all: Series[];
  x: Scale;
  y: Scale;
}

function drawSeries({ points }: Series, { index, all, x, y }: Drawing): string {
  const line = points.map((point) => `${x(point.x)},${y(point.y)}`).join(' ');
  const marks = points.map((point) => drawMark(index, x(point.x), y(point.y)));
  const labels = points.map((point) => {
    const at = y(point.y) + (isUpper(point, index, all) ? -10 : 19);
    return `<text class="label series-${index}" x="${x(point.x)}" y="${at}">${longNumber(point.y)}</text>`;
  });
  return `<polyline class="line series-${index}" points="${line}"/>\n${[...marks, ...labels].join('\n')}`;
}

/** Its label goes above the line, that of the other series below: so they never meet. */
function isUpper(point: { x: number; y: number }, index: number, all: Series[]): boolean {
  const other = all.find((_, position) => position !== index)?.points.find(({ x }) => x === point.x);
  return other === undefined || point.y > other.y || (point.y === other.y && index === 0);
}

function drawMark(index: number, x: number, y: number): string {
  if (index === 0) return `<circle class="mark series-0" cx="${x}" cy="${y}" r="4"/>`;
  return `<rect class="mark series-1" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;
}

function drawLegend(series: Series[], y: number): string {
  const entryWidth = 176;
  const entries = series.map(({ name }, index) => {
    const x = right - entryWidth * (series.length - index) + 20;
    const line = `<polyline class="line series-${index}" points="${x - 12},${y} ${x + 12},${y}"/>`;
    return `${line}${drawMark(index, x, y)}<text class="quiet" x="${x + 20}" y="${y + 4}">${escaped(name)}</text>`;
  });
  return entries.join('\n');
}

/** 1,000,000 is `1M`. */
function shortNumber(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000}M`;
  return value >= 10_000 ? `${value / 1_000}k` : longNumber(value);
}

function longNumber(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: value < 10 ? 3 : 9 }).format(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** The background is drawn too, since the surrounding page may be dark while the viewer prefers a light scheme. */
const style = `
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.page { fill: #ffffff; stroke: #d0d7de; }
.title { font-size: 17px; font-weight: 600; }
.panel { font-weight: 600; }
.quiet { fill: #59636e; font-size: 12px; }
.middle, .label { text-anchor: middle; }
.end { text-anchor: end; }
.grid { stroke: #d8dee4; }
.line { fill: none; stroke-width: 2; }
.line.series-0 { stroke: #0969da; }
.line.series-1 { stroke: #bc4c00; stroke-dasharray: 5 4; }
.mark.series-0, .label.series-0 { fill: #0969da; }
.mark.series-1, .label.series-1 { fill: #bc4c00; }
.label { font-size: 12px; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .page { fill: #0d1117; stroke: #3d444d; }
  .quiet { fill: #9198a1; }
  .grid { stroke: #2a313c; }
  .line.series-0 { stroke: #58a6ff; }
  .line.series-1 { stroke: #f0883e; }
  .mark.series-0, .label.series-0 { fill: #58a6ff; }
  .mark.series-1, .label.series-1 { fill: #f0883e; }
  .label { stroke: #0d1117; }
}
`;
