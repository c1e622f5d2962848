import { at, listAt } from './at-path.ts';
import { isRecord, readRecord } from './read-record.ts';

/** The maximum depth of rows. Deeper records are recommendations within the record of a place. */
const maxDepth = 6;

/** The records of a search answer in its order, by their shape: which slot they are in has changed before. */
export function findRecords(answer: unknown): unknown[][] {
  const found: unknown[][] = [];
  collect(answer, 0, found);
  return found;
}

/**
 * Rows of results in the envelope that has more, `0,1,*,14` or `64,*,1` since 2026; those of them that are no readable
 * record.
 */
export function countRows(answer: unknown): { rows: number; unread: number } {
  const [older, newer] = [recordsIn(listAt(answer, 0, 1), 14), recordsIn(listAt(answer, 64), 1)];
  const records = older.length > newer.length ? older : newer;
  return {
    rows: records.length,
    unread: records.filter((record) => readRecord(record) === undefined).length,
  };
}

function recordsIn(list: unknown[], slot: number): unknown[] {
  return list.map((row) => at(row, slot)).filter(Array.isArray);
}

/**
 * Whether an answer without records is the answer to a search that found nothing: it repeats the query, it
 * has a list of rows, and in the list is nothing, or only the header. That the list is missing says nothing.
 */
export function isEmptySearch(answer: unknown): boolean {
  if (typeof at(answer, 0, 0) !== 'string') return false;
  const envelopes = [at(answer, 0, 1), at(answer, 64)].filter((list) => list !== undefined && list !== null);
  return envelopes.length > 0 && envelopes.every(hasNoRow);
}

/** The record of a place answer: at `6`, or wherever it is at the top. Records inside it are of other places. */
export function findPlaceRecord(answer: unknown): unknown[] | undefined {
  const atSix = at(answer, 6);
  return isRecord(atSix) ? atSix : listAt(answer).find(isRecord);
}

function collect(value: unknown, depth: number, found: unknown[][]): void {
  if (isRecord(value)) {
    found.push(value);
    return;
  }
  if (!Array.isArray(value) || depth >= maxDepth) return;
  for (const entry of value) collect(entry, depth + 1, found);
}

function hasNoRow(list: unknown): boolean {
  return Array.isArray(list) && (list.length === 0 || (list.length === 1 && isHeader(list[0])));
}

/** The header names the query and the event behind eight empty slots, and nothing where a row has its record. */
function isHeader(row: unknown): boolean {
  if (!Array.isArray(row) || row.length > 14) return false;
  const isFlat = row.every((entry: unknown) => !Array.isArray(entry) || !entry.some(Array.isArray));
  const names = row.slice(8);
  return (
    isFlat &&
    row.slice(0, 8).every((entry) => entry === null) &&
    names.some((name) => typeof name === 'string')
  );
}
