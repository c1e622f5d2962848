import type { Place } from '../../../places/place.ts';
import { readFeatureId } from '../../../places/place-ids.ts';
import { isHtml, readPayloads } from './answer-text.ts';
import { countRows, findPlaceRecord, findRecords, isEmptySearch } from './find-records.ts';
import { placeOfRecord } from './listing-place.ts';
import { type ListingRecord, readRecord } from './read-record.ts';
import { type ListingAnswer, type ListingRefusal, readRefusal, readRefusalPage, stub } from './refusal.ts';

/** The answer has an unknown shape: the site has changed, or a proxy has replaced the answer. */
interface Changed {
  state: 'changed';
  /** What was expected, and what there was. */
  message: string;
}

/** Why an answer holds no place, and does not say that there is none. */
export type ListingFault = ListingRefusal | Changed;

export type ListingSearchRead =
  /**
   * `rows`: results of the page, those included that are there twice or can't be read. Fewer than asked for end the list.
   * `unread`: those that can't be read.
   */
  | { state: 'places'; places: Place[]; rows: number; unread: number }
  /** The search found nothing, and says so. */
  | { state: 'empty' }
  | ListingFault;

export type PlaceRead = { state: 'place'; place: Place } | ListingFault;

/** Deeper ids are of other places, such as recommendations. */
const maxIdDepth = 7;
/** Ten times the size of usual answers. */
const maxBytes = 16_777_216;
/** The shortest answer with one bare place is about as long. */
const stubBytes = 600;

/** Never throws: whatever the site sends is one of the states. */
export function readSearch(answer: ListingAnswer): ListingSearchRead {
  const read = openAnswer(answer, 'a list of places');
  if ('state' in read) return read;
  for (const payload of read.payloads) {
    const places = distinct(findRecords(payload)).map(placeOfRecord);
    if (places.length === 0) continue;
    const { rows, unread } = countRows(payload);
    return { state: 'places', places, rows: Math.max(rows, places.length), unread };
  }
  return read.payloads.some(isEmptySearch)
    ? { state: 'empty' }
    : unreadable(answer, read, 'a list of places');
}

/** Never throws: whatever the site sends is one of the states. */
export function readPlaceAnswer(answer: ListingAnswer): PlaceRead {
  const read = openAnswer(answer, 'a place');
  if ('state' in read) return read;
  for (const payload of read.payloads) {
    const record = readRecord(findPlaceRecord(payload));
    if (record) return { state: 'place', place: placeOfRecord(record) };
  }
  return unreadable(answer, read, 'a place');
}

export interface OpenedAnswer {
  text: string;
  payloads: unknown[];
}

/** The JSON of an answer, or why it has none. `expected`: what it should hold, for messages. */
export function openAnswer(answer: ListingAnswer, expected: string): OpenedAnswer | ListingFault {
  const refusal = readRefusal(answer);
  if (refusal) return refusal;
  if (answer.body.length > maxBytes) return changed(expected, `${answer.body.length} bytes`);
  const text = new TextDecoder().decode(answer.body);
  if (answer.status === 200) return { text, payloads: readPayloads(text) };
  return readRefusalPage(text) ?? changed(expected, describeStatus(answer));
}

/** Why nothing could be read in the JSON of an answer. */
export function unreadable(
  answer: ListingAnswer,
  { text, payloads }: OpenedAnswer,
  expected: string,
): ListingFault {
  const refusal = readRefusalPage(text);
  if (refusal) return refusal;
  const isShort = !isHtml(text) && answer.body.length < stubBytes;
  if (isShort && Array.isArray(payloads[0])) return stub(answer.body.length);
  return changed(expected, describe(answer, text, payloads));
}

/** Both envelopes may hold the same place, one of them with more fields. */
function distinct(records: unknown[][]): ListingRecord[] {
  const found = new Map<string, { record: ListingRecord; size: number }>();
  for (const d of records) {
    const record = readRecord(d);
    if (!record) continue;
    const size = Object.keys(record).length;
    const earlier = found.get(record.cid);
    if (earlier === undefined) found.set(record.cid, { record, size });
    else if (earlier.size < size) Object.assign(earlier, { record, size });
  }
  return [...found.values()].map(({ record }) => record);
}

function changed(expected: string, found: string): Changed {
  return { state: 'changed', message: `expected ${expected}; there was ${found}` };
}

function describeStatus({ status, redirect }: ListingAnswer): string {
  return redirect === undefined ? `status ${status}` : `a redirect to ${redirect.slice(0, 200)}`;
}

function describe({ body, contentType }: ListingAnswer, text: string, payloads: unknown[]): string {
  if (body.length === 0) return 'an empty body';
  const size = `${body.length} bytes of ${contentType ?? 'no stated type'}`;
  if (isHtml(text)) {
    const [, title = ''] = /<title[^>]{0,200}>([^<]{0,200})/i.exec(text) ?? [];
    return `an HTML page${title.trim() && `, “${title.trim()}”`}, without one (${size})`;
  }
  const [payload] = payloads;
  if (payload === undefined) return `no JSON (${size}), beginning ${JSON.stringify(text.slice(0, 40))}`;
  return Array.isArray(payload)
    ? `a list of ${payload.length} without one (${size})${whereIds(payload)}`
    : `JSON that is no list (${size})`;
}

/** Where feature ids stand instead: what has moved, for whoever mends the reader. */
function whereIds(payload: unknown[]): string {
  const path = pathToId(payload, []);
  return path === undefined
    ? ', and no feature id in it'
    : `; a feature id stands at ${path.join(',')}, without a name after it`;
}

function pathToId(value: unknown, path: number[]): number[] | undefined {
  if (typeof value === 'string') return readFeatureId(value) === undefined ? undefined : path;
  if (!Array.isArray(value) || path.length >= maxIdDepth) return undefined;
  for (const [index, entry] of value.entries()) {
    const found = pathToId(entry, [...path, index]);
    if (found !== undefined) return found;
  }
  return undefined;
}
