import { boundsOf, ringArea } from '../areas/edges.ts';
import type { Position } from '../areas/shape.ts';
import type { Boundary, BoundaryData } from './boundary-data.ts';

/** A boundary as an area of a job has it. */
export interface BoundaryArea {
  geojson: { type: 'MultiPolygon'; coordinates: Position[][][] };
  /** How far it reaches beyond what is drawn. */
  marginKm: number;
}

/** A job travels with its areas: each is some 130 kB at most. */
const maxPositions = 8_000;
const minCorners = 3;
/**
 * Natural Earth at 1:10,000,000 is up to some kilometres beside the true boundary: of 1,103 towns of Greece that lie on land in fact, 64 lie
 * outside of what it draws, and 14 beyond a kilometre of it, nearly all of them on islands that it leaves out.
 */
const precisionKm = 2;
const kmPerDegree = 111.2;

/** Corners are left out, which the margin makes good, until few enough are left. */
export function areaOfBoundary(data: BoundaryData, { rings }: Boundary): BoundaryArea {
  const polygons = rings.map((polygon) => polygon.map((ring) => positionsOf(data, ring)));
  for (let tolerance = 0; ; tolerance = tolerance === 0 ? 0.005 : 2 * tolerance) {
    const coordinates = thinnedPolygons(polygons, tolerance);
    const positions = coordinates.flat().reduce((sum, ring) => sum + ring.length, 0);
    if (positions > maxPositions) continue;
    return {
      geojson: { type: 'MultiPolygon', coordinates },
      marginKm: Math.ceil(precisionKm + tolerance * kmPerDegree),
    };
  }
}

/** The closed ring that arcs make, one behind another. */
function positionsOf({ arcs, stepsPerDegree }: BoundaryData, ring: number[]): Position[] {
  return ring.flatMap((index, at): Position[] => {
    const isTurned = index < 0;
    const line = lineOf(arcs[isTurned ? ~index : index] ?? [], stepsPerDegree);
    const forward = isTurned ? line.toReversed() : line;
    // The first point of an arc is the last of the one before.
    return at === 0 ? forward : forward.slice(1);
  });
}

function lineOf(steps: number[], stepsPerDegree: number): Position[] {
  let [x, y] = [0, 0];
  const line: Position[] = [];
  for (let at = 0; at < steps.length; at += 2) {
    x += steps[at] ?? 0;
    y += steps[at + 1] ?? 0;
    line.push([x / stepsPerDegree, y / stepsPerDegree]);
  }
  return line;
}

/** An island that the tolerance leaves nothing of is its bounds, joined with those of its neighbours. */
function thinnedPolygons(polygons: Position[][][], tolerance: number): Position[][][] {
  const small = new Map<string, Bounds>();
  const drawn = polygons.flatMap((polygon) => {
    const [outer = [], ...holes] = polygon.map((ring) => thinned(ring, tolerance));
    if (isRing(outer)) return [[outer, ...holes.filter(isRing)]];
    const bounds = boundsOf(polygon[0] ?? []);
    const cell = (degrees: number) => Math.floor(degrees / (cellsOfTolerance * tolerance || 1));
    const key = `${cell(bounds.west)} ${cell(bounds.south)}`;
    small.set(key, joined(small.get(key) ?? bounds, bounds));
    return [];
  });
  return [...drawn, ...[...small.values()].map((bounds) => [outlineOf(bounds)])];
}

type Bounds = ReturnType<typeof boundsOf>;

/** Islands are joined in cells of so many tolerances. */
const cellsOfTolerance = 8;
/** Degrees: what has no width is given some. */
const minDegrees = 0.001;

function joined(one: Bounds, other: Bounds): Bounds {
  return {
    west: Math.min(one.west, other.west),
    south: Math.min(one.south, other.south),
    east: Math.max(one.east, other.east),
    north: Math.max(one.north, other.north),
  };
}

function outlineOf({ west, south, east, north }: Bounds): Position[] {
  const [right, top] = [Math.max(east, west + minDegrees), Math.max(north, south + minDegrees)];
  return [
    [west, south],
    [right, south],
    [right, top],
    [west, top],
    [west, south],
  ];
}

/**
 * The corners without which the ring would run farther than the tolerance (degrees) from what is left out: the algorithm of Ramer, Douglas
 * and Peucker, from its first corner to the one that is farthest from it, and back.
 */
function thinned(ring: Position[], tolerance: number): Position[] {
  if (tolerance === 0) return ring;
  const last = ring.length - 1;
  const kept = new Set([0, farthest(ring, 0, last).at, last]);
  const spans = [...kept].sort((a, b) => a - b).map((from, at, all) => [from, all[at + 1] ?? from] as const);
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    const { at, distance } = farthest(ring, from, to);
    if (distance <= tolerance) continue;
    kept.add(at);
    spans.push([from, at], [at, to]);
  }
  return ring.filter((_, at) => kept.has(at));
}

/** Of the corners between two, the one that is farthest from the line through them. */
function farthest(ring: Position[], from: number, to: number): { at: number; distance: number } {
  const [[x1, y1] = [0, 0], [x2, y2] = [0, 0]] = [ring[from], ring[to]];
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length2 = dx * dx + dy * dy;
  let most = { at: from, distance: 0 };
  for (let at = from + 1; at < to; at++) {
    const [x, y] = ring[at] ?? [x1, y1];
    const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length2));
    const distance = Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
    if (distance > most.distance) most = { at, distance };
  }
  return most;
}

/** Whether its corners do not all lie on one line. */
function isRing(ring: Position[]): boolean {
  return ring.length > minCorners && Math.abs(ringArea(ring)) > 1e-9;
}
