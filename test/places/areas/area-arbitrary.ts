import fc from 'fast-check';
import { type Area, type AreaInput, compileArea } from '../../../shared/places/areas/area.ts';
import type { Box } from '../../../shared/places/areas/box.ts';
import type { Position } from '../../../shared/places/areas/shape.ts';
import type { Point } from '../../../shared/places/place.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
/** Round numbers too, where edges meet. */
const lng = fc.oneof(
  number(-180, 180),
  fc.integer({ min: -18, max: 18 }).map((tens) => tens * 10),
);
const lat = fc.oneof(
  number(-90, 90),
  fc.integer({ min: -9, max: 9 }).map((tens) => tens * 10),
);

/** Of a side: its ends and middle more often. */
const share = fc.oneof(fc.constantFrom(0, 0.5, 1), number(0, 1));

const box: fc.Arbitrary<AreaInput> = fc
  .record({ west: lng, south: lat, east: lng, north: lat })
  .filter(({ west, east, south, north }) => Math.abs(west - east) > 1e-6 && north - south > 1e-6)
  .filter(({ west, east }) => !(west === 180 && east === -180))
  .map((sides) => ({ box: sides }));

const circle: fc.Arbitrary<AreaInput> = fc
  .record({ lat, lng, radiusM: fc.oneof(number(10, 5_000), number(10, 3_000_000), number(10, 20_000_000)) })
  .map((round) => ({ circle: round }));

/** A star around a centre with a hole in it; it may cross the antimeridian and touch a pole. */
const star: fc.Arbitrary<Position[][]> = fc
  .record({
    centre: fc.tuple(lng, lat),
    size: number(0.001, 60),
    spikes: fc.array(number(0.3, 1), { minLength: 3, maxLength: 12 }),
    hole: number(0.05, 0.6),
    isCut: fc.boolean(),
  })
  .map(({ centre, size, spikes, hole, isCut }) => {
    const ring = (factor: number): Position[] => {
      const corners = spikes.map((spike, index): Position => {
        const angle = (2 * Math.PI * index) / spikes.length;
        const x = centre[0] + size * spike * factor * Math.cos(angle);
        const y = centre[1] + size * spike * factor * Math.sin(angle);
        return [isCut && x > 180 ? x - 360 : x, Math.max(-90, Math.min(90, y))];
      });
      return [...corners, ...corners.slice(0, 1)];
    };
    return [ring(1), ring(hole)];
  });

const geojson: fc.Arbitrary<AreaInput> = fc
  .array(star, { minLength: 1, maxLength: 3 })
  .map((coordinates) => ({ geojson: { type: 'MultiPolygon', coordinates } }))
  .filter((settings) => isArea(settings));

/** Areas of all shapes, some across the antimeridian, around a pole, or with holes. */
export const anyArea: fc.Arbitrary<Area> = fc
  .oneof(box, circle, geojson)
  .map((settings) => compileArea(settings, 0));

/** An area and a point of it: within, or on its edge or a corner. */
export const areaAndPoint: fc.Arbitrary<{ area: Area; point: Point }> = fc
  .tuple(anyArea, fc.array(fc.tuple(share, share), { minLength: 8, maxLength: 8 }), fc.nat())
  .map(([area, shares, choice]) => {
    const box = area.boxes[choice % area.boxes.length];
    const within = shares.map(([x, y]) => pointIn(box, x, y));
    const corners = area.outlines.flat().map(([x, y]) => ({ lat: y, lng: normal(x) }));
    const corner = corners[choice % corners.length];
    const points = corner === undefined ? within : [...within.slice(choice % 9), corner, ...within];
    return { area, point: points.find((point) => area.contains(point)) };
  })
  .filter((found): found is { area: Area; point: Point } => found.point !== undefined);

function pointIn(box: Box | undefined, x: number, y: number): Point {
  const { west = 0, south = 0, east = 0, north = 0 } = box ?? {};
  return { lng: at(west, east, x), lat: at(south, north, y) };
}

/** Never beyond an end, as rounding might have it. */
function at(from: number, to: number, part: number): number {
  return Math.min(to, Math.max(from, from + (to - from) * part));
}

function isArea(settings: AreaInput): boolean {
  try {
    compileArea(settings, 0);
    return true;
  } catch {
    return false;
  }
}

function normal(x: number): number {
  if (x >= -180 && x <= 180) return x;
  return x > 180 ? x - 360 : x + 360;
}
