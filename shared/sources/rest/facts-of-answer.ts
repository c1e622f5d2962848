import { valuesAlong } from '../../extract/json/json-path.ts';
import type { RestSource } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { isObject } from './read-list.ts';

type Entries = [string, Json][];

/** What an answer says of its list, by how near to it: the first entries stand beside the list and its cursor, the last at the top. */
export type Facts = Entries[];

/**
 * What an answer says of its list rather than of anything in it: the entries of the objects in which the list and its cursor stand, and of objects
 * beside these that are about pages. Another list's `has_more` and an item's are none of them.
 */
export function factsOf(answer: Json, { items, page }: Pick<RestSource, 'items' | 'page'>): Facts {
  const around = [ownersOf(answer, items), page?.by === 'cursor' ? ownersOf(answer, page.path) : []];
  const levels = Array.from({ length: Math.max(...around.map(({ length }) => length)) }, (_, level) =>
    around.flatMap((owners) => owners[level] ?? []),
  );
  const passed = new Set<Json>(levels.flat());
  return levels.map((objects) =>
    [...new Set(objects)].flatMap((object) =>
      [object, ...aboutPagesIn(object, passed)].flatMap((owner) => Object.entries(owner)),
    ),
  );
}

/** The facts as one list, those at the top of the answer first. */
export function outermostFirst(facts: Facts): Entries {
  return facts.toReversed().flat();
}

/** The objects through which a path leads to what stands at its end, the nearest first. */
function ownersOf(answer: Json, path: string): Record<string, Json>[][] {
  const along = valuesAlong(answer, path);
  const isToLists = along.pop()?.every(Array.isArray) === true;
  // The entries on the way of `groups[*].items` have the lists; those of `edges[*].node` and `edges[-1].cursor` are the items.
  const list = isToLists ? -1 : along.findIndex((values) => values.some(Array.isArray));
  const owners = list === -1 ? along : along.slice(0, list);
  return owners.map((values) => values.filter(isObject)).reverse();
}

/** Names of objects that tell of the page of a list, whatever else is in them. */
const aboutPages =
  /^_?(meta(data)?|page|pager|paging|pagination|cursors?|links?|((page|paging|pagination|list|result)[_-]?(info|meta(data)?))|response[_-]?metadata)$/i;
/** What has one of these is a record of its own: a customer, a folder. */
const ofRecords = /^_?(id|uuid|guid|name|title|slug|email|login|username)$/i;

/** Objects in `owner` that tell of its list: not those that the paths pass, which are nearer to it. */
function aboutPagesIn(owner: Record<string, Json>, passed: Set<Json>): Record<string, Json>[] {
  return Object.entries(owner).flatMap(([key, value]) => {
    if (!isObject(value) || passed.has(value)) return [];
    if (aboutPages.test(key)) return [value, ...namedAboutPages(value)];
    return isOfOther(value) ? [] : [value];
  });
}

/** As `meta.pagination`. */
function namedAboutPages(owner: Record<string, Json>): Record<string, Json>[] {
  const found = Object.entries(owner).filter(([key]) => aboutPages.test(key));
  return found.flatMap(([, value]) => (isObject(value) ? [value] : []));
}

/** Another list, or a record: what it says is of itself. */
function isOfOther(value: Record<string, Json>): boolean {
  return Object.entries(value).some(([key, entry]) => Array.isArray(entry) || ofRecords.test(key));
}
