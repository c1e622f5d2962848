import type { Item, ItemMark, Json, LostValue } from '../model.ts';
import { addLoss } from './add-loss.ts';
import type { FieldsReader } from './fields/compile-fields.ts';
import type { Reading } from './fields/reading.ts';
import type { Page } from './types.ts';
import { withoutValues } from './without-values.ts';

/** Reads one item's fields, recording what is missing. The reading is its own. */
export type ItemRead = (reading: Reading) => Record<string, Json>;

/** `root`: what `scope` is a part of. */
export function bindScope<Scope>(read: FieldsReader<Scope>, scope: Scope, root: Scope): ItemRead {
  return (reading) => read(scope, Object.assign(reading, { root }));
}

export interface ItemOptions {
  /** Report every field without a value, also optional ones that are not on the page. @default false */
  reportsAllLosses?: boolean;
}

/** `source`: the page's content. `sourceLength`: of the texts that values are parts of. */
export function makeItem(
  name: string,
  page: Page,
  source: Pick<Reading, 'base' | 'document'>,
  read: ItemRead,
  { reportsAllLosses = false }: ItemOptions = {},
  sourceLength = page.body.byteLength,
): Item {
  const missing: string[] = [];
  const lost: LostValue[] = [];
  const marks: ItemMark[] = [];
  const onMark: Reading['onMark'] = (mark) => {
    const last = marks.at(-1);
    // A value is ambiguous once, whatever shows it.
    if (mark.kind === 'ambiguous' && last?.kind === 'ambiguous' && last.field === mark.field) return;
    marks.push(mark);
  };
  // An optional field that was not found is no loss; one that was found and could not be used is.
  const onLost: Reading['onLost'] = (loss, { required }, path) => {
    if (reportsAllLosses) lost.push({ field: path(), ...loss });
    else if (required || loss.found !== undefined) addLoss(lost, { field: path(), ...loss });
  };
  const { base, document } = source;
  const fields = freed(read({ page, base, document, missing, onLost, onMark }), sourceLength);
  // Such an item is never complete, so each of its fields counts as required.
  if (!reportsAllLosses && withoutValues({ fields })) {
    const onEachLost: Reading['onLost'] = (loss, _, path) => addLoss(lost, { field: path(), ...loss });
    lost.length = 0;
    read({ page, base, document, missing: [], onLost: onEachLost, onMark: () => {} });
  }
  const item: Item = { item: name, url: page.url, fields };
  if (missing.length > 0) item.missing = missing;
  if (marks.length > 0) item.marks = freed(marks, sourceLength);
  if (lost.length > 0) item.lost = freed(lost, sourceLength);
  return item;
}

/** A substring keeps its whole text in memory until the page's batch is done; that of a long text is copied. */
const maxKeptLength = 8_192;

function freed<Value>(value: Value, sourceLength: number): Value {
  return sourceLength <= maxKeptLength ? value : JSON.parse(JSON.stringify(value));
}
