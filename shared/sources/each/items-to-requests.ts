import { DropError } from '../../errors.ts';
import { compileJsonPath } from '../../extract/json/json-path.ts';
import type { GivenByItem, Item, Json, PageRequest } from '../../model.ts';
import { findPlaces, placesOf } from '../../schema/item-values.ts';
import type { SentRequest } from '../send/request-schema.ts';
import type { EachOfItems } from './each-schema.ts';
import { fillRequest } from './fill.ts';

/** What a source makes of the items of one page. */
export interface MadeOfItems {
  requests: PageRequest[];
  /** Items of which it could make none, each with the reason. */
  skipped: DropError[];
}

/** Reads an item, and makes its request of it. */
export type MakeOfItems = (items: readonly Item[]) => MadeOfItems;

/** A value that is longer is no parameter; all of them travel in a message. */
const maxGivenChars = 8_192;

/**
 * Compiles what a source with `each` makes of items. `make` gives the request of the filled settings. Of two items that
 * give the same values there are two requests of one identity: the run admits one.
 */
export function compileEach<Source extends SentRequest & { each?: EachOfItems | undefined }>(
  source: Source,
  make: (filled: Source, given: GivenByItem) => PageRequest,
): MakeOfItems {
  const names = [...new Set(placesOf(source).map(({ name }) => name))];
  const readers = names.map((name) => ({ name, read: readerOf(name) }));
  const { with: kept = [] } = source.each ?? { from: '' };
  const requestOf = ({ fields }: Item): PageRequest => {
    const values = Object.fromEntries(readers.map(({ name, read }) => [name, read(fields) ?? null]));
    const filled = fillRequest(source, values);
    const parent = Object.fromEntries(kept.map((name) => [name, ownValue(fields, name) ?? null]));
    const given = kept.length === 0 ? { values } : { values, parent };
    const chars = JSON.stringify(given).length;
    if (chars > maxGivenChars) {
      throw new DropError(
        'VALUE_UNFIT',
        `its values have ${chars} characters; ${maxGivenChars} are the most`,
      );
    }
    return make(filled, given);
  };
  return (items) => {
    const made: MadeOfItems = { requests: [], skipped: [] };
    for (const item of items) {
      try {
        made.requests.push(requestOf(item));
      } catch (error) {
        if (!(error instanceof DropError)) throw error;
        made.skipped.push(error);
      }
    }
    return made;
  };
}

/** A field of that very name, or a path below one. */
function readerOf(name: string): (fields: Item['fields']) => Json | undefined {
  const atPath = compileJsonPath(name);
  return (fields) => ownValue(fields, name) ?? atPath(fields);
}

function ownValue(fields: Item['fields'], name: string): Json | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The settings with the values that a request was made with; as they are, for one that no item gave. */
export function settingsFor<Source extends SentRequest>(source: Source, { given }: PageRequest): Source {
  return given === undefined ? source : fillRequest(source, given.values);
}

/** The values of a URL that a user wrote by hand, if the source could have made it of an item. */
export function valuesInUrl(template: string, url: string): Record<string, string> | undefined {
  const names = findPlaces(template).map(({ name }) => name);
  const [before = ''] = template.split('#', 1);
  const literal = before.split(/(?<!\$)\{[^{}]*\}/u).map(escapeRegex);
  const match = new RegExp(`^${literal.join('([^/?&#]+)')}$`, 'u').exec(url);
  if (match === null) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, decoded(match[index + 1] ?? '')]));
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
