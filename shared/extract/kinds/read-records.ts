import type { Item, ItemMark, Json, LostValue } from '../../model.ts';
import { parseJsonPath } from '../../schema/json-path-syntax.ts';
import { jsonPathAt } from '../compile-part.ts';
import { compileFields } from '../fields/compile-fields.ts';
import { jsonLanguage } from '../json/json-fields.ts';
import { repeatedAlong } from '../json/repeated-keys.ts';
import { bindScope, type ItemRead, makeItem } from '../make-item.ts';
import type { PageContent } from '../page-content.ts';
import type { ReadRule, RuleInput, RuleReader } from '../rule-reader.ts';
import type { Page } from '../types.ts';
import { unreadable } from '../unreadable.ts';
import { isBlankValue } from '../without-values.ts';
import { checkRecords } from './max-records.ts';
import { pageKindOf } from './page-kinds.ts';

/** Compiles how a rule reads pages by paths: JSON, and what else becomes a value of its shape. */
export function compileRecordsReader({ rule, location, name, links, itemOptions }: RuleInput): RuleReader {
  const readItem = compileItem(rule, location);
  const fieldsOfKeys = findFieldsOfKeys(rule);
  if (rule.items !== undefined) jsonPathAt(`${location}.items`, rule.items);
  return (page, content) => {
    const { value, marks, lost, bases, faults } = content.records();
    const entries = itemsOf(page, content, rule);
    const other = repeatedAlong(content.json(), parseJsonPath(pathOfItems(page, content, rule)));
    const ofAll: ItemMark[] = other === undefined ? [] : [{ kind: 'ambiguous', field: '', found: other }];
    const items = entries.map((entry) => {
      const own = isObject(entry) ? bases?.get(entry) : undefined;
      const base = own === undefined ? content.base : () => ({ ...content.base(), url: own });
      const source = { base, document: () => undefined };
      const item = makeItem(name, page, source, readItem(entry, value), itemOptions);
      if (isObject(entry)) addLosses(item, lost?.get(entry) ?? [], fieldsOfKeys);
      const more = [...ofAll, ...((isObject(entry) ? marks?.get(entry) : undefined) ?? [])];
      return more.length === 0 ? item : { ...item, marks: [...(item.marks ?? []), ...more] };
    });
    return {
      items,
      ...links.inItems(entries, content.base()),
      ...(faults === undefined ? {} : { faults }),
    };
  };
}

/** Without fields an item is taken unchanged; one that is no object becomes its `value`. */
function compileItem(rule: ReadRule, location: string): (item: Json, whole: Json) => ItemRead {
  const read = compileFields(rule.fields, `${location}.fields`, jsonLanguage);
  if (Object.keys(rule.fields).length > 0) return (item, whole) => bindScope(read, item, whole);
  return (item) => () => (isObject(item) ? item : { value: item });
}

/** Fields by the key of an item's value with which their path begins; `undefined` of a rule that takes items unchanged. */
type FieldsOfKeys = ReadonlyMap<string, readonly string[]> | undefined;

function findFieldsOfKeys({ fields }: ReadRule): FieldsOfKeys {
  const entries = Object.entries(fields);
  if (entries.length === 0) return undefined;
  const found = new Map<string, string[]>();
  for (const [name, field] of entries) {
    for (const { path } of [field, ...(field.from ?? [])]) {
      const [first] = path === undefined ? [] : parseJsonPath(path);
      if (typeof first !== 'object' || !('key' in first)) continue;
      found.set(first.key, [...(found.get(first.key) ?? []), name]);
    }
  }
  return found;
}

/** What an item lacks of its value is lost to the fields that have no value without it. */
function addLosses(item: Item, losses: readonly LostValue[], fieldsOfKeys: FieldsOfKeys): void {
  for (const loss of losses) {
    for (const field of fieldsOfKeys === undefined ? [loss.field] : (fieldsOfKeys.get(loss.field) ?? [])) {
      if (!isBlankValue(item.fields[field] ?? null)) continue;
      const others = item.lost?.filter((known) => known.field !== field || known.step !== 'path') ?? [];
      item.lost = [...others, { ...loss, field }];
    }
  }
}

/** Whether an answer of an API may lack its list is decided by its source, before this. */
export function itemsOf(page: Page, content: PageContent, rule: Pick<ReadRule, 'items'>): Json[] {
  const path = pathOfItems(page, content, rule);
  const found = jsonPathAt('items', path)(content.json()) ?? (page.list === undefined ? null : []);
  if (Array.isArray(found)) {
    checkRecords(page, found.length);
    return found;
  }
  if (isObject(found)) return [found];
  throw unreadable(page, `${path || 'the answer'} is neither a list nor an object`);
}

function pathOfItems(page: Page, content: PageContent, { items }: Pick<ReadRule, 'items'>): string {
  const kind = pageKindOf(content.kind);
  return page.list?.itemsPath ?? items ?? (kind.form === 'values' ? kind.items : '');
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
