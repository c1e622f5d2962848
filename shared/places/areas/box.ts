import type { Point } from '../place.ts';
import { distancesToMeridianM, earthRadiusM, radiansPerDegree } from './sphere.ts';

/**
 * A part of the map between two meridians and two parallels. Degrees: -180 ≤ west < east ≤ 180 and
 * -90 ≤ south < north ≤ 90, so what crosses the antimeridian is two boxes. Closed: its edges belong to it.
 */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** At the equator, where degrees are longest: computed sizes are never below the real ones. */
const metresPerDegree = 111_320;
/** Meridians meet at the poles: without a minimum, the width of a cell there would be 0, and a division by it infinite. */
const minCosine = 0.01;
/** Great circles on a sphere differ by up to 0.6 % from those on the earth, and no corner may be left out. */
const flatteningMargin = 1.006;

/** Metres from west to east at the middle latitude; above 89.4° as wide as there. */
export function widthM({ west, south, east, north }: Box): number {
  const cosine = Math.max(minCosine, Math.cos(((south + north) / 2) * radiansPerDegree));
  return (east - west) * metresPerDegree * cosine;
}

/** Metres from south to north. */
export function heightM({ south, north }: Box): number {
  return (north - south) * metresPerDegree;
}

export function centreOf({ west, south, east, north }: Box): Point {
  return { lat: (south + north) / 2, lng: (west + east) / 2 };
}

/** Metres of the least circle around `centreOf` that holds the whole box, with 0.6 % for the earth's flattening. */
export function radiusM(box: Box): number {
  return flatteningMargin * Math.max(...distancesToMeridianM(centreOf(box), box.east, box.south, box.north));
}

/**
 * Whether the point is in the box or on its edge. A point on the edge of two cells is in both. 180 and -180 are the same
 * meridian.
 */
export function containsPoint({ west, south, east, north }: Box, { lat, lng }: Point): boolean {
  if (lat < south || lat > north) return false;
  return (lng >= west && lng <= east) || (Math.abs(lng) === 180 && (west === -180 || east === 180));
}

export function areaKm2({ west, south, east, north }: Box): number {
  const rise = Math.sin(north * radiansPerDegree) - Math.sin(south * radiansPerDegree);
  return (earthRadiusM / 1_000) ** 2 * (east - west) * radiansPerDegree * rise;
}

/**
 * The one or two boxes from `west` eastwards to `east`, which may lie up to a turn past ±180; `east` less than `west` means the
 * next meridian of that longitude. A full turn is one box.
 */
export function cutAtAntimeridian({ west, south, east, north }: Box): Box[] {
  const width = east < west ? east - west + 360 : east - west;
  if (width >= 360) return [{ west: -180, south, east: 180, north }];
  const turns = west >= 180 ? 360 : west < -180 ? -360 : 0;
  const from = west - turns;
  const to = (east < west ? east + 360 : east) - turns;
  const boxes = [
    { west: from, south, east: Math.min(to, 180), north },
    { west: -180, south, east: to - 360, north },
  ];
  return boxes.filter((box) => box.west < box.east);
}

/** The box shifted by 360° to the west and to the east, for shapes whose longitudes run on past ±180. */
export function turnsOf(box: Box): Box[] {
  return [0, -360, 360].map((turn) => ({ ...box, west: box.west + turn, east: box.east + turn }));
}

/** Whether the boxes share a point, edges included. */
export function boxesTouch(a: Box, b: Box): boolean {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}
