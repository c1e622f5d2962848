import { isEmpty } from '../../extract/without-values.ts';
import type { Item, Json, PageRequest } from '../../model.ts';
import { digestOf } from '../ids.ts';
import type { RunContext } from '../run-context.ts';

/**
 * The items of a page with their keys, by the fields that the label names. One without a value of such a field is
 * incomplete: nothing says which other item it is.
 */
export function withKeys({ job }: Pick<RunContext, 'job'>, { label }: PageRequest, items: Item[]): Item[] {
  const names = job.pages[label]?.key;
  return names === undefined ? items : items.map((item) => withKey(item, names));
}

function withKey(item: Item, names: string[]): Item {
  const lacking = names.filter((name) => isEmpty(item.fields[name]));
  const missing = [...new Set([...(item.missing ?? []), ...lacking])];
  if (missing.length > 0) return { ...item, missing };
  if (item.misfits !== undefined) return item;
  const values = names.map((name): Json => item.fields[name] ?? null);
  return { ...item, key: digestOf(JSON.stringify(['item', item.item, ...values])) };
}
