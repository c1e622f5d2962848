import type { Json } from '../../model.ts';
import { jsonPathAt } from '../compile-part.ts';
import { compileFields } from '../fields/compile-fields.ts';
import { jsonLanguage } from '../json/json-fields.ts';
import { bindScope, type ItemRead, makeItem } from '../make-item.ts';
import type { PageContent } from '../page-content.ts';
import type { ReadRule, RuleInput, RuleReader } from '../rule-reader.ts';
import type { Page } from '../types.ts';
import { unreadable } from '../unreadable.ts';
import { checkRecords } from './max-records.ts';
import { pageKindOf } from './page-kinds.ts';

/** Compiles how a rule reads pages by paths: JSON, and what else becomes a value of its shape. */
export function compileRecordsReader({ rule, location, name, links, itemOptions }: RuleInput): RuleReader {
  const readItem = compileItem(rule, location);
  if (rule.items !== undefined) jsonPathAt(`${location}.items`, rule.items);
  return (page, content) => {
    const { value, marks, bases, faults } = content.records();
    const entries = itemsOf(page, content, rule);
    const items = entries.map((entry) => {
      const own = isObject(entry) ? bases?.get(entry) : undefined;
      const base = own === undefined ? content.base : () => ({ ...content.base(), url: own });
      const source = { base, document: () => undefined };
      const item = makeItem(name, page, source, readItem(entry, value), itemOptions);
      const more = isObject(entry) ? marks?.get(entry) : undefined;
      return more === undefined ? item : { ...item, marks: [...(item.marks ?? []), ...more] };
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

/** Whether an answer of an API may lack its list is decided by its source, before this. */
export function itemsOf(page: Page, content: PageContent, { items }: Pick<ReadRule, 'items'>): Json[] {
  const kind = pageKindOf(content.kind);
  const path = page.list?.itemsPath ?? items ?? (kind.form === 'values' ? kind.items : '');
  const found = jsonPathAt('items', path)(content.json()) ?? (page.list === undefined ? null : []);
  if (Array.isArray(found)) {
    checkRecords(page, found.length);
    return found;
  }
  if (isObject(found)) return [found];
  throw unreadable(page, `${path || 'the answer'} is neither a list nor an object`);
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
