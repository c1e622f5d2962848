import type { Json } from '../model.ts';
import type { Visit } from './make-visit.ts';

/** What an object takes beside its texts, by rough measure. */
const bytesPerRecord = 200;

/** What a visit keeps in memory until its batch has an outcome: bytes, roughly. */
export function sizeOfVisit({ items, links }: Pick<Visit, 'items' | 'links'>): number {
  let bytes = bytesPerRecord;
  for (const { url } of links) bytes += bytesPerRecord + url.length;
  for (const { fields } of items) bytes += bytesPerRecord + sizeOf(fields);
  return bytes;
}

function sizeOf(value: Json): number {
  if (typeof value === 'string') return 2 * value.length;
  if (value === null || typeof value !== 'object') return 8;
  let bytes = bytesPerRecord;
  for (const part of Object.values(value)) bytes += sizeOf(part);
  return bytes;
}
