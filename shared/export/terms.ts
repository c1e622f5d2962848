import type { Json } from '../model.ts';
import { type Gathered, withoutExpired } from '../places/retention.ts';
import { isObject } from './cells.ts';
import type { ExportRecord } from './records.ts';

export interface Kept {
  record: ExportRecord;
  /** It is a place of which the API gave something. */
  isFromApi: boolean;
  /** It lost fields that may be kept no longer. */
  hasExpired: boolean;
}

/** What may still be kept of a record at `now` (epoch ms): all of it, unless it is a place. */
export function withinTerms(record: ExportRecord, now: number): Kept {
  const { _item, provenance, fetchedAt } = record;
  const isPlace = _item === 'place' && isObject(provenance);
  if (!isPlace) return { record, isFromApi: false, hasExpired: false };
  const gathered = {
    provenance: { api: namesIn(provenance['api']) },
    fetchedAt: typeof fetchedAt === 'string' ? fetchedAt : '',
  } satisfies Gathered;
  const { fields, removed } = withoutExpired(record, gathered, now);
  return {
    record: fields,
    isFromApi: gathered.provenance.api.length > 0,
    hasExpired: removed.length > 0,
  };
}

function namesIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}
