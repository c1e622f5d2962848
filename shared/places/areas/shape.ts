import type { Point } from '../place.ts';
import type { Box } from './box.ts';

/** The interface of boxes, circles and polygons. */
export interface Shape {
  /** Bounding boxes, disjoint but for their edges: two where it crosses the antimeridian, more if its parts are far apart. */
  boxes: Box[];
  /** Whether the point is inside, edges included. */
  contains(point: Point): boolean;
  /** Never false for a box that shares a point with it. True at most a metre beyond. */
  overlaps(box: Box): boolean;
  areaKm2: number;
  /** What is this near to its outlines belongs to it too, though not to `areaKm2`. Absent where there is no such margin. */
  marginM?: number;
  /** The area (km²) of its part in a box. The parts in boxes that tile it add up to `areaKm2`; for a circle, to a thousandth. */
  areaInKm2(box: Box): number;
  /** Closed rings for a picture, which run on past ±180 where it crosses the antimeridian. */
  outlines: Position[][];
}

/** As in GeoJSON: degrees, longitude first. */
export type Position = [lng: number, lat: number];
