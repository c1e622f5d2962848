import { isDeepStrictEqual } from 'node:util';
import type { ComparedItem, ItemChange, Json } from '../model.ts';

/** What became of a page's items: of each that it has its change, in their order, and those that it has no more. */
export interface ComparedItems {
  changes: ItemChange[];
  gone: ComparedItem[];
}

/** So many of those that are left are looked at for each item: a list may have a million. */
const maxLooks = 50;

/**
 * Which item is which: by the key of their label. Of items without one, equal ones are the same, so that what is inserted at the top
 * of a list changes nothing below; of the rest those that have at least half of their values in common, in their order. The only item
 * of a page is the same as its only one before, whatever it has.
 */
export function compareItems(before: readonly ComparedItem[], now: readonly ComparedItem[]): ComparedItems {
  const [first, second] = before;
  const isOnly = now.length === 1 && first !== undefined && second === undefined;
  if (isOnly && now[0] !== undefined && now[0].item === first.item && now[0].key === first.key) {
    return { changes: [changeOf(first, now[0])], gone: [] };
  }
  const left = new Set(before);
  const waiting = Map.groupBy(before, identityOf);
  const changes = now.map((item): ItemChange | undefined => {
    const same = waiting.get(identityOf(item))?.shift();
    if (same === undefined) return undefined;
    left.delete(same);
    return changeOf(same, item);
  });
  for (const [index, item] of now.entries()) changes[index] ??= changeOfSimilar(left, item);
  return { changes: changes.map((change) => change ?? { is: 'new' }), gone: [...left] };
}

/** Two items of one identity are one: by their key, or since they are equal. */
function identityOf({ item, key, fields }: ComparedItem): string {
  return JSON.stringify(key === undefined ? [item, sorted(fields)] : [item, key, '']);
}

function sorted(fields: ComparedItem['fields']): [string, Json][] {
  return Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
}

function changeOfSimilar(left: Set<ComparedItem>, item: ComparedItem): ItemChange | undefined {
  if (item.key !== undefined) return undefined;
  let looks = 0;
  for (const other of left) {
    looks += 1;
    if (looks > maxLooks) return undefined;
    if (other.item !== item.item || other.key !== undefined || !areSimilar(other.fields, item.fields))
      continue;
    left.delete(other);
    return changeOf(other, item);
  }
  return undefined;
}

function areSimilar(before: ComparedItem['fields'], now: ComparedItem['fields']): boolean {
  const values = Object.keys(now).filter((name) => (now[name] ?? null) !== null);
  const equal = values.filter((name) => isDeepStrictEqual(before[name], now[name]));
  return equal.length > 0 && 2 * equal.length >= values.length;
}

/** A field that is null is as one that is not there. */
function changeOf(before: ComparedItem, now: ComparedItem): ItemChange {
  const fields: NonNullable<ItemChange['fields']> = {};
  for (const name of new Set([...Object.keys(before.fields), ...Object.keys(now.fields)])) {
    const [from, to]: [Json, Json] = [before.fields[name] ?? null, now.fields[name] ?? null];
    if (!isDeepStrictEqual(from, to)) fields[name] = { from, to };
  }
  return Object.keys(fields).length === 0 ? { is: 'unchanged' } : { is: 'changed', fields };
}
