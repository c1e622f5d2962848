import { describe, expect, it } from 'vitest';
import type { CellFact } from '../../../shared/model.ts';
import { compileArea } from '../../../shared/places/areas/area.ts';
import { groupCells } from '../../../shared/places/coverage/cells.ts';
import { frameOf } from '../../../shared/places/coverage/frame.ts';
import { marksOf } from '../../../shared/places/coverage/marks.ts';

/** At the equator, in a frame of a hundred pixels a degree: cells are given in pixels from the north-west. */
const area = compileArea({ name: 'square', box: { west: 0, south: -0.5, east: 1, north: 0.5 } }, 0);
const frame = frameOf(area, 100, 100);
type Cell = { x: number; y: number; px: number } & Partial<CellFact>;
const factOf = ({ x, y, px, ...facts }: Cell): CellFact => ({
  ...{ query: 'q', area: 'square', level: 3, found: 1, end: 'whole' },
  box: { west: x / 100, east: (x + px) / 100, north: 0.5 - y / 100, south: 0.5 - (y + px) / 100 },
  ...facts,
});
function marks(cells: Cell[], max: number) {
  const [searched] = groupCells(cells.map(factOf), [area]);
  if (searched === undefined) throw new Error('no search');
  const rounded = (value: number) => Math.round(value * 1_000) / 1_000;
  return marksOf(searched, frame, max).map(({ x, y, width, height, ...mark }) => ({
    ...mark,
    at: [x, y, width, height].map(rounded),
  }));
}

describe('marksOf', () => {
  it('draws each cell by itself where there may be as many, and none that was split', () => {
    const cells: Cell[] = [
      { x: 0, y: 0, px: 50, end: 'split' },
      { x: 10, y: 20, px: 5, end: 'skipped', found: 7 },
      { x: 60, y: 40, px: 2 },
    ];
    expect(marks(cells, 2)).toEqual([
      {
        ...{ end: 'skipped', found: 7, deepestLevel: 3, at: [10, 20, 5, 5] },
        cells: { failed: 0, saturated: 0, skipped: 1, whole: 0 },
      },
      {
        ...{ end: 'whole', found: 1, deepestLevel: 3, at: [60, 40, 2, 2] },
        cells: { failed: 0, saturated: 0, skipped: 0, whole: 1 },
      },
    ]);
  });

  it('merges the smallest into the square of their middle, with the worst end among them', () => {
    const cells: Cell[] = [
      { x: 20, y: 20, px: 20, end: 'saturated' },
      // Begins in one square of four pixels, and has its middle in the next.
      { x: 6.8, y: 2.8, px: 3, found: 5, level: 4 },
      { x: 8.5, y: 4.5, px: 3, end: 'failed', level: 6 },
      { x: 9, y: 5, px: 2, end: 'saturated', found: 3, level: 5 },
    ];
    expect(marks(cells, 2)).toEqual([
      expect.objectContaining({ end: 'saturated', at: [20, 20, 20, 20] }),
      {
        ...{ end: 'failed', found: 9, deepestLevel: 6, at: [8, 4, 4, 4] },
        cells: { failed: 1, saturated: 1, skipped: 0, whole: 1 },
      },
    ]);
  });

  it('keeps a cell that is as large as the squares', () => {
    const cells: Cell[] = [
      { x: 0, y: 0, px: 1 },
      { x: 2, y: 0, px: 2.001 },
      { x: 1, y: 1, px: 1 },
    ];
    expect(marks(cells, 2).map(({ at }) => at)).toEqual([
      [2, 0, 2.001, 2.001],
      [0, 0, 2, 2],
    ]);
  });
});
