import type { Point } from '../../shared/places/place.ts';
import { badRequest } from './api-error.ts';
import type { Box } from './geography.ts';

export type Body = Record<string, unknown>;

export interface Circle {
  centre: Point;
  radiusMetres: number;
}

/** A body with no other fields than these. Throws the API's 400. */
export function readBody(text: string, known: readonly string[]): Body {
  let body: unknown;
  try {
    body = JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw badRequest('Invalid JSON payload received. Unexpected token.');
  }
  const fields = asObject(body, 'body');
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName(unknown);
  return fields;
}

export function asObject(value: unknown, field: string): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`Invalid value at '${field}'.`, field);
  }
  return value as Body;
}

/** A whole number within limits, or undefined where there is none. */
export function readNumber(body: Body, field: string, [min, max]: [number, number]): number | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || value < min || value > max) {
    throw badRequest(`Invalid ${field}: must be between ${min} and ${max}.`, field);
  }
  return value;
}

export function readString(body: Body, field: string): string | undefined {
  const value = body[field];
  if (value !== undefined && typeof value !== 'string')
    throw badRequest(`Invalid value at '${field}'.`, field);
  return value;
}

export function readStrings(body: Body, field: string): string[] {
  const value = body[field] ?? [];
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
    throw badRequest(`Invalid value at '${field}'.`, field);
  }
  return value as string[];
}

/** A viewport: `low` is its south-west, `high` its north-east; over the antimeridian low may be east of high. */
export function readRectangle(value: unknown, field: string): Box {
  const rectangle = asObject(value, field);
  const low = readLatLng(rectangle['low'], `${field}.low`);
  const high = readLatLng(rectangle['high'], `${field}.high`);
  if (low.lat > high.lat)
    throw badRequest(`Invalid ${field}: low.latitude is greater than high.latitude.`, field);
  if ((high.lng - low.lng + 360) % 360 > 180)
    throw badRequest(`Invalid ${field}: wider than 180 degrees.`, field);
  return { south: low.lat, west: low.lng, north: high.lat, east: high.lng };
}

export function readCircle(value: unknown, field: string): Circle {
  const circle = asObject(value, field);
  const radiusMetres = readNumber(circle, 'radius', [0, 50_000]) ?? 0;
  return { centre: readLatLng(circle['center'], `${field}.center`), radiusMetres };
}

/** Zero may be left out, as everywhere in protocol buffers. */
function readLatLng(value: unknown, field: string): Point {
  const { latitude = 0, longitude = 0 } = asObject(value, field);
  if (typeof latitude !== 'number' || Math.abs(latitude) > 90)
    throw badRequest(`Invalid ${field}.latitude.`, field);
  if (typeof longitude !== 'number' || Math.abs(longitude) > 180) {
    throw badRequest(`Invalid ${field}.longitude.`, field);
  }
  return { lat: latitude, lng: longitude };
}

export function unknownName(name: string) {
  const message = `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`;
  return badRequest(message, name);
}
