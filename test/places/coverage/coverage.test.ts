import { describe, expect, it } from 'vitest';
import type { CellFact } from '../../../shared/model.ts';
import { compileArea } from '../../../shared/places/areas/area.ts';
import type { Box } from '../../../shared/places/areas/box.ts';
import { measureCoverage } from '../../../shared/places/coverage/coverage.ts';
import { firstCells, splitCell } from '../../../shared/places/grid.ts';

const square: Box = { west: 0, south: 0, east: 1, north: 1 };
const area = compileArea({ name: 'square', box: square }, 0);

function fact(box: Box, end: CellFact['end'], rest: Partial<CellFact> = {}): CellFact {
  return { query: 'dentist', area: 'square', box, level: 0, found: 0, end, ...rest };
}

/** A split cell and its parts, each with an end and a number found. */
function split(box: Box, level: number, found: number, parts: [CellFact['end'], number][]): CellFact[] {
  const beneath = splitCell(box).map((part, index) => {
    const [end, count] = parts[index] ?? ['whole', 0];
    return fact(part, end, { level: level + 1, found: count });
  });
  return [fact(box, 'split', { level, found }), ...beneath];
}

const [south = square] = splitCell(square);

describe('measureCoverage', () => {
  it('counts cells by how they ended, and the area they cover', () => {
    const facts = split(square, 0, 60, [
      ['whole', 40],
      ['saturated', 60],
      ['failed', 3],
      ['skipped', 0],
    ]);
    const { total, parts } = measureCoverage(facts, [area]);
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({
      query: 'dentist',
      area: 'square',
      cells: 5,
      byEnd: { whole: 1, split: 1, saturated: 1, failed: 1, skipped: 1 },
      found: 103,
      deepestLevel: 1,
      smallestCellM: 55_655,
    });
    const { share } = total;
    for (const kind of ['whole', 'saturated', 'failed', 'skipped'] as const) {
      expect(share[kind]).toBeCloseTo(0.25, 3);
    }
    expect(share.open).toBe(0);
    expect(total).toMatchObject({ cells: 5, found: 103 });
  });

  it('lists what was not read whole, with the reason', () => {
    const [first = square, second = square, third = square] = splitCell(square);
    const facts = [
      fact(first, 'saturated', { found: 60, level: 1 }),
      fact(second, 'failed', { code: 'SHAPE_CHANGED', level: 1 }),
      fact(third, 'skipped', { code: 'LIMIT_BUDGET', level: 1 }),
    ];
    const [part] = measureCoverage(facts, [area]).parts;
    expect(part).toMatchObject({
      saturated: [{ box: first, found: 60, missed: 'unknown' }],
      failed: [{ box: second, code: 'SHAPE_CHANGED' }],
      skipped: [{ box: third, code: 'LIMIT_BUDGET' }],
    });
  });

  it('calls open what no cell has come to an end in', () => {
    const { share } = measureCoverage([fact(south, 'whole')], [area]).total;
    expect(share.whole).toBeCloseTo(0.25, 3);
    expect(share.open).toBeCloseTo(0.75, 3);
  });

  it('counts a cell once that is reported twice', () => {
    const facts = [fact(square, 'failed'), fact(square, 'whole', { found: 5 })];
    expect(measureCoverage(facts, [area]).total).toMatchObject({ cells: 1, found: 5, byEnd: { failed: 0 } });
  });

  it('tells queries and areas apart, and adds them up', () => {
    const other = compileArea({ name: 'disc', circle: { lat: 0, lng: 10, radiusM: 100_000 } }, 1);
    const facts = [
      ...firstCells(other, { maxKm: 20 }).map((box) => fact(box, 'whole', { area: 'disc', found: 1 })),
      fact(square, 'whole', { query: 'hotel', found: 7 }),
      fact(square, 'saturated', { found: 60 }),
    ];
    const { total, parts } = measureCoverage(facts, [area, other]);
    expect(parts.map(({ query, area }) => [query, area])).toEqual([
      ['dentist', 'square'],
      ['hotel', 'square'],
      ['dentist', 'disc'],
    ]);
    expect(parts.map(({ share }) => share.whole)).toEqual([0, 1, 1]);
    expect(total.areaKm2 / (2 * area.areaKm2 + other.areaKm2)).toBeCloseTo(1, 4);
    expect(total.missedInSaturated).toBe('unknown');
  });

  it('sums up by query and by area, with each place once', () => {
    const other = compileArea({ name: 'other', box: { west: 2, south: 0, east: 3, north: 1 } }, 1);
    const named = (names: string[], rest: Partial<CellFact>) =>
      fact(square, 'whole', { found: names.length, named: names, ...rest });
    const facts = [
      named(['a', 'b'], {}),
      named(['b', 'c'], { query: 'hotel' }),
      named(['c'], { area: 'other', box: { west: 2, south: 0, east: 3, north: 1 }, end: 'saturated' }),
    ];
    const { total, byQuery, byArea } = measureCoverage(facts, [area, other]);
    expect(total).toMatchObject({ found: 5, places: 3 });
    expect(byQuery).toMatchObject([
      { query: 'dentist', found: 3, places: 3, share: { whole: 0.5, saturated: 0.5 } },
      { query: 'hotel', found: 2, places: 2, share: { whole: 1 } },
    ]);
    expect(byArea).toMatchObject([
      { area: 'square', found: 4, places: 3, share: { whole: 1 } },
      { area: 'other', found: 1, places: 1, share: { whole: 0, saturated: 1 } },
    ]);
  });

  it('does not say how many places there are where facts do not name them', () => {
    expect(measureCoverage([fact(square, 'whole', { found: 2 })], [area]).total.places).toBe('unknown');
  });

  it('is empty without facts, and plain JSON', () => {
    const coverage = measureCoverage([], [area]);
    expect(coverage).toMatchObject({ total: { cells: 0, areaKm2: 0, missedInSaturated: 0 }, parts: [] });
    expect(JSON.parse(JSON.stringify(coverage))).toEqual(coverage);
  });

  describe('of what may be missed', () => {
    const [a = square, b = square, c = square, d = square] = splitCell(square);

    it('knows nothing where no split cell was read whole', () => {
      const facts = split(square, 0, 60, [
        ['whole', 10],
        ['saturated', 60],
      ]);
      expect(measureCoverage(facts, [area]).total.missedInSaturated).toBe('unknown');
    });

    it('judges by the median of what full answers of the same query hid', () => {
      const facts = [
        fact(square, 'split', { found: 60 }),
        ...split(a, 1, 60, [
          ['whole', 60],
          ['whole', 30],
          ['whole', 0],
          ['whole', 0],
        ]),
        ...split(c, 1, 60, [
          ['whole', 59],
          ['whole', 59],
          ['whole', 59],
          ['whole', 63],
        ]),
        ...split(b, 1, 60, [
          ['whole', 50],
          ['whole', 50],
          ['whole', 50],
          ['whole', 30],
        ]),
        fact(d, 'saturated', { level: 1, found: 60 }),
      ];
      const { total, parts } = measureCoverage(facts, [area]);
      // Judges hold 1.5, 4 and 3 times what they named.
      expect(total.missedInSaturated).toBe(120);
      expect(parts[0]?.saturated).toEqual([{ box: d, level: 1, found: 60, missed: 120 }]);
    });

    it('does not judge by a cell whose parts were not all read', () => {
      const facts = [
        ...split(a, 1, 60, [
          ['whole', 60],
          ['whole', 60],
          ['failed', 0],
          ['whole', 60],
        ]),
        ...split(b, 1, 60, [['whole', 50]]).slice(0, 3),
        fact(d, 'saturated', { level: 1, found: 60 }),
      ];
      expect(measureCoverage(facts, [area]).total.missedInSaturated).toBe('unknown');
    });

    it('prefers the level nearest to the saturated cell', () => {
      const [aa = square] = splitCell(a);
      const facts = [
        fact(a, 'split', { level: 1, found: 60 }),
        ...split(aa, 2, 60, [
          ['whole', 60],
          ['whole', 30],
          ['whole', 0],
          ['whole', 0],
        ]),
        ...splitCell(a)
          .slice(1)
          .map((box) => fact(box, 'whole', { level: 2, found: 300 })),
        fact(d, 'saturated', { level: 3, found: 60 }),
      ];
      expect(measureCoverage(facts, [area]).total.missedInSaturated).toBe(30);
    });

    it('prefers the smaller ones of two levels that are as near', () => {
      const full = (found: number): [CellFact['end'], number][] => Array(4).fill(['whole', found]);
      const facts = [
        ...split(a, 1, 60, full(30)),
        ...split(b, 3, 60, full(59)),
        fact(d, 'saturated', { level: 2, found: 60 }),
      ];
      expect(measureCoverage(facts, [area]).total.missedInSaturated).toBe(176);
    });

    it('does not miss parts that lie outside of the area', () => {
      const west = compileArea({ name: 'square', box: { ...square, east: 0.4 } }, 0);
      const [wide] = [{ ...square }];
      const [first = square, , third = square] = splitCell(wide);
      const facts = [
        fact(wide, 'split', { found: 60 }),
        fact(first, 'whole', { level: 1, found: 60 }),
        fact(third, 'whole', { level: 1, found: 60 }),
        fact({ west: 0, south: 2, east: 1, north: 3 }, 'saturated', { found: 10 }),
      ];
      expect(measureCoverage(facts, [west]).total.missedInSaturated).toBe(10);
    });

    it('does not follow from the cells of another query', () => {
      const facts = [
        ...split(a, 1, 60, [
          ['whole', 60],
          ['whole', 60],
          ['whole', 60],
          ['whole', 60],
        ]),
        fact(d, 'saturated', { query: 'hotel', level: 1, found: 60 }),
      ];
      expect(measureCoverage(facts, [area]).total.missedInSaturated).toBe('unknown');
    });
  });
});
