import { xmlText } from '../../text/xml-text.ts';
import type { SearchedCells } from './cells.ts';
import type { Coverage } from './coverage.ts';
import type { LeafEnd } from './marks.ts';
import { drawPanel, grouped, percent } from './panel.ts';

const pageWidth = 760;
const margin = 24;
const gutter = 24;
const headHeight = 92;
const maxPanels = 12;
/** At about 130 bytes each, the picture stays below 2 MB. */
const maxMarks = 10_000;

/**
 * A map of how far a run's searches cover its areas, as one SVG without links of at most about 2 MB: a panel for
 * each query in each area, 12 at most. Cells too small to be distinguished are drawn as one, by the worst of them.
 * `coverage` is that of the same searches.
 */
export function drawCoverage(searches: SearchedCells[], coverage: Coverage): string {
  const { svg, height } = drawPanels(searches.slice(0, maxPanels), coverage);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${pageWidth} ${height}" width="${pageWidth}" height="${height}" role="img">
<title>Coverage by cells</title>
<style>${style}</style>
<defs>${patterns}</defs>
<rect class="page" width="${pageWidth}" height="${height}" rx="8"/>
<text class="title" x="${margin}" y="32">Coverage by cells</text>
<text class="quiet" x="${margin}" y="52">${xmlText(subtitleOf(searches.length, coverage))}</text>
${drawLegend(coverage)}
${svg}
</svg>
`;
}

/** One panel over the whole width, or two a row. */
function drawPanels(searches: SearchedCells[], { parts }: Coverage): { svg: string; height: number } {
  const columns = searches.length === 1 ? 1 : 2;
  const width = (pageWidth - 2 * margin - (columns - 1) * gutter) / columns;
  const size = { width, mapHeight: columns === 1 ? 560 : 300, maxMarks: maxMarks / searches.length };
  const panels = searches.flatMap((searched, index) => {
    const part = parts[index];
    return part === undefined ? [] : [drawPanel(searched, part, size)];
  });
  let top = headHeight;
  const rows: string[] = [];
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    const placed = row.map(
      ({ svg }, column) =>
        `<g transform="translate(${margin + column * (width + gutter)} ${Math.round(top)})">\n${svg}\n</g>`,
    );
    rows.push(...placed);
    top += Math.max(...row.map(({ height }) => height));
  }
  return { svg: rows.join('\n'), height: Math.round(top + margin / 2) };
}

function subtitleOf(searches: number, { total }: Coverage): string {
  if (searches === 0) return 'No cell was searched.';
  const { missedInSaturated, cells, found } = total;
  const missed =
    missedInSaturated === 'unknown' ? 'an unknown number' : `about ${grouped(missedInSaturated)}`;
  return [
    `${grouped(cells)} ${cells === 1 ? 'cell' : 'cells'} · ${grouped(found)} found`,
    ...(total.byEnd.saturated > 0 ? [`${missed} missed where saturated`] : []),
    ...(searches > maxPanels ? [`the first ${maxPanels} of ${grouped(searches)} searches are drawn`] : []),
  ].join(' · ');
}

const legend: LeafEnd[] = ['whole', 'saturated', 'failed', 'skipped'];
const legendWidth = 178;

function drawLegend({ total }: Coverage): string {
  const entries = legend.map((end, index) => {
    const x = margin + index * legendWidth;
    const figures = `${end} ${grouped(total.byEnd[end])} (${percent(total.share[end])})`;
    const swatch = `<rect class="${end}" x="${x}" y="66" width="14" height="14"/>`;
    return `${swatch}<text class="quiet" x="${x + 20}" y="77">${xmlText(figures)}</text>`;
  });
  return entries.join('\n');
}

/** Incomplete cells are hatched, crossed or dotted too, for readers who cannot distinguish the colours. */
const patterns = [
  { end: 'saturated', lines: 'M-1 7L7 -1M-1 1L1 -1M5 7L7 5' },
  { end: 'failed', lines: 'M0 0L6 6M6 0L0 6' },
  { end: 'skipped', lines: 'M2 3h2' },
]
  .map(
    ({ end, lines }) =>
      `<pattern id="${end}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="${end}-ground" width="6" height="6"/><path class="${end}-lines" d="${lines}"/></pattern>`,
  )
  .join('');

/** The background is drawn too, since the surrounding page may be dark while the viewer prefers a light scheme. */
const style = `
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.page { fill: #ffffff; stroke: #d0d7de; }
.title { font-size: 17px; font-weight: 600; }
.panel { font-weight: 600; }
.quiet { fill: #59636e; font-size: 12px; }
.whole { fill: #b6dcc1; stroke: #ffffff; stroke-width: 0.5; }
.saturated { fill: url(#saturated); stroke: #9a5b00; stroke-width: 0.75; }
.failed { fill: url(#failed); stroke: #a40e26; stroke-width: 1.5; }
.skipped { fill: url(#skipped); stroke: #8c959f; stroke-width: 0.5; stroke-dasharray: 2 2; }
.saturated-ground { fill: #f6c453; }
.saturated-lines { fill: none; stroke: #9a5b00; }
.failed-ground { fill: #f4a6ad; }
.failed-lines { fill: none; stroke: #a40e26; }
.skipped-ground { fill: #e6eaef; }
.skipped-lines { fill: none; stroke: #59636e; stroke-width: 2; }
.outline { fill: none; stroke: #1f2328; stroke-width: 1.25; stroke-linejoin: round; fill-rule: evenodd; }
.scale { fill: none; stroke: #59636e; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .page { fill: #0d1117; stroke: #3d444d; }
  .quiet { fill: #9198a1; }
  .whole { fill: #1f5a37; stroke: #0d1117; }
  .saturated { stroke: #f0b64d; }
  .failed { stroke: #ff7b86; }
  .skipped { stroke: #6e7681; }
  .saturated-ground { fill: #6b4800; }
  .saturated-lines { stroke: #f0b64d; }
  .failed-ground { fill: #67101c; }
  .failed-lines { stroke: #ff7b86; }
  .skipped-ground { fill: #21262d; }
  .skipped-lines { stroke: #9198a1; }
  .outline { stroke: #f0f6fc; }
  .scale { stroke: #9198a1; }
}
`;
