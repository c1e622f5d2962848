import type { Json } from '../../model.ts';
import type { Origin } from '../../places/place.ts';
import { type FieldName, placeFields } from '../../places/place-fields.ts';

/** Thirty days: what the Service Specific Terms allow for a location. */
const cacheMs = 30 * 24 * 3_600_000;

/** Where the fields of an item come from, and when they were fetched (ISO 8601). */
export interface FieldOrigins {
  provenance: Partial<Record<Origin, readonly string[]>>;
  fetchedAt: string;
}

/**
 * The fields of an item without those of the Places API that must not be kept any longer, and the names of
 * those. Ids are kept for ever, a location for 30 days; the terms do not allow to keep other fields at
 * all, so that keeping them for 30 days too is our choice. What came from the listing or from the
 * business's own website stays. An item whose age is unknown is old.
 *
 * @param now epoch ms
 */
export function withoutExpired(
  fields: Record<string, Json>,
  { provenance, fetchedAt }: FieldOrigins,
  now: number,
): { fields: Record<string, Json>; removed: string[] } {
  const isYoung = now - Date.parse(fetchedAt) < cacheMs;
  const ofApi = isYoung ? [] : (provenance.api ?? []);
  const removed = ofApi.filter((name) => name in fields && !isLasting(name));
  const kept = Object.entries(fields).filter(([name]) => !removed.includes(name));
  return { fields: Object.fromEntries(kept), removed };
}

function isLasting(name: string): boolean {
  return Object.hasOwn(placeFields, name) && placeFields[name as FieldName].api?.cache === 'always';
}
