import type { Json } from '../model.ts';
import type { ExportRecord } from './records.ts';

/** The key of a record. `rank`: numbers before text, records without a value last, in both directions. */
export interface SortKey {
  rank: number;
  number: number | null;
  text: string | null;
}

/** A parsed `output.sort`: `field`, or `-field` for descending. */
export interface SortOrder {
  path: string;
  isDescending: boolean;
}

export function sortOrderOf(sort: string): SortOrder {
  const isDescending = sort.startsWith('-');
  return { path: isDescending ? sort.slice(1) : sort, isDescending };
}

const ranks = { number: 0, text: 1, missing: 2 };

export function sortKeyOf(record: ExportRecord, { path }: SortOrder): SortKey {
  return keyOf(valueAt(record, path));
}

/** Whether the record has the field, even with an empty value. */
export function hasSortField(record: ExportRecord, { path }: SortOrder): boolean {
  return valueAt(record, path) !== undefined;
}

/** Below 0 where `a` comes first. The order of SQLite, which compares text as bytes of UTF-8 ("BINARY"). */
export function compareKeys(a: SortKey, b: SortKey, { isDescending }: SortOrder): number {
  const byRank = a.rank - b.rank;
  if (byRank !== 0) return byRank;
  const byValue =
    a.rank === ranks.number ? (a.number ?? 0) - (b.number ?? 0) : compareText(a.text ?? '', b.text ?? '');
  return isDescending ? -byValue : byValue;
}

function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = inOrderOfPoints(a.charCodeAt(at)) - inOrderOfPoints(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-8 is ordered by code point; in UTF-16, surrogates stand for the code points beyond all single units. */
function inOrderOfPoints(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x800;
}

/** A field with points in its name is found by the whole name first. */
function valueAt(value: Json | undefined, path: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  const point = path.indexOf('.');
  const head = path.slice(0, point);
  return point > 0 && Object.hasOwn(value, head) ? valueAt(value[head], path.slice(point + 1)) : undefined;
}

function keyOf(value: Json | undefined): SortKey {
  if (typeof value === 'number' || typeof value === 'boolean')
    return { rank: ranks.number, number: Number(value), text: null };
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  const isEmpty = text === '' || ['""', '[]', '{}'].includes(text);
  if (isEmpty) return { rank: ranks.missing, number: null, text: null };
  return { rank: ranks.text, number: null, text: fold(text) };
}

/** Long texts are compared by their beginning: an index must not hold whole pages. */
const comparedChars = 200;

function fold(text: string): string {
  return text.slice(0, comparedChars).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().toWellFormed();
}
