import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HaltError } from '../../../shared/errors.ts';
import { type AreaInput, compileArea } from '../../../shared/places/areas/area.ts';
import { type Box, containsPoint } from '../../../shared/places/areas/box.ts';
import { anyArea, areaAndPoint } from './area-arbitrary.ts';

const compiled = (settings: AreaInput) => compileArea(settings, 0);
const multi = (...coordinates: number[][][][]) =>
  compiled({ geojson: { type: 'MultiPolygon', coordinates } });
const rect = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

describe('compileArea', () => {
  it.each<[AreaInput, string]>([
    [{ box: { west: 0, south: 0, east: 1, north: 1 } }, 'box 3'],
    [{ circle: { lat: 0, lng: 0, radiusM: 1 } }, 'circle 3'],
    [{ geojson: { type: 'Polygon', coordinates: [rect(0, 0, 1, 1)] } }, 'polygon 3'],
    [{ name: 'Attica', box: { west: 0, south: 0, east: 1, north: 1 } }, 'Attica'],
  ])('names an area by its shape and place where it has no name', (settings, name) => {
    expect(compileArea(settings, 2).name).toBe(name);
  });

  it('takes what is within its margin into an area, but not into its size', () => {
    const geojson = { type: 'Polygon', coordinates: [rect(10, 60, 11, 61)] };
    const [plain, wide] = [compiled({ geojson }), compiled({ geojson, marginKm: 5 })];
    // 60° north, 0.08 degrees of longitude are 4.4 km; 0.1 degrees are 5.6 km.
    const near = { lat: 60.5, lng: 9.92 };
    expect([plain.contains(near), wide.contains(near)]).toEqual([false, true]);
    expect(wide.contains({ lat: 60.5, lng: 9.88 })).toBe(false);
    expect(wide.contains({ lat: 61.04, lng: 10.5 })).toBe(true);
    const beside = { west: 11.01, south: 60.2, east: 11.05, north: 60.3 };
    expect([plain.overlaps(beside), wide.overlaps(beside)]).toEqual([false, true]);
    expect(wide.boxes.some((box) => containsPoint(box, near))).toBe(true);
    expect(wide.areaKm2).toBe(plain.areaKm2);
  });

  it('carries its margin across the antimeridian', () => {
    const area = compiled({ geojson: { type: 'Polygon', coordinates: [rect(179, 0, 180, 1)] }, marginKm: 5 });
    expect(area.contains({ lat: 0.5, lng: -179.97 })).toBe(true);
    expect(area.contains({ lat: 0.5, lng: -179.9 })).toBe(false);
    expect(area.overlaps({ west: -179.99, south: 0, east: -179, north: 1 })).toBe(true);
  });

  it('takes the polygons of a file as they are given', () => {
    const area = compileArea({ geojson: 'attica.geojson' }, 0, [
      [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    ]);
    expect(area.contains({ lat: 0.2, lng: 0.8 })).toBe(true);
  });

  it.each([
    ['runs on past 180 where it crosses the antimeridian', 170, -170, 190],
    ['ends where its box does', 170, 175, 175],
    ['goes around the earth', -180, 180, 180],
    ['has no width where its box has none', 170, 170, 170],
  ])('gives a box an outline that %s', (_, west, east, end) => {
    const [outline] = compiled({ box: { west, south: -20, east, north: -15 } }).outlines;
    expect(outline).toEqual([
      [west, -20],
      [end, -20],
      [end, -15],
      [west, -15],
      [west, -20],
    ]);
  });

  it('halts on an object that is no area', () => {
    expect(() => compiled({ geojson: { type: 'Point' } })).toThrow(HaltError);
  });
});

describe('an area', () => {
  it('never fails to overlap a box that shares a point with it', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const grown = fc.tuple(share, share, share, share, fc.constantFrom(0.000001, 0.01, 1, 40));
    fc.assert(
      fc.property(areaAndPoint, grown, ({ area, point: { lat, lng } }, [w, s, e, n, size]) => {
        const box: Box = {
          west: Math.max(-180, lng - w * size),
          south: Math.max(-90, lat - s * size),
          east: Math.min(180, lng + e * size),
          north: Math.min(90, lat + n * size),
        };
        fc.pre(box.west < box.east && box.south < box.north);
        expect(area.overlaps(box)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('has its points in its bounding boxes, which touch at most', () => {
    fc.assert(
      fc.property(areaAndPoint, ({ area: { boxes }, point }) => {
        expect(boxes.some((box) => containsPoint(box, point))).toBe(true);
        const sides = boxes.map(({ west, east }) => [west, east]).toSorted(([a = 0], [b = 0]) => a - b);
        expect(sides.flat()).toEqual(sides.flat().toSorted((a, b) => a - b));
        for (const { west, south, east, north } of boxes) {
          expect(-180 <= west && west < east && east <= 180).toBe(true);
          expect(-90 <= south && south < north && north <= 90).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has in the quarters of a box as much area as in the box', () => {
    fc.assert(
      fc.property(anyArea, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (area, share) => {
        const parts = area.boxes.flatMap((box) => {
          const lng = box.west + (box.east - box.west) * share;
          const lat = box.south + (box.north - box.south) * share;
          return [
            { ...box, east: lng, north: lat },
            { ...box, west: lng, north: lat },
            { ...box, east: lng, south: lat },
            { ...box, west: lng, south: lat },
          ];
        });
        const sum = parts.reduce((all, box) => all + area.areaInKm2(box), 0);
        expect(Math.abs(sum / area.areaKm2 - 1)).toBeLessThan(0.001);
      }),
    );
  });
});

describe('a circle', () => {
  it('reaches across the antimeridian', () => {
    const fiji = compiled({ circle: { lat: -17, lng: 179.9, radiusM: 50_000 } });
    expect(fiji.boxes.map(({ west, east }) => [west, east].map(Math.round))).toEqual([
      [179, 180],
      [-180, -180],
    ]);
    expect(fiji.contains({ lat: -17, lng: -179.8 })).toBe(true);
    expect(fiji.contains({ lat: -17, lng: -179 })).toBe(false);
  });

  it('goes all the way round where it holds a pole', () => {
    const arctic = compiled({ circle: { lat: 85, lng: 100, radiusM: 1_000_000 } });
    expect(arctic.boxes).toHaveLength(1);
    expect(arctic.boxes[0]).toMatchObject({ west: -180, east: 180, north: 90 });
    expect(arctic.contains({ lat: 87, lng: -80 })).toBe(true);
    expect(arctic.overlaps({ west: -81, south: 86.5, east: -79, north: 88 })).toBe(true);
  });

  it('leaves out boxes at the corners of its bounding box', () => {
    const round = compiled({ circle: { lat: 0, lng: 0, radiusM: 111_195 } });
    expect(round.overlaps({ west: 0.8, south: 0.8, east: 1, north: 1 })).toBe(false);
    expect(round.overlaps({ west: 0.7, south: 0.7, east: 1, north: 1 })).toBe(true);
  });
});

describe('polygons', () => {
  const ring = multi([rect(0, 0, 10, 10), rect(2, 2, 8, 8)]);

  it.each([
    ['between its rings', { lat: 1, lng: 5 }, true],
    ['in a hole', { lat: 5, lng: 5 }, false],
    ['on the edge of a hole', { lat: 2, lng: 5 }, true],
    ['on an edge', { lat: 10, lng: 5 }, true],
    ['on a corner', { lat: 10, lng: 10 }, true],
    ['beyond', { lat: 5, lng: 10.000001 }, false],
  ])('hold a point %s or not', (_, point, expected) => {
    expect(ring.contains(point)).toBe(expected);
  });

  it('overlap no box within a hole, but one around it', () => {
    expect(ring.overlaps({ west: 3, south: 3, east: 7, north: 7 })).toBe(false);
    expect(ring.overlaps({ west: 3, south: 3, east: 8, north: 7 })).toBe(true);
    expect(ring.overlaps({ west: -5, south: -5, east: 15, north: 15 })).toBe(true);
  });

  it('find their parts among thousands, one that crosses the antimeridian too', () => {
    const cells = Array.from({ length: 3_600 }, (_, index): Box => {
      const [west, south] = [20 + (index % 60) * 0.1, 30 + Math.floor(index / 60) * 0.1];
      return { west, south, east: west + 0.1, north: south + 0.1 };
    });
    const quarters = cells.map(({ west, south }) => [rect(west, south, west + 0.05, south + 0.05)]);
    const many = multi(...quarters, [rect(179, 0, 181, 1)]);
    const isQuarter = (box: Box) =>
      many.contains({ lat: box.south + 0.02, lng: box.west + 0.02 }) &&
      !many.contains({ lat: box.south + 0.07, lng: box.west + 0.02 }) &&
      many.overlaps(box) &&
      !many.overlaps({ ...box, west: box.west + 0.06, south: box.south + 0.06, east: box.east - 0.01 });
    expect(cells.filter(isQuarter)).toHaveLength(cells.length);
    const beyond = { west: -180, south: -1, east: -170, north: 2 };
    expect(many.contains({ lat: 0.5, lng: -179.5 })).toBe(true);
    expect(many.overlaps(beyond)).toBe(true);
    const inCells = cells.reduce((sum, cell) => sum + many.areaInKm2(cell), 0);
    expect(inCells + 2 * many.areaInKm2(beyond)).toBeCloseTo(many.areaKm2, 3);
  });

  it('are all that lies in any of them', () => {
    const both = multi([rect(0, 0, 10, 10)], [rect(5, 5, 15, 15)]);
    expect(both.contains({ lat: 7, lng: 7 })).toBe(true);
    expect(both.contains({ lat: 12, lng: 3 })).toBe(false);
  });

  it('mean the same cut at the antimeridian or across it', () => {
    const cut = multi([rect(170, 0, 180, 10)], [rect(-180, 0, -170, 10)]);
    const across = multi([rect(170, 0, 190, 10)]);
    const expected = [
      { west: -180, south: 0, east: -170, north: 10 },
      { west: 170, south: 0, east: 180, north: 10 },
    ];
    for (const area of [cut, across]) {
      expect(area.boxes).toEqual(expected);
      expect(area.contains({ lat: 5, lng: 180 }) && area.contains({ lat: 5, lng: -180 })).toBe(true);
      expect(area.contains({ lat: 5, lng: -169 })).toBe(false);
      expect(area.areaKm2).toBeCloseTo(
        2 * compiled({ box: { west: 0, south: 0, east: 10, north: 10 } }).areaKm2,
        3,
      );
    }
  });

  it('may touch both poles', () => {
    const all = multi([rect(-180, -90, 180, 90)]);
    expect(all.contains({ lat: 90, lng: 13 }) && all.contains({ lat: -90, lng: -180 })).toBe(true);
    expect(all.areaKm2).toBeCloseTo(4 * Math.PI * 6_371.0088 ** 2, 0);
  });

  it('that are far apart have bounding boxes of their own', () => {
    const france = multi([rect(-5, 42, 8, 51)], [rect(8.5, 41, 9.6, 43)], [rect(55, -21.4, 56, -20.8)]);
    expect(france.boxes).toEqual([
      { west: -5, south: 41, east: 9.6, north: 51 },
      { west: 55, south: -21.4, east: 56, north: -20.8 },
    ]);
  });
});
