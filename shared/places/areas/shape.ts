import type { Point } from '../place.ts';
import type { Box } from './box.ts';

/** What a box, a circle and polygons have in common. */
export interface Shape {
  /** Bounding boxes, disjoint but for their edges: two where it crosses the antimeridian, more if its parts are far apart. */
  boxes: Box[];
  /** Its edge belongs to it. */
  contains(point: Point): boolean;
  /** Never false for a box that shares a point with it. True at most a metre beyond. */
  overlaps(box: Box): boolean;
  areaKm2: number;
  /** Of its part in a box. Parts of boxes that tile it add up to `areaKm2`; of a circle, to a thousandth. */
  areaInKm2(box: Box): number;
  /** Closed rings for a picture, which run on past ±180 where it crosses the antimeridian. */
  outlines: Position[][];
}

/** As in GeoJSON: degrees, longitude first. */
export type Position = [lng: number, lat: number];
