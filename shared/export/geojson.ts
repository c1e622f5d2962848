import type { Json } from '../model.ts';
import type { RowsFormat } from './format.ts';
import { listWriter } from './json.ts';
import type { ExportRecord } from './records.ts';

/** One FeatureCollection (RFC 7946). */
export const geojsonFormat: RowsFormat = {
  madeOf: 'rows',
  needsColumns: false,
  open: () => listWriter('{"type":"FeatureCollection","features":[', ']}', featureOf),
};

/** Degrees, WGS 84. */
interface Position {
  lat: number;
  lng: number;
  /** The fields with the coordinates. */
  from: string[];
}

/** The names under which a record may have its latitude and longitude, in one object or as two fields. */
const names = [
  ['lat', 'lng'],
  ['latitude', 'longitude'],
] as const;

/**
 * A record as a Feature of RFC 7946: a Point of `location`, of `lat` and `lng`, or of `latitude` and `longitude`,
 * longitude first; `geometry: null` (§3.2) where they are absent or no coordinates on the globe. The other fields
 * are its properties.
 */
export function featureOf(record: ExportRecord): Json {
  const position = positionIn(record['location'], ['location']) ?? positionIn(record);
  if (position === undefined) return { type: 'Feature', geometry: null, properties: record };
  const { lat, lng, from } = position;
  const rest = Object.entries(record).filter(([key]) => !from.includes(key));
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lng, lat] },
    properties: Object.fromEntries(rest),
  };
}

function positionIn(value: Json | undefined, from?: string[]): Position | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  for (const pair of names) {
    const [lat, lng] = pair.map((name) => value[name]);
    if (isWithin(lat, 90) && isWithin(lng, 180)) return { lat, lng, from: from ?? [...pair] };
  }
  return undefined;
}

function isWithin(value: Json | undefined, limit: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= limit;
}
