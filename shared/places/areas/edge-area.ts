import { type Box, boxesTouch } from './box.ts';
import { type Edges, someEdge } from './edges.ts';
import { earthRadiusM, radiansPerDegree } from './sphere.ts';

/**
 * The area (km², on the sphere) that a polygon has within a box: the sum, over its edges, of the part of the box
 * below the edge, negative where the edge runs eastwards. It is exact, so that areas in boxes that tile the polygon
 * add up to its own.
 */
export function areaOfEdges(edges: Edges, box: Box): number {
  if (!boxesTouch(edges, box)) return 0;
  const { west, south, east, north } = box;
  const sine = Math.sin(south * radiansPerDegree);
  const rise = Math.sin(north * radiansPerDegree) - sine;
  let sum = 0;
  someEdge(edges, west, east, (x1, y1, x2, y2) => {
    const from = Math.max(Math.min(x1, x2), west);
    const to = Math.min(Math.max(x1, x2), east);
    if (from >= to || (y1 <= south && y2 <= south)) return false;
    const isAbove = y1 >= north && y2 >= north;
    const below = isAbove
      ? (to - from) * rise
      : riseBelow([x1, y1, x2, y2], { ...box, west: from, east: to }, sine);
    sum += x2 > x1 ? -below : below;
    return false;
  });
  return (earthRadiusM / 1_000) ** 2 * radiansPerDegree * sum;
}

/** Integral over the box's longitudes of how far the sine of the latitude rises from its south to the edge. */
function riseBelow(
  [x1, y1, x2, y2]: [number, number, number, number],
  { west, south, east, north }: Box,
  sine: number,
): number {
  const slope = (y2 - y1) / (x2 - x1);
  const latAt = (lng: number) => Math.min(north, Math.max(south, y1 + (lng - x1) * slope));
  const turns = [south, north]
    .map((lat) => x1 + (lat - y1) / slope)
    .filter((lng) => lng > west && lng < east);
  const stops = [...turns.sort((a, b) => a - b), east];
  let sum = 0;
  let start = west;
  for (const stop of stops) {
    sum += (stop - start) * (meanSine(latAt(start), latAt(stop)) - sine);
    start = stop;
  }
  return sum;
}

/** Mean of the sine over a stretch of latitudes, exact however short it is. */
function meanSine(a: number, b: number): number {
  const half = ((b - a) / 2) * radiansPerDegree;
  const middle = Math.sin(((a + b) / 2) * radiansPerDegree);
  return half === 0 ? middle : (middle * Math.sin(half)) / half;
}
