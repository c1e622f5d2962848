import type { Point } from '../place.ts';
import { type Box, boxesTouch, centreOf, containsPoint, cutAtAntimeridian, turnsOf } from './box.ts';
import { type BoxTree, makeBoxTree, someNear } from './box-tree.ts';
import { areaOfEdges } from './edge-area.ts';
import { type Edges, indexEdges, someEdge } from './edges.ts';
import type { Position, Shape } from './shape.ts';
import { earthRadiusM, radiansPerDegree } from './sphere.ts';

/** Rings of positions, the outer one first, then its holes; longitudes run on past 180 (see geojson.ts). */
export type Polygon = Position[][];

/** A tenth of a millimetre: a point this near to an edge counts as on it. */
const onEdgeDegrees = 1e-9;
/** Parts of an area nearer to each other than this share a bounding box, so that few cells hold many small ones. */
const gapDegrees = 5;

/**
 * The union of the polygons: what is inside of its rings by the even–odd rule, so that holes are left out, edges
 * included. Edges are straight on a plain map of longitude and latitude (RFC 7946 §3.1.1).
 *
 * `marginM`: what lies this near to an edge, by longitude and by latitude, belongs to the area too, though not to its size.
 */
export function polygonsShape(polygons: Polygon[], marginM = 0): Shape {
  const parts = polygons.map(indexEdges);
  const tree = makeBoxTree(parts);
  const bounds = marginM === 0 ? parts : parts.map((part) => withinPoles(widened(part, marginM)));
  const boxes = joinNear(bounds.flatMap((part) => cutAtAntimeridian(part)));
  return {
    boxes,
    contains: (point) =>
      boxes.some((box) => containsPoint(box, point)) &&
      turnsOfPoint(point).some((turn) => isIn(tree, turn, marginM)),
    overlaps: (box) => turnsOf(box).some((turn) => touches(tree, turn, marginM)),
    areaKm2: parts.reduce((sum, part) => sum + areaOfEdges(part, part), 0),
    areaInKm2: (box) => turnsOf(box).reduce((sum, turn) => sum + areaWithin(tree, turn), 0),
    outlines: polygons.flat(),
    ...(marginM === 0 ? {} : { marginM }),
  };
}

function turnsOfPoint({ lat, lng }: Point): Point[] {
  return [0, 360, -360].map((turn) => ({ lat, lng: lng + turn }));
}

function isIn(tree: BoxTree<Edges>, { lat, lng }: Point, marginM: number): boolean {
  const near = widened({ west: lng, south: lat, east: lng, north: lat }, marginM);
  return someNear(tree, near, (part) => isInside(part, lng, lat, near));
}

function touches(tree: BoxTree<Edges>, box: Box, marginM: number): boolean {
  const wide = widened(widened(box, marginM), 0);
  return someNear(tree, wide, (part) => overlaps(part, box, wide));
}

function areaWithin(tree: BoxTree<Edges>, box: Box): number {
  let sum = 0;
  someNear(tree, box, (part) => {
    sum += areaOfEdges(part, box);
    return false;
  });
  return sum;
}

/** Counts the edges to the north; a point with an edge within `near`, which lies around it, is inside. */
function isInside(part: Edges, lng: number, lat: number, near: Box): boolean {
  if (!boxesTouch(part, near)) return false;
  let isOdd = false;
  const isOnEdge = someEdge(part, near.west, near.east, (x1, y1, x2, y2) => {
    const isAcross = x1 > lng !== x2 > lng;
    if (isAcross && y1 + ((lng - x1) / (x2 - x1)) * (y2 - y1) > lat) isOdd = !isOdd;
    return edgeTouches(x1, y1, x2, y2, near);
  });
  return isOnEdge || isOdd;
}

/** A box that no edge touches lies wholly inside or wholly outside, like its centre. */
function overlaps(part: Edges, box: Box, wide: Box): boolean {
  const isTouched = someEdge(part, wide.west, wide.east, (x1, y1, x2, y2) =>
    edgeTouches(x1, y1, x2, y2, wide),
  );
  if (isTouched) return true;
  const { lat, lng } = centreOf(box);
  return isInside(part, lng, lat, widened({ west: lng, south: lat, east: lng, north: lat }, 0));
}

/** Separating axes: neither a meridian, nor a parallel, nor the edge's own line separates the box from the edge. */
function edgeTouches(x1: number, y1: number, x2: number, y2: number, box: Box): boolean {
  const { west, south, east, north } = box;
  if ((x1 < west && x2 < west) || (x1 > east && x2 > east)) return false;
  if ((y1 < south && y2 < south) || (y1 > north && y2 > north)) return false;
  const dx = x2 - x1;
  const dy = y2 - y1;
  const offset = dx * ((south + north) / 2 - y1) - dy * ((west + east) / 2 - x1);
  return Math.abs(offset) <= (Math.abs(dx) * (north - south) + Math.abs(dy) * (east - west)) / 2;
}

function widened({ west, south, east, north }: Box, marginM: number): Box {
  const byLat = onEdgeDegrees + degreesOf(marginM);
  const farthest = Math.min(89, Math.max(Math.abs(south - byLat), Math.abs(north + byLat)));
  const byLng = onEdgeDegrees + degreesOf(marginM) / Math.cos(farthest * radiansPerDegree);
  return {
    west: west - byLng,
    south: south - byLat,
    east: east + byLng,
    north: north + byLat,
  };
}

function withinPoles(box: Box): Box {
  return { ...box, south: Math.max(-90, box.south), north: Math.min(90, box.north) };
}

function degreesOf(metres: number): number {
  return metres / earthRadiusM / radiansPerDegree;
}

/** Joins boxes until there is more than the gap between any two; from west to east. */
function joinNear(boxes: Box[]): Box[] {
  const joined: Box[] = [];
  for (const box of boxes.toSorted((a, b) => a.west - b.west)) {
    const last = joined.at(-1);
    if (last === undefined || box.west > last.east + gapDegrees) {
      joined.push({ ...box });
      continue;
    }
    last.east = Math.max(last.east, box.east);
    last.south = Math.min(last.south, box.south);
    last.north = Math.max(last.north, box.north);
  }
  return joined;
}
