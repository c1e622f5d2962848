import type { Item, Json } from '../model.ts';

/** An item without a single value is no item, whether or not one of its fields is required. */
export function withoutValues({ fields }: Pick<Item, 'fields'>): boolean {
  const values = Object.values(fields);
  return values.length > 0 && values.every(isEmpty);
}

/** Has the value nothing in it, at whatever depth? */
export function isEmpty(value: Json | undefined): boolean {
  return holdsOnly(value, (text) => text === '');
}

/** Has the value nothing in it but white space, at whatever depth? */
export function isBlankValue(value: Json): boolean {
  return holdsOnly(value, (text) => text.trim() === '');
}

function holdsOnly(value: Json | undefined, isNothing: (text: string) => boolean): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return isNothing(value);
  return typeof value === 'object' && Object.values(value).every((entry) => holdsOnly(entry, isNothing));
}
