import type { CellFact } from '../../model.ts';
import { splitCell } from '../grid.ts';
import { keyOfBox, type SearchedCells } from './cells.ts';

/** A split cell of which all parts were read. */
interface Judge {
  level: number;
  /** Places named beneath it for each one that its own, capped answer named; 1 at least. */
  ratio: number;
}

/**
 * How many places a saturated cell may hold besides those it named, or `unknown` when there is nothing to judge by.
 *
 * Other cells of the same query were full too, but could be split, and everything beneath some of them was read in
 * the end. Of these, the ones nearest in level (the smaller ones of two) show how much a full answer hides: the
 * median of places named beneath, for each place that the full answer named. A saturated cell is taken to hide as
 * much. It is smaller than they are, which makes the number rather too high; but it is in the densest part of the
 * area, which makes it rather too low. Places that lie on an edge, or that a listing names for several cells, are
 * counted in each. It is a hint at the order of magnitude, and no bound.
 */
export function makeEstimate(ofOneQuery: SearchedCells[]): (cell: CellFact) => number | 'unknown' {
  const judges = ofOneQuery.flatMap(judgesAmong);
  const ratios = new Map<number, number | undefined>();
  return ({ level, found }) => {
    if (!ratios.has(level)) ratios.set(level, ratioFor(level, judges));
    const ratio = ratios.get(level);
    return ratio === undefined ? 'unknown' : Math.round(found * (ratio - 1));
  };
}

/** The median of the judges nearest to a level. */
function ratioFor(level: number, judges: Judge[]): number | undefined {
  const distance = (judge: Judge) => Math.abs(judge.level - level) - (judge.level > level ? 0.5 : 0);
  const nearest = judges.reduce((least, judge) => Math.min(least, distance(judge)), Infinity);
  const ratios = judges.filter((judge) => distance(judge) === nearest).map(({ ratio }) => ratio);
  ratios.sort((a, b) => a - b);
  const [low, high] = [ratios[(ratios.length - 1) >> 1], ratios[ratios.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function judgesAmong(searched: SearchedCells): Judge[] {
  const held = new Map<CellFact, number | undefined>();
  const judges: Judge[] = [];
  for (const cell of searched.cells.values()) {
    if (cell.end !== 'split' || cell.found === 0) continue;
    const beneath = heldBeneath(cell, searched, held);
    if (beneath !== undefined) judges.push({ level: cell.level, ratio: Math.max(1, beneath / cell.found) });
  }
  return judges;
}

/** Places named in a cell and all its parts; undefined if any of it was not read whole. */
function heldBeneath(
  cell: CellFact,
  searched: SearchedCells,
  held: Map<CellFact, number | undefined>,
): number | undefined {
  if (cell.end === 'whole') return cell.found;
  if (cell.end !== 'split') return undefined;
  if (held.has(cell)) return held.get(cell);
  let sum: number | undefined = 0;
  for (const box of splitCell(cell.box)) {
    const part = searched.cells.get(keyOfBox(box));
    // Parts outside of the area are not searched.
    if (part === undefined && !searched.area.overlaps(box)) continue;
    const beneath = part && heldBeneath(part, searched, held);
    sum = sum === undefined || beneath === undefined ? undefined : sum + beneath;
  }
  held.set(cell, sum);
  return sum;
}
