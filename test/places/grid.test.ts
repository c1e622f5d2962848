import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HaltError } from '../../shared/errors.ts';
import { compileArea } from '../../shared/places/areas/area.ts';
import { type Box, containsPoint, heightM, widthM } from '../../shared/places/areas/box.ts';
import { canSplit, firstCells, splitCell } from '../../shared/places/grid.ts';
import { areaAndPoint } from './areas/area-arbitrary.ts';

const attica: Box = { west: 23.5, south: 37.8, east: 24.1, north: 38.3 };
const boxArea = (box: Box) => compileArea({ box }, 0);

describe('firstCells', () => {
  it('cuts a box into rows and columns of at most the size', () => {
    const cells = firstCells(boxArea(attica), { maxKm: 20 });
    expect(cells).toHaveLength(9);
    expect(Math.max(...cells.map(widthM), ...cells.map(heightM))).toBeLessThanOrEqual(20_000);
    expect(cells[0]).toMatchObject({ west: 23.5, south: 37.8 });
    expect(cells[8]).toMatchObject({ east: 24.1, north: 38.3 });
  });

  it('is one cell where the area is small', () => {
    expect(firstCells(boxArea(attica), { maxKm: 100 })).toEqual([attica]);
  });

  it('puts fewer cells into a row near the pole', () => {
    const cells = firstCells(boxArea({ west: -180, south: 0, east: 180, north: 90 }), { maxKm: 1_000 });
    const rows = Map.groupBy(cells, ({ south }) => south);
    const counts = [...rows.values()].map((row) => row.length);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect([counts[0], counts.at(-1)]).toEqual([40, 3]);
  });

  it('leaves out cells that the area does not overlap', () => {
    const triangle = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [10, 0],
          [0, 10],
          [0, 0],
        ],
      ],
    };
    const cells = firstCells(compileArea({ geojson: triangle }, 0), { maxKm: 111.32 });
    expect(cells.length).toBeLessThan(70);
    expect(cells.some(({ west, south }) => west > 6 && south > 6)).toBe(false);
  });

  it('finds the few cells of a thin area in a large one', () => {
    const line = {
      type: 'Polygon',
      coordinates: [
        [
          [-80, -80],
          [80, 80],
          [80, 80.01],
          [-80, -80],
        ],
      ],
    };
    const cells = firstCells(compileArea({ geojson: line }, 0), { maxKm: 20 });
    expect(cells.length).toBeGreaterThan(1_000);
    expect(cells.length).toBeLessThan(10_000);
  });

  it('halts above 100,000 cells', () => {
    const world = boxArea({ west: -180, south: -90, east: 180, north: 90 });
    expect(() => firstCells(world, { maxKm: 30 })).toThrow(HaltError);
  });

  it('has every point of the area in a cell, and in a part of it after any splits', () => {
    const turns = fc.array(fc.boolean(), { maxLength: 12 });
    const size = fc.constantFrom(1_000, 3_000, 25_000);
    fc.assert(
      fc.property(areaAndPoint, size, turns, ({ area, point }, maxKm, choices) => {
        let holding = firstCells(area, { maxKm }).filter((cell) => containsPoint(cell, point));
        expect(holding.length).toBeGreaterThan(0);
        for (const isLast of choices) {
          const cell = isLast ? holding.at(-1) : holding[0];
          const parts = cell ? splitCell(cell).filter((part) => area.overlaps(part)) : [];
          holding = parts.filter((part) => containsPoint(part, point));
          expect(holding.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('splitCell', () => {
  const side = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
  const anyBox = fc
    .tuple(side(180), side(90), side(180), side(90))
    .map(
      ([a, b, c, d]): Box => ({
        west: Math.min(a, c),
        south: Math.min(b, d),
        east: Math.max(a, c),
        north: Math.max(b, d),
      }),
    )
    .filter(({ west, south, east, north }) => east - west > 1e-6 && north - south > 1e-6);

  it('tiles the cell exactly', () => {
    fc.assert(
      fc.property(anyBox, (box) => {
        const parts = splitCell(box);
        const souths = new Set(parts.map(({ south }) => south));
        const [rows, columns] = [souths.size, parts.length / souths.size];
        for (const [index, part] of parts.entries()) {
          const [below, before] = [
            parts[index - columns],
            index % columns > 0 ? parts[index - 1] : undefined,
          ];
          expect(part.west).toBe(before?.east ?? box.west);
          expect(part.south).toBe(below?.north ?? box.south);
          if (index % columns === columns - 1) expect(part.east).toBe(box.east);
          if (index >= (rows - 1) * columns) expect(part.north).toBe(box.north);
          expect(part.west < part.east && part.south < part.north).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('makes quarters, of a long cell halves', () => {
    expect(splitCell({ west: 0, south: 0, east: 2, north: 2 })).toEqual([
      { west: 0, south: 0, east: 1, north: 1 },
      { west: 1, south: 0, east: 2, north: 1 },
      { west: 0, south: 1, east: 1, north: 2 },
      { west: 1, south: 1, east: 2, north: 2 },
    ]);
    expect(splitCell({ west: 0, south: 0, east: 4, north: 1 })).toEqual([
      { west: 0, south: 0, east: 2, north: 1 },
      { west: 2, south: 0, east: 4, north: 1 },
    ]);
    expect(splitCell({ west: 0, south: 0, east: 1, north: 4 })).toEqual([
      { west: 0, south: 0, east: 1, north: 2 },
      { west: 0, south: 2, east: 1, north: 4 },
    ]);
  });
});

describe('canSplit', () => {
  it('asks whether the sides it would cut are long enough', () => {
    const square = { west: 0, south: 0, east: 0.01, north: 0.01 };
    expect(canSplit(square, { minKm: 0.55 })).toBe(true);
    expect(canSplit(square, { minKm: 0.56 })).toBe(false);
    const long = { ...square, east: 0.04 };
    expect(canSplit(long, { minKm: 2.2 })).toBe(true);
    expect(canSplit(long, { minKm: 2.3 })).toBe(false);
  });

  it.each([
    ['the height of a box that is cut both ways', { north: 0.01, east: 0.015 }],
    ['the width of a box that is cut both ways', { north: 0.015, east: 0.01 }],
    ['the height alone of a high box', { north: 0.01, east: 0.001 }],
    ['the width alone of a wide box', { north: 0.001, east: 0.01 }],
  ])('goes by %s', (_, sides) => {
    const box = { west: 0, south: 0, ...sides };
    expect([0.55, 0.56].map((minKm) => canSplit(box, { minKm }))).toEqual([true, false]);
    for (const part of splitCell(box)) {
      expect(Math.max(widthM(part), heightM(part))).toBeGreaterThanOrEqual(550);
    }
  });
});
