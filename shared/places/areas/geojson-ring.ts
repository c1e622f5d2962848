import { boundsOf, ringArea } from './edges.ts';
import type { GeojsonFault } from './geojson-problem.ts';
import type { Position } from './shape.ts';

/**
 * One ring of a polygon, its longitudes running on past ±180 where it crosses the antimeridian. An outer ring
 * begins from -180 to 180; a hole lies within the longitudes of `outer`.
 */
export function readRing(
  value: unknown,
  path: PropertyKey[],
  outer?: Position[],
): { ring: Position[] } | GeojsonFault {
  if (!Array.isArray(value)) return { expected: 'a ring, which is a list of positions', path };
  if (value.length < 4) {
    return { expected: 'a ring of at least 4 positions, the last one equal to the first', path };
  }
  const ring: Position[] = [];
  for (const [index, each] of value.entries()) {
    const read = readPosition(each, [...path, index]);
    if ('expected' in read) return read;
    ring.push(read.position);
  }
  return refuseUnclosed(ring, path) ?? readTurns(ring, path, outer);
}

function readPosition(value: unknown, path: PropertyKey[]): { position: Position } | GeojsonFault {
  const [lng, lat]: unknown[] = Array.isArray(value) ? value : [];
  if (!isDegrees(lng) || !isDegrees(lat)) {
    return { expected: 'a position, which is [longitude, latitude]', path };
  }
  const isFar = Math.abs(lng) > 360 || Math.abs(lat) > 360;
  const inMetres = 'these seem to be metres: convert the shape to WGS 84';
  if (Math.abs(lat) > 90) {
    const hint = isFar ? inMetres : 'a position is [longitude, latitude], in this order';
    return { expected: 'a latitude from -90 to 90', hint, path: [...path, 1] };
  }
  if (Math.abs(lng) > 360) {
    return { expected: 'a longitude from -180 to 180', hint: inMetres, path: [...path, 0] };
  }
  return { position: [lng, lat] };
}

function isDegrees(value: unknown): value is number {
  return Number.isFinite(value);
}

function refuseUnclosed(ring: Position[], path: PropertyKey[]): GeojsonFault | undefined {
  const [first, last] = [ring[0], ring.at(-1)];
  if (first?.[0] === last?.[0] && first?.[1] === last?.[1]) return undefined;
  const hint = 'repeat its first position at the end';
  return { expected: 'a closed ring, its last position equal to its first', hint, path };
}

function readTurns(
  ring: Position[],
  path: PropertyKey[],
  outer: Position[] | undefined,
): { ring: Position[] } | GeojsonFault {
  if (ring.every(([lng]) => Math.abs(lng) > 180)) {
    const hint = 'longitudes past ±180 are for rings that cross the antimeridian';
    return { expected: 'longitudes from -180 to 180', hint, path };
  }
  const unrolled = unroll(ring);
  const [first, last] = [unrolled[0]?.[0] ?? 0, unrolled.at(-1)?.[0] ?? 0];
  const { west, east } = boundsOf(unrolled);
  if (Math.abs(last - first) > 180 || east - west > 360) {
    const hint = 'around a pole, cut it at the antimeridian and close it along the pole, or give a circle';
    return { expected: 'a ring that does not go all the way round the earth', hint, path };
  }
  if (Math.abs(ringArea(unrolled)) < minArea) {
    const hint = 'its corners lie on one line, or its sides cross';
    return { expected: 'a ring with an area', hint, path };
  }
  return { ring: outer === undefined ? beginWithin(unrolled, west) : moveInto(outer, unrolled, west, east) };
}

/** Square degrees: less than a square millimetre. */
const minArea = 1e-16;

/**
 * An edge longer than 180° goes the short way, across the antimeridian. One from -180 to 180 runs along the map's
 * edge instead, as the bottom of Antarctica does.
 */
function unroll(ring: Position[]): Position[] {
  let turn = 0;
  let before = ring[0]?.[0] ?? 0;
  return ring.map(([lng, lat]) => {
    const step = lng - before;
    const isAlongSide = Math.abs(step) === 360 && Math.abs(lng) === 180;
    if (Math.abs(step) > 180 && !isAlongSide) turn -= Math.sign(step) * 360;
    before = lng;
    return [lng + turn, lat];
  });
}

function beginWithin(ring: Position[], west: number): Position[] {
  return turned(ring, west >= 180 ? -360 : west < -180 ? 360 : 0);
}

/** As near to the middle of the outer ring as whole turns bring it. */
function moveInto(outer: Position[], ring: Position[], west: number, east: number): Position[] {
  const bounds = boundsOf(outer);
  return turned(ring, 360 * Math.round((bounds.west + bounds.east - west - east) / 720));
}

function turned(ring: Position[], by: number): Position[] {
  return by === 0 ? ring : ring.map(([lng, lat]) => [lng + by, lat]);
}
