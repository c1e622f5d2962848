import type { Area } from '../areas/area.ts';
import type { Position } from '../areas/shape.ts';
import { radiansPerDegree } from '../areas/sphere.ts';

/** A plate carrée of an area, its longitudes shortened by the cosine of the middle latitude. Pixels. */
export interface Frame {
  width: number;
  height: number;
  /** Pixels a degree. */
  perLng: number;
  perLat: number;
  /** Longitude from the map's western edge on: it runs past 180 where the area crosses the antimeridian. */
  turn(lng: number): number;
  x(turnedLng: number): number;
  y(lat: number): number;
}

const minCosine = 0.05;

/** The largest frame of the area within these pixels, at least 1 by 1. */
export function frameOf(area: Area, maxWidth: number, maxHeight: number): Frame {
  const { west, east } = longitudesOf(area);
  const south = Math.min(...area.boxes.map((box) => box.south));
  const north = Math.max(...area.boxes.map((box) => box.north));
  const cosine = Math.max(minCosine, Math.cos(((south + north) / 2) * radiansPerDegree));
  const perLat = Math.min(maxWidth / ((east - west) * cosine), maxHeight / (north - south));
  const perLng = perLat * cosine;
  return {
    width: Math.max(1, (east - west) * perLng),
    height: Math.max(1, (north - south) * perLat),
    perLng,
    perLat,
    turn: (lng) => (lng < west ? lng + 360 : lng),
    x: (lng) => (lng - west) * perLng,
    y: (lat) => (north - lat) * perLat,
  };
}

/** From the eastern end of the widest gap between the area's parts, all the way round to its western one. */
function longitudesOf({ boxes }: Area): { west: number; east: number } {
  const sorted = boxes.toSorted((a, b) => a.west - b.west);
  const gaps = sorted.map((box, index) => {
    const before = sorted[index - 1]?.east ?? (sorted.at(-1)?.east ?? 0) - 360;
    return { west: box.west, width: box.west - before };
  });
  const widest = gaps.reduce((most, gap) => (gap.width > most.width ? gap : most));
  return { west: widest.west, east: widest.west + 360 - widest.width };
}

/** Outlines of an area as data of an SVG path, coarse enough to have few points. */
export function pathOf({ outlines }: Area, frame: Frame, maxPoints: number): string {
  for (let tolerancePx = 0.5; ; tolerancePx *= 2) {
    const rings = outlines
      .flatMap((ring) => turnsOnMap(ring, frame))
      .map((ring) => thinned(ring, tolerancePx));
    const points = rings.reduce((sum, ring) => sum + ring.length, 0);
    if (points <= maxPoints) return rings.map(ringPath).join('');
  }
}

/** A ring in pixels; shifted by 360°, a ring may cross the map more than once. */
function turnsOnMap(ring: Position[], frame: Frame): Position[][] {
  return [-360, 0, 360].flatMap((turn) => {
    const drawn = ring.map(([lng, lat]): Position => [frame.x(lng + turn), frame.y(lat)]);
    const isSeen = drawn.some(([x]) => x > 0) && drawn.some(([x]) => x < frame.width);
    return isSeen ? [drawn] : [];
  });
}

/** Omits points nearer than the tolerance to the one before, and whole rings that are smaller. */
function thinned(ring: Position[], tolerancePx: number): Position[] {
  const kept: Position[] = [];
  for (const [x, y] of ring) {
    const [lastX = Infinity, lastY = Infinity] = kept.at(-1) ?? [];
    if (Math.hypot(x - lastX, y - lastY) >= tolerancePx) kept.push([x, y]);
  }
  return kept.length < 3 ? [] : kept;
}

function ringPath(ring: Position[]): string {
  const points = ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return points.length === 0 ? '' : `M${points.join('L')}Z`;
}
