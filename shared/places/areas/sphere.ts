import type { Point } from '../place.ts';

/** The IUGG's mean radius: great circles on this sphere are within 0.6 % of the distance on WGS 84. */
export const earthRadiusM = 6_371_008.8;
export const radiansPerDegree = Math.PI / 180;

/** Great-circle distance (haversine, which is exact for near points too), metres. */
export function distanceM(a: Point, b: Point): number {
  const across = Math.sin(((b.lng - a.lng) * radiansPerDegree) / 2) ** 2;
  const along = Math.sin(((b.lat - a.lat) * radiansPerDegree) / 2) ** 2;
  const both = along + Math.cos(a.lat * radiansPerDegree) * Math.cos(b.lat * radiansPerDegree) * across;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(both)));
}

/**
 * Distances (metres) from a point to a piece of a meridian that hold the nearest and the farthest: those of its
 * ends, and of where the distance turns, if that lies between them.
 */
export function distancesToMeridianM(from: Point, lng: number, south: number, north: number): number[] {
  const lat = from.lat * radiansPerDegree;
  const across = Math.cos((lng - from.lng) * radiansPerDegree);
  const nearest = Math.atan2(Math.sin(lat), Math.cos(lat) * across) / radiansPerDegree;
  const turns = [nearest, nearest - 180, nearest + 180].filter((turn) => turn > south && turn < north);
  return [south, north, ...turns].map((at) => distanceM(from, { lat: at, lng }));
}
