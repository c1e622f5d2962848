import type { Position } from './shape.ts';

/** The edges of one polygon, in columns of longitude: what lies above a point or in a box is found in a few of them. */
export interface Edges {
  /** Four numbers an edge: longitude and latitude of its start, then of its end; the polygon lies to its left. */
  ends: Float64Array;
  west: number;
  south: number;
  east: number;
  north: number;
  columns: number;
  /** Edges that touch column c: `members[starts[c]]` to before `members[starts[c + 1]]`. */
  starts: Uint32Array;
  members: Uint32Array;
}

/**
 * Indexes a polygon's rings, the outer one first. There are four times as many columns as the root of the number of
 * edges: a column of a coast then has about that many edges, and even edges that all cross all columns fit into memory.
 */
export function indexEdges(rings: Position[][]): Edges {
  const ends = endsOf(rings);
  const count = ends.length / 4;
  const bounds = boundsOf(rings[0] ?? []);
  const columns = Math.ceil(4 * Math.sqrt(count));
  const edges = {
    ends,
    ...bounds,
    columns,
    starts: new Uint32Array(columns + 1),
    members: new Uint32Array(),
  };
  for (let edge = 0; edge < count; edge++) {
    const [first, last] = columnsOf(edges, edge);
    for (let column = first; column <= last; column++) edges.starts[column] = at(edges.starts, column) + 1;
  }
  let sum = 0;
  for (let column = 0; column <= columns; column++) {
    sum += at(edges.starts, column);
    edges.starts[column] = sum;
  }
  edges.members = new Uint32Array(sum);
  for (let edge = count - 1; edge >= 0; edge--) {
    const [first, last] = columnsOf(edges, edge);
    for (let column = first; column <= last; column++) {
      edges.starts[column] = at(edges.starts, column) - 1;
      edges.members[at(edges.starts, column)] = edge;
    }
  }
  return edges;
}

/**
 * Calls `visit` once for each edge that may touch the longitudes from `west` to `east`, until it returns true.
 * Passes numbers instead of objects, since a coast is traversed for every cell and place.
 */
export function someEdge(
  edges: Edges,
  west: number,
  east: number,
  visit: (x1: number, y1: number, x2: number, y2: number) => boolean,
): boolean {
  const { ends, members, starts } = edges;
  const first = columnAt(edges, west);
  const last = columnAt(edges, east);
  for (let column = first; column <= last; column++) {
    const stop = at(starts, column + 1);
    for (let index = at(starts, column); index < stop; index++) {
      const place = at(members, index) * 4;
      const x1 = at(ends, place);
      const x2 = at(ends, place + 2);
      const isSeen = column > first && columnAt(edges, Math.min(x1, x2)) < column;
      if (!isSeen && visit(x1, at(ends, place + 1), x2, at(ends, place + 3))) return true;
    }
  }
  return false;
}

/** Reads an element whose index is within bounds by construction. */
function at(numbers: Float64Array | Uint32Array, index: number): number {
  return numbers[index] ?? Number.NaN;
}

function columnsOf(edges: Edges, edge: number): [first: number, last: number] {
  const from = at(edges.ends, edge * 4);
  const to = at(edges.ends, edge * 4 + 2);
  return [columnAt(edges, Math.min(from, to)), columnAt(edges, Math.max(from, to))];
}

/** Grows with `lng`, so that what an edge touches lies in one of its columns. */
function columnAt({ west, east, columns }: Edges, lng: number): number {
  const column = Math.floor(((lng - west) / (east - west)) * columns);
  return Math.min(columns - 1, Math.max(0, column));
}

/** The edges, with the outer ring turned counterclockwise and holes clockwise, so that the polygon lies to their left. */
function endsOf(rings: Position[][]): Float64Array {
  const count = rings.reduce((sum, ring) => sum + ring.length - 1, 0);
  const ends = new Float64Array(count * 4);
  let place = 0;
  for (const [index, ring] of rings.entries()) {
    const turned = ringArea(ring) > 0 === (index === 0) ? ring : ring.toReversed();
    for (const [corner, end] of turned.slice(1).entries()) {
      ends.set(turned[corner] ?? end, place);
      ends.set(end, place + 2);
      place += 4;
    }
  }
  return ends;
}

/** Square degrees; positive for a ring that goes counterclockwise (the shoelace formula). */
export function ringArea(ring: Position[]): number {
  const [originX = 0, originY = 0] = ring[0] ?? [];
  let twice = 0;
  let [x, y] = [0, 0];
  for (const [lng, lat] of ring) {
    const [nextX, nextY] = [lng - originX, lat - originY];
    twice += x * nextY - nextX * y;
    [x, y] = [nextX, nextY];
  }
  return twice / 2;
}

export function boundsOf(ring: Position[]): { west: number; south: number; east: number; north: number } {
  const bounds = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const [lng, lat] of ring) {
    bounds.west = Math.min(bounds.west, lng);
    bounds.east = Math.max(bounds.east, lng);
    bounds.south = Math.min(bounds.south, lat);
    bounds.north = Math.max(bounds.north, lat);
  }
  return bounds;
}
