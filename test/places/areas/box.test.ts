import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaKm2,
  type Box,
  centreOf,
  containsPoint,
  cutAtAntimeridian,
  heightM,
  radiusM,
  widthM,
} from '../../../shared/places/areas/box.ts';
import { distanceM } from '../../../shared/places/areas/sphere.ts';

const world: Box = { west: -180, south: -90, east: 180, north: 90 };
const attica: Box = { west: 23.5, south: 37.8, east: 24.1, north: 38.3 };

const anyBox = fc
  .tuple(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -90, max: 90, noNaN: true }),
  )
  .map(
    ([a, b, c, d]): Box => ({
      west: Math.min(a, b),
      south: Math.min(c, d),
      east: Math.max(a, b),
      north: Math.max(c, d),
    }),
  )
  .filter(({ west, south, east, north }) => east - west > 1e-9 && north - south > 1e-9);

describe('widthM and heightM', () => {
  it('measure a box at its middle latitude', () => {
    expect(widthM(attica) / 1_000).toBeCloseTo(0.6 * 111.32 * Math.cos((38.05 * Math.PI) / 180), 6);
    expect(heightM(attica) / 1_000).toBeCloseTo(0.5 * 111.32, 6);
  });

  it('leave a box at the pole some width', () => {
    expect(widthM({ west: 0, south: 89.999, east: 90, north: 90 })).toBeCloseTo(90 * 1_113.2, 3);
  });
});

describe('radiusM', () => {
  it('reaches every point of the box from its centre', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyBox, share, share, (box, x, y) => {
        const lng = box.west + (box.east - box.west) * x;
        const lat = box.south + (box.north - box.south) * y;
        expect(distanceM(centreOf(box), { lat, lng })).toBeLessThanOrEqual(radiusM(box));
      }),
      { numRuns: 300 },
    );
  });

  it('is half of the diagonal of a small box, with its margin', () => {
    const diagonal = Math.hypot(widthM(attica), heightM(attica)) / 2;
    expect(radiusM(attica) / diagonal).toBeCloseTo(1.006, 2);
  });

  it('is half of the earth round for the whole world', () => {
    expect(radiusM(world) / 1_000).toBeCloseTo(1.006 * 6_371.0088 * Math.PI, 3);
  });
});

describe('containsPoint', () => {
  it.each([
    ['a point on the western edge', { lat: 38, lng: 23.5 }, true],
    ['a point on the eastern edge', { lat: 38, lng: 24.1 }, true],
    ['a corner', { lat: 38.3, lng: 24.1 }, true],
    ['a point beyond an edge', { lat: 38, lng: 24.1000001 }, false],
    ['a point to the north', { lat: 38.4, lng: 24 }, false],
  ])('of %s is right', (_, point, expected) => {
    expect(containsPoint(attica, point)).toBe(expected);
  });

  it('takes 180 and -180 for the same meridian', () => {
    const eastern: Box = { west: -180, south: -20, east: -170, north: 0 };
    expect(containsPoint(eastern, { lat: -10, lng: 180 })).toBe(true);
    expect(containsPoint({ ...eastern, west: -179 }, { lat: -10, lng: 180 })).toBe(false);
  });
});

describe('cutAtAntimeridian', () => {
  const sides = { south: 0, north: 1 };
  it.each([
    ['leaves what does not cross it', { west: 170, east: 180 }, [[170, 180]]],
    [
      'cuts what crosses it in two',
      { west: 170, east: -170 },
      [
        [170, 180],
        [-180, -170],
      ],
    ],
    [
      'cuts what runs on past 180',
      { west: 170, east: 190 },
      [
        [170, 180],
        [-180, -170],
      ],
    ],
    [
      'turns what begins before -180',
      { west: -190, east: -170 },
      [
        [170, 180],
        [-180, -170],
      ],
    ],
    ['turns what begins at 180', { west: 180, east: -170 }, [[-180, -170]]],
    [
      'keeps what begins a hair before 180',
      { west: 180 - 2 ** -45, east: 190 },
      [
        [180 - 2 ** -45, 180],
        [-180, -170],
      ],
    ],
    ['makes one box of a full turn', { west: -90, east: 270 }, [[-180, 180]]],
    ['keeps the whole world', { west: -180, east: 180 }, [[-180, 180]]],
  ])('%s', (_, lngs, expected) => {
    const cut = cutAtAntimeridian({ ...sides, ...lngs });
    expect(cut).toEqual(expected.map(([west, east]) => ({ ...sides, west, east })));
  });
});

describe('areaKm2', () => {
  it('is that of the sphere for the whole world', () => {
    expect(areaKm2(world)).toBeCloseTo(4 * Math.PI * 6_371.0088 ** 2, 0);
  });
});
