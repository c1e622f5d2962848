import type { Point } from '../place.ts';
import { type Box, boxesTouch, containsPoint, cutAtAntimeridian, turnsOf } from './box.ts';
import type { Position, Shape } from './shape.ts';
import { distanceM, distancesToMeridianM, earthRadiusM, radiansPerDegree } from './sphere.ts';

export interface Circle extends Point {
  radiusM: number;
}

/** Degrees by which bounds are widened, a tenth of a metre: more than the rounding errors of their arithmetic. */
const marginDegrees = 1e-6;
const marginM = 0.5;
const rows = 64;

/** All points within `radiusM` (great-circle metres) of the centre, across the antimeridian and the poles too. */
export function circleShape(circle: Circle): Shape {
  const boxes = cutAtAntimeridian(boundsOf(circle));
  return {
    boxes,
    contains: (point) => distanceM(circle, point) <= circle.radiusM,
    overlaps: (box) => nearestM(circle, box) <= circle.radiusM + marginM,
    areaKm2: 4 * Math.PI * ((earthRadiusM / 1_000) * Math.sin(circle.radiusM / earthRadiusM / 2)) ** 2,
    areaInKm2: (box) => boxes.reduce((sum, bounds) => sum + areaWithin(circle, box, bounds), 0),
    outlines: [outlineOf(circle)],
  };
}

function boundsOf({ lat, lng, radiusM }: Circle): Box {
  const reach = radiusM / earthRadiusM / radiansPerDegree + marginDegrees;
  const south = Math.max(-90, lat - reach);
  const north = Math.min(90, lat + reach);
  if (south === -90 || north === 90) return { west: -180, south, east: 180, north };
  const sine = Math.sin(reach * radiansPerDegree) / Math.cos(lat * radiansPerDegree);
  const half = Math.asin(Math.min(1, sine)) / radiansPerDegree + marginDegrees;
  return { west: lng - half, south, east: lng + half, north };
}

/** On each parallel the nearest point has the nearest longitude, so it lies on a side of the box or on the centre's meridian. */
function nearestM(circle: Circle, { west, south, east, north }: Box): number {
  const isAbove = containsPoint({ west, south: -90, east, north: 90 }, circle);
  const meridians = isAbove ? [circle.lng, west, east] : [west, east];
  return Math.min(...meridians.flatMap((lng) => distancesToMeridianM(circle, lng, south, north)));
}

function areaWithin(circle: Circle, box: Box, bounds: Box): number {
  // Computed here, since the latitudes of the bounds include the margin.
  const reach = circle.radiusM / earthRadiusM / radiansPerDegree;
  const south = Math.max(box.south, -90, circle.lat - reach);
  const north = Math.min(box.north, 90, circle.lat + reach);
  const west = Math.max(box.west, bounds.west);
  const east = Math.min(box.east, bounds.east);
  if (south >= north || west >= east) return 0;
  // Beyond these, the circle goes all the way round a pole that it holds.
  const turns = [-180 - (circle.lat - reach), 180 - (circle.lat + reach)];
  const stops = [south, ...turns.filter((turn) => turn > south && turn < north), north];
  const bands = stops
    .slice(1)
    .map((stop, index) => ({ west, south: stops[index] ?? stop, east, north: stop }));
  return bands.reduce((sum, band) => sum + bandArea(circle, band), 0);
}

/**
 * Sums rows of latitude, which are thinner towards both ends, where a circle's width changes fastest. Exact for a box
 * inside of the circle.
 */
function bandArea(circle: Circle, band: Box): number {
  const { south, north } = band;
  const latAt = (row: number) => (south + north - (north - south) * Math.cos((Math.PI * row) / rows)) / 2;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const from = latAt(row);
    const to = latAt(row + 1);
    const rise = Math.sin(to * radiansPerDegree) - Math.sin(from * radiansPerDegree);
    sum += rise * overlapDegrees(circle, (from + to) / 2, band);
  }
  return (earthRadiusM / 1_000) ** 2 * radiansPerDegree * sum;
}

/** Degrees of longitude that circle and box share on a parallel. */
function overlapDegrees(circle: Circle, lat: number, box: Box): number {
  const half = halfWidthAt(circle, lat);
  const span = { ...box, west: circle.lng - half, east: circle.lng + half };
  const shared = turnsOf(span).filter((turn) => boxesTouch(turn, box));
  return shared.reduce((sum, { west, east }) => sum + Math.min(east, box.east) - Math.max(west, box.west), 0);
}

/** Solved from the haversine formula, which stays exact for circles of a few metres. */
function halfWidthAt({ lat, radiusM }: Circle, parallel: number): number {
  const [from, to] = [lat * radiansPerDegree, parallel * radiansPerDegree];
  const rest = Math.sin(radiusM / earthRadiusM / 2) ** 2 - Math.sin((to - from) / 2) ** 2;
  const share = rest / (Math.cos(from) * Math.cos(to));
  return (2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, share))))) / radiansPerDegree;
}

/** Runs up the western side and down the eastern one; around a pole, along the parallels between the two. */
function outlineOf(circle: Circle): Position[] {
  const { south, north } = boundsOf(circle);
  const steps = Array.from({ length: rows + 1 }, (_, row) => {
    const lat = (south + north - (north - south) * Math.cos((Math.PI * row) / rows)) / 2;
    return { lat, half: halfWidthAt(circle, lat) };
  });
  const west = steps.map(({ lat, half }): Position => [circle.lng - half, lat]);
  const east = steps.map(({ lat, half }): Position => [circle.lng + half, lat]);
  return [...west, ...east.reverse(), ...west.slice(0, 1)];
}
