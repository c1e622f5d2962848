import { xmlText } from '../../text/xml-text.ts';
import type { SearchedCells } from './cells.ts';
import type { PartCoverage } from './coverage.ts';
import { type Frame, frameOf, pathOf } from './frame.ts';
import { leafEnds, type Mark, marksOf } from './marks.ts';

/** One query in one area, drawn with its upper left corner at 0, 0. */
export interface Panel {
  svg: string;
  height: number;
}

const headHeight = 74;
const footHeight = 34;
const maxOutlinePoints = 2_500;

export function drawPanel(
  searched: SearchedCells,
  part: PartCoverage,
  { width, mapHeight, maxMarks }: { width: number; mapHeight: number; maxMarks: number },
): Panel {
  const frame = frameOf(searched.area, width - 4, mapHeight - 4);
  const marks = marksOf(searched, frame, maxMarks).map(drawMark);
  const outline = pathOf(searched.area, frame, maxOutlinePoints);
  // A margin of two pixels: the viewport would clip the outer half of the outline.
  const [mapWidth, tall] = [frame.width + 4, frame.height + 4].map((size) => size.toFixed(1));
  const title = `${shortened(part.query, width)} · ${shortened(part.area, width)}`;
  const svg = `<text class="panel" y="14">${xmlText(title)}</text>
${linesOf(part)
  .map((line, index) => `<text class="quiet" y="${32 + 16 * index}">${xmlText(line)}</text>`)
  .join('\n')}
<svg y="${headHeight}" width="${mapWidth}" height="${tall}" viewBox="-2 -2 ${mapWidth} ${tall}">
${marks.join('\n')}
<path class="outline" d="${outline}"/>
</svg>
${drawScale(frame)}`;
  return { svg, height: headHeight + frame.height + 4 + footHeight };
}

export function grouped(value: number): string {
  return value.toLocaleString('en');
}

/** A share as a percentage; only exactly nothing is shown as 0 %, and only all as 100 %. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return share < 1 && share > 0.999 ? '> 99.9 %' : `${Math.round(share * 1_000) / 10} %`;
}

/** Three lines, each short enough for half of the page. */
function linesOf({ cells, found, deepestLevel, smallestCellM, ...part }: PartCoverage): string[] {
  const { share, areaKm2, missedInSaturated, byEnd } = part;
  const shown = (...kinds: (keyof typeof share)[]) =>
    kinds.filter((kind) => share[kind] > 0).map((kind) => `${kind} ${percent(share[kind])}`);
  const km2 = `${areaKm2.toLocaleString('en', { maximumSignificantDigits: 3 })} km²`;
  const missed =
    missedInSaturated === 'unknown'
      ? 'unknown how many missed'
      : `about ${grouped(missedInSaturated)} missed`;
  const size = [`level ${deepestLevel}`, `smallest ${grouped(smallestCellM)} m`];
  return [
    [`${grouped(cells)} ${cells === 1 ? 'cell' : 'cells'}`, `${grouped(found)} found`, ...size],
    [km2, ...shown('whole', 'saturated')],
    [...(byEnd.saturated > 0 ? [missed] : []), ...shown('failed', 'skipped', 'open')],
  ].map((facts) => facts.join(' · '));
}

function drawMark(mark: Mark): string {
  const [x, y, width, height] = [mark.x, mark.y, mark.width, mark.height].map((size) =>
    Number(size.toFixed(1)),
  );
  const place = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  return `<rect class="${mark.end}" ${place}><title>${titleOf(mark)}</title></rect>`;
}

function titleOf({ cells, end, found, deepestLevel }: Mark): string {
  const kinds = leafEnds.filter((kind) => cells[kind] > 0);
  const isOne = kinds.length === 1 && cells[end] === 1;
  const what = isOne ? end : kinds.map((kind) => `${cells[kind]} ${kind}`).join(', ');
  return `${what} · ${found} found · level ${deepestLevel}`;
}

/** A round number of kilometres, as long as a quarter of the map at most but at least 30 pixels. */
function drawScale(frame: Frame): string {
  const kmPerPx = 111.195 / frame.perLat;
  const longest = Math.max(30, Math.min(140, frame.width / 4)) * kmPerPx;
  const power = 10 ** Math.floor(Math.log10(longest));
  const km = [5, 2, 1].map((step) => step * power).find((step) => step <= longest) ?? power;
  const length = (km / kmPerPx).toFixed(1);
  const y = headHeight + frame.height + 18;
  const label = km < 1 ? `${Number((km * 1_000).toPrecision(1))} m` : `${grouped(km)} km`;
  return `<path class="scale" d="M2 ${(y - 5).toFixed(1)}v5h${length}v-5"/><text class="quiet" x="${(Number(length) + 10).toFixed(1)}" y="${y.toFixed(1)}">${label}</text>`;
}

/** Cuts text to about half of the panel's width. */
function shortened(text: string, widthPx: number): string {
  const most = Math.floor(widthPx / 16);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
