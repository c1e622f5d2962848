import type { Item, Json } from '../model.ts';

/** An item without a single value is no item, whether or not one of its fields is required. */
export function withoutValues({ fields }: Pick<Item, 'fields'>): boolean {
  const values = Object.values(fields);
  return values.length > 0 && values.every(isEmpty);
}

export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every(isEmpty);
}
