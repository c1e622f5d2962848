import { HaltError } from '../../errors.ts';
import { type Box, boxesTouch, containsPoint, cutAtAntimeridian, areaKm2 as km2Of, turnsOf } from './box.ts';
import { type Circle, circleShape } from './circle.ts';
import { parseGeojson } from './geojson.ts';
import { type Polygon, polygonsShape } from './polygons.ts';
import type { Position, Shape } from './shape.ts';

/** A compiled area, which can be tested against points and boxes. */
export interface Area extends Shape {
  name: string;
}

/** An area as a job gives it (shared/sources/places/area-schema.ts): exactly one of named, box, circle and geojson. */
export interface AreaInput {
  name?: string | undefined;
  /** Of a boundary, which stands in `geojson` instead once the job is loaded. */
  named?: string | undefined;
  /** Crosses the antimeridian when its west is greater than its east. */
  box?: Box | undefined;
  circle?: Circle | undefined;
  /** A GeoJSON object, or the path of a file that holds one. */
  geojson?: unknown;
  /** Kilometres beyond what `geojson` draws that belong to the area too. */
  marginKm?: number | undefined;
}

/**
 * `index`: the area's position in its source. `polygons`: those of its file, if it names one; an object in the job itself
 * is parsed here. Throws `HaltError` JOB_INVALID for an object that is no area.
 */
export function compileArea(settings: AreaInput, index: number, polygons?: Polygon[]): Area {
  const name = areaName(settings, index);
  const { box, circle, geojson, marginKm = 0 } = settings;
  if (box !== undefined) return { name, ...boxShape(box) };
  if (circle !== undefined) return { name, ...circleShape(circle) };
  if (settings.named !== undefined)
    throw new HaltError('JOB_INVALID', `the area ${name} has no boundary: load the job from its file`);
  return { name, ...polygonsShape(polygons ?? readPolygons(name, geojson), marginKm * 1_000) };
}

/** The given name, or that of its boundary, or one of its shape and position in the list: `box 1`, `circle 2`, `polygon 3`. */
export function areaName({ name, named, box, circle }: AreaInput, index: number): string {
  const shape = box === undefined ? (circle === undefined ? 'polygon' : 'circle') : 'box';
  return name ?? named ?? `${shape} ${index + 1}`;
}

function readPolygons(name: string, geojson: unknown): Polygon[] {
  const parsed = parseGeojson(geojson);
  if ('problem' in parsed) throw new HaltError('JOB_INVALID', `the area ${name} ${parsed.problem}`);
  return parsed.polygons;
}

function boxShape(box: Box): Shape {
  const boxes = cutAtAntimeridian(box);
  return {
    boxes,
    contains: (point) => boxes.some((part) => containsPoint(part, point)),
    overlaps: (other) => turnsOf(other).some((turn) => boxes.some((part) => boxesTouch(part, turn))),
    areaKm2: boxes.reduce((sum, part) => sum + km2Of(part), 0),
    areaInKm2: (other) => boxes.reduce((sum, part) => sum + sharedKm2(part, other), 0),
    outlines: [outlineOf(box)],
  };
}

function sharedKm2(a: Box, b: Box): number {
  const west = Math.max(a.west, b.west);
  const south = Math.max(a.south, b.south);
  const east = Math.min(a.east, b.east);
  const north = Math.min(a.north, b.north);
  return west < east && south < north ? km2Of({ west, south, east, north }) : 0;
}

function outlineOf({ west, south, east, north }: Box): Position[] {
  const end = east < west ? east + 360 : east;
  return [
    [west, south],
    [end, south],
    [end, north],
    [west, north],
    [west, south],
  ];
}
