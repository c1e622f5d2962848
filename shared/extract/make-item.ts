import type { Item, Json } from '../model.ts';
import type { FieldsReader, Reading } from './fields.ts';
import type { Page } from './types.ts';

/** Reads one item's fields, noting what is missing. */
export type ItemRead = (reading: Reading) => Record<string, Json>;

export function bindScope<Scope>(read: FieldsReader<Scope>, scope: Scope): ItemRead {
  return (reading) => read(scope, reading);
}

export function makeItem(name: string, page: Page, baseUrl: () => string, read: ItemRead): Item {
  const missing: string[] = [];
  const fields = freed(read({ page, baseUrl, missing }), page);
  const item = { item: name, url: page.url, fields };
  return missing.length === 0 ? item : { ...item, missing };
}

/** What a part of a text keeps in memory is the whole of it: of a page, until its batch is done. */
const smallPageBytes = 8_192;

function freed(fields: Record<string, Json>, { body }: Page): Record<string, Json> {
  return body.byteLength <= smallPageBytes ? fields : JSON.parse(JSON.stringify(fields));
}
