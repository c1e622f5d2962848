import type { Item, ItemMark, Json } from '../model.ts';
import { joinPath } from './json/json-path.ts';

/** Stands for bytes that are no character of the page's encoding (Encoding Standard, error mode "replacement"). */
const replacement = '\uFFFD';

/**
 * Marks the fields that hold bytes which are no characters of the page's encoding. For items of a page whose text has such bytes;
 * which characters they were meant to be cannot be known.
 */
export function markDamaged(items: readonly Item[]): Item[] {
  return items.map((item) => {
    const damaged = Object.entries(item.fields).flatMap(([name, value]) =>
      damagedIn(value, joinPath('', name)),
    );
    if (damaged.length === 0) return item;
    const marks = damaged.map((field): ItemMark => ({ kind: 'damaged', field }));
    return { ...item, marks: [...(item.marks ?? []), ...marks] };
  });
}

/** The paths of texts with a replacement character; an entry of a list is named by its list. */
function damagedIn(value: Json, path: string): string[] {
  if (typeof value === 'string') return value.includes(replacement) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value)
    ? value.flatMap((entry) => damagedIn(entry, path))
    : Object.entries(value).flatMap(([name, entry]) => damagedIn(entry, joinPath(path, name)));
  return [...new Set(entries)];
}
