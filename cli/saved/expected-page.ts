import { joinPath } from '../../shared/extract/json/json-path.ts';
import type { Item, Json } from '../../shared/model.ts';
import type { Trial } from '../try/page.ts';

/** What a job is to take from a saved page. */
export interface ExpectedPage {
  end: string;
  code?: string;
  items: (Pick<Item, 'item' | 'fields' | 'missing'> & { misfits?: string[] })[];
  /** URLs it would follow, by label. */
  links: Record<string, string[]>;
  next?: string[];
}

export function expectedOf({ fact, items, links, next }: Trial): ExpectedPage {
  return {
    end: fact.end,
    ...(fact.code === undefined ? {} : { code: fact.code }),
    items: items.map(({ item, fields, missing, misfits }) => ({
      item,
      fields,
      ...(missing === undefined ? {} : { missing }),
      ...(misfits === undefined
        ? {}
        : { misfits: misfits.map(({ path, keyword }) => `${path}: ${keyword}`) }),
    })),
    links: Object.fromEntries(links.map(({ label, urls }) => [label, urls])),
    ...(next.length === 0 ? {} : { next }),
  };
}

/** A value that is not as expected; without one side it is there on the other alone. */
export interface Difference {
  /** Such as `items[0].fields.price`. */
  path: string;
  expected?: Json;
  found?: Json;
}

/** All values in which the two differ, in the order of the expected ones. The order of an object's keys does not matter. */
export function differencesOf(expected: Json | undefined, found: Json | undefined, path = ''): Difference[] {
  if (isList(expected) && isList(found)) {
    const length = Math.max(expected.length, found.length);
    return Array.from({ length }, (_, index) =>
      differencesOf(expected[index], found[index], `${path}[${index}]`),
    ).flat();
  }
  if (isObject(expected) && isObject(found)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return names.flatMap((name) =>
      differencesOf(ownOf(expected, name), ownOf(found, name), joinPath(path, name)),
    );
  }
  if (expected === found) return [];
  return [
    { path, ...(expected === undefined ? {} : { expected }), ...(found === undefined ? {} : { found }) },
  ];
}

function ownOf(value: { [name: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isList(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
