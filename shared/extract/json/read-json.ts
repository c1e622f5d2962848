import type { Json } from '../../model.ts';
import { jsonPathAt } from '../compile-part.ts';
import { compileFields } from '../fields/compile-fields.ts';
import { bindScope, type ItemRead, makeItem } from '../make-item.ts';
import type { ReadRule, RuleInput, RuleReader } from '../rule-reader.ts';
import type { Page } from '../types.ts';
import { unreadable } from '../unreadable.ts';
import { jsonLanguage } from './json-fields.ts';
import type { JsonPath } from './json-path.ts';

/** Compiles how a rule reads JSON pages. */
export function compileJsonReader({ rule, location, name, links, itemOptions }: RuleInput): RuleReader {
  const readItem = compileItem(rule, location);
  return (page, content) => {
    const entries = itemsOf(page, content.json());
    return {
      items: entries.map((entry) =>
        makeItem(name, page, content.base, readItem(entry, content.json()), itemOptions),
      ),
      ...links.inItems(entries, content.base()),
    };
  };
}

/** Without fields an item is taken unchanged; one that is no object becomes its `value`. */
function compileItem(rule: ReadRule, location: string): (item: Json, answer: Json) => ItemRead {
  const read = compileFields(rule.fields, `${location}.fields`, jsonLanguage);
  if (Object.keys(rule.fields).length > 0) return (item, answer) => bindScope(read, item, answer);
  return (item) => () => (isObject(item) ? item : { value: item });
}

/** Whether an answer may lack its list is decided by the source, before this. */
function itemsOf(page: Page, answer: Json): Json[] {
  const path = page.itemsPath ?? '';
  const found = itemsPathOf(path)(answer) ?? (page.kind === 'rest' ? [] : null);
  if (Array.isArray(found)) return found;
  if (isObject(found)) return [found];
  throw unreadable(page, `${path || 'the answer'} is neither a list nor an object`);
}

/** The path comes with the page, from the source that fetched it. */
function itemsPathOf(path: string): JsonPath {
  return jsonPathAt('items', path);
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
