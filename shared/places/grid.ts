import { HaltError } from '../errors.ts';
import type { Area } from './areas/area.ts';
import { type Box, heightM, widthM } from './areas/box.ts';

/** Each cell is a request at least: an area with more cells is a mistake of the job. */
const maxCells = 100_000;

/**
 * The cells a search of the area begins with: its bounding boxes in rows of equal height, each row in cells of equal
 * width, none longer or wider than `maxKm`; from the south, and in a row from the west. Cells that the area does not
 * overlap are left out. Every point of the area lies in one of them. Throws `HaltError` GRID_TOO_LARGE above
 * 100,000 cells.
 */
export function firstCells(
  area: Pick<Area, 'name' | 'boxes' | 'overlaps'>,
  { maxKm }: { maxKm: number },
): Box[] {
  const cells: Box[] = [];
  for (const box of area.boxes) {
    for (const row of piecesOver(box, 'lat', Math.ceil(heightM(box) / maxKm / 1_000), area)) {
      for (const cell of piecesOver(row, 'lng', Math.ceil(widthM(row) / maxKm / 1_000), area)) {
        cells.push(cell);
        if (cells.length <= maxCells) continue;
        const message = `${area.name} has more than ${maxCells} cells of ${maxKm} km`;
        throw new HaltError('GRID_TOO_LARGE', message);
      }
    }
  }
  return cells;
}

/**
 * The four quarters of a box; its two halves where one side is more than twice as long as the other. They share its
 * edges and each other's bit by bit.
 */
export function splitCell(box: Box): Box[] {
  const { lats, lngs } = cuts(box);
  const [souths, wests] = [lats ? [0, 1] : [0], lngs ? [0, 1] : [0]];
  return souths.flatMap((row) => {
    const band = pieceOf(box, 'lat', souths.length, row, row + 1);
    return wests.map((column) => pieceOf(band, 'lng', wests.length, column, column + 1));
  });
}

/** Whether the sides that `splitCell` cuts would still be at least `minKm` (more than 0) long. */
export function canSplit(box: Box, { minKm }: { minKm: number }): boolean {
  const { lats, lngs } = cuts(box);
  const minM = minKm * 1_000;
  return (!lats || heightM(box) / 2 >= minM) && (!lngs || widthM(box) / 2 >= minM);
}

function cuts(box: Box): { lats: boolean; lngs: boolean } {
  const [width, height] = [widthM(box), heightM(box)];
  return { lats: width <= 2 * height, lngs: height <= 2 * width };
}

type Axis = 'lat' | 'lng';

/** Of `count` equal pieces of a box, those that the area overlaps. Pieces outside of it are skipped in large steps. */
function* piecesOver(
  box: Box,
  axis: Axis,
  count: number,
  area: Pick<Area, 'overlaps'>,
  from = 0,
  to = count,
): Generator<Box> {
  const run = pieceOf(box, axis, count, from, to);
  if (!area.overlaps(run)) return;
  if (to - from === 1) {
    yield run;
    return;
  }
  const middle = Math.floor((from + to) / 2);
  yield* piecesOver(box, axis, count, area, from, middle);
  yield* piecesOver(box, axis, count, area, middle, to);
}

function pieceOf(box: Box, axis: Axis, count: number, from: number, to: number): Box {
  if (axis === 'lat') {
    const south = cutBetween(box.south, box.north, from, count);
    return { ...box, south, north: cutBetween(box.south, box.north, to, count) };
  }
  const west = cutBetween(box.west, box.east, from, count);
  return { ...box, west, east: cutBetween(box.west, box.east, to, count) };
}

/** Computes each cut once, so that neighbouring cells share their edge bit by bit. */
function cutBetween(start: number, end: number, index: number, count: number): number {
  if (index === 0) return start;
  return index === count ? end : start + (end - start) * (index / count);
}
