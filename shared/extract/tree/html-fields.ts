import { isTag } from 'domhandler';
import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { parseJsonPath } from '../../schema/json-path-syntax.ts';
import { jsonPathAt, selectorAt } from '../compile-part.ts';
import type { Language } from '../fields/language.ts';
import type { Loss, Reading } from '../fields/reading.ts';
import { parseNotedJson, repeatedAlong } from '../json/repeated-keys.ts';
import { unreadJson } from '../json/unread-json.ts';
import { markdownOf } from '../markdown/to-markdown.ts';
import { type FieldTypeRules, fieldTypeOf } from '../values/field-types.ts';
import { languageOf } from '../values/page-language.ts';
import { isOneNumber, takesDigits } from '../values/takes-digits.ts';
import { digitsOf, isBlank, rawTextOf, textOf } from '../values/text.ts';
import { xmlBaseOf } from '../xml/namespaces.ts';
import { textReaderOf } from '../xpath/digit-text.ts';
import { valuesBeside } from './beside-label.ts';
import { otherThanFound } from './cell-values.ts';
import { isXml, markupOf } from './serialise.ts';
import type { Spot } from './spot.ts';
import { lossesOfTables, marksOfTables, readPairs, readRows, rowsOfFirst } from './table.ts';
import { cellsUnder, isRepeatedHeading } from './table-rows.ts';

/** Fields of HTML pages: by selector, from text, markup, attributes and tables. */
export const htmlLanguage: Language<Spot> = {
  locate(field, location) {
    const { label, column } = field;
    if (column !== undefined) return (scope) => cellsUnder(scope, column);
    const locate = label === undefined ? locateSelected(field, location) : besideLabel(label, field);
    const isOfRows = field.table === 'rows' && field.fields !== undefined;
    return isOfRows ? (scope) => locate(scope).flatMap(rowsOfFirst) : locate;
  },

  take(field, location) {
    const { attr, path, table, take, as } = field;
    if (as === 'html' && (attr ?? path) === undefined) return takeHeldMarkup;
    if (table === 'rows') return readRows;
    if (table === 'pairs') return readPairs;
    const isText = take === 'text' || attr !== undefined || path !== undefined;
    if (isText) return compileTake(field, location, elementReader);
    return take === 'html' ? takeMarkup : takeMarkdown;
  },

  whyNothing: (field) => brokenJson(field, elementReader),

  otherAt: (field) => {
    const inJson = otherInJson(field, elementReader);
    return field.label === undefined ? inJson : (spot) => otherThanFound(spot) ?? inJson?.(spot);
  },

  marks({ column, table, fields }) {
    if (column !== undefined) {
      return (scope) => (isRepeatedHeading(scope, column) ? [{ kind: 'heading', source: 'repeated' }] : []);
    }
    return table === undefined || fields !== undefined ? undefined : (_scope, value) => marksOfTables(value);
  },

  losses: ({ table }) => (table === 'pairs' ? lossesOfTables : undefined),

  baseAt: (spot, base) =>
    isTag(spot) && isXml(spot) ? { ...base, url: xmlBaseOf(spot, base.url) } : undefined,

  // A link, or an element that holds the address as text.
  placesOfBase: (select) => [{ select, attr: 'href' }, { select }],

  rawText: rawTextOf,

  languageAt: languageOf,

  below: () => htmlLanguage,

  ofPage: () => htmlLanguage,
};

/** Behind an empty cell stands the value of another column, which is none of a field with one value. */
function besideLabel(label: string, { list, fields }: Field): (scope: Spot) => Spot[] {
  if (list || fields !== undefined) return (scope) => valuesBeside(scope, label);
  return (scope) => {
    const found = valuesBeside(scope, label);
    const [first, second] = found;
    const isOfRow = second !== undefined && first?.parent?.type === 'tag' && first.parent === second.parent;
    return isOfRow && textOf(first) === '' ? [first] : found;
  };
}

function locateSelected(field: Field, location: string): (scope: Spot) => Spot[] {
  const { select } = field;
  if (select === undefined) return (scope) => [scope];
  const query = selectorAt(`${location}.select`, select, textReaderOf(field));
  if (!isFirstEnough(field)) return (scope) => query.all(scope);
  return (scope) => {
    const found = query.first(scope);
    return found === undefined ? [] : [found];
  };
}

/**
 * Does a field look at one element alone? A selector means the first that it matches. Of meta elements of one name, and of scripts
 * with the path, as pages have several, the first counts that has a value, and others are compared.
 */
export function isFirstEnough({ list, path, meta }: Field): boolean {
  return !list && path === undefined && meta === undefined;
}

/** Reads a spot for a field. */
export interface SpotReader<Spot> {
  /** The text as it stands on the page. */
  rawText(spot: Spot): string;
  /** The text, as `textOf` returns it. */
  text(spot: Spot): string;
  /** As `text`, with raised digits as such; `keepsApart`: as `raiseDigits` has it. */
  digits(spot: Spot, keepsApart: boolean): string;
  /** The attribute as written. */
  attribute(spot: Spot, name: string): string | undefined;
  isTime(spot: Spot): boolean;
}

/** Compiles what a field takes from a spot, except for tables and markup. */
export function compileTake<Spot extends object>(
  field: Field,
  location: string,
  reader: SpotReader<Spot>,
): (spot: Spot) => Json | undefined {
  const { attr, path } = field;
  if (attr !== undefined) return takeAttribute(attr.toLowerCase(), isFlag(field), reader);
  if (path === undefined) return takeText(field, reader);
  const read = jsonPathAt(`${location}.path`, path);
  return (spot) => {
    const json = jsonAt(spot, reader);
    return json === undefined ? undefined : read(json);
  };
}

/** Of a field with a path, what else its JSON says under a key on the way. */
export function otherInJson<Spot extends object>(
  { path, attr }: Field,
  reader: SpotReader<Spot>,
): ((spot: Spot) => string | undefined) | undefined {
  if (path === undefined || attr !== undefined) return undefined;
  const steps = parseJsonPath(path);
  return (spot) => repeatedAlong(jsonAt(spot, reader) ?? null, steps);
}

/** The JSON that a spot holds, parsed once for all fields that read it. */
function jsonAt<Spot extends object>(spot: Spot, reader: SpotReader<Spot>): Json | undefined {
  const known = jsonOfSpots.get(spot);
  if (known !== undefined) return known.json;
  const json = parseJson(reader.rawText(spot));
  jsonOfSpots.set(spot, { json });
  return json;
}

const jsonOfSpots = new WeakMap<object, { json: Json | undefined }>();

/** Of a field with a path, whether its JSON could be read. */
export function brokenJson<Spot extends object>(
  { path, attr }: Field,
  reader: SpotReader<Spot>,
): ((spot: Spot) => Loss | undefined) | undefined {
  if (path === undefined || attr !== undefined) return undefined;
  return (spot) => {
    const text = reader.rawText(spot);
    const unread = jsonAt(spot, reader) === undefined ? unreadJson(text) : undefined;
    return unread === undefined ? undefined : { step: 'json', found: unread };
  };
}

/** Decides whether the `datetime` of a `time` element is taken before its text; `undefined` where it never is. */
export function datetimeTest({ type, regex, attr, path }: Field): FieldTypeRules['isDatetime'] {
  if (type === undefined || (regex ?? attr ?? path) !== undefined) return undefined;
  return fieldTypeOf(type).isDatetime;
}

function isFlag({ type }: Field): boolean {
  return type !== undefined && fieldTypeOf(type).isFlag;
}

/** The markup as written; undefined where it is white space alone. */
function takeMarkup(spot: Spot): string | undefined {
  return nothingIfBlank(markupOf(spot));
}

/** Markup that is text, as in feeds and scripts, or else elements. */
function takeHeldMarkup(spot: Spot): string | undefined {
  return spot.children.some(isTag) ? takeMarkup(spot) : nothingIfBlank(rawTextOf(spot));
}

/** Is the text markup, such as that of a feed, whose line breaks count? */
function holdsMarkup({ as, transform }: Field): boolean {
  return as === 'html' || transform?.[0] === 'markdown' || transform?.[0] === 'htmlToText';
}

function nothingIfBlank(text: string): string | undefined {
  return isBlank(text) ? undefined : text;
}

const takeMarkdown = (spot: Spot, { base }: Pick<Reading, 'base'>) => markdownOf(spot, base());

function takeAttribute<Spot>(
  name: string,
  isFlag: boolean,
  reader: SpotReader<Spot>,
): (spot: Spot) => Json | undefined {
  return (spot) => {
    const value = reader.attribute(spot, name)?.trim();
    // HTML Standard, boolean attributes: present is true, as `checked`, `checked=""` or `checked="checked"`.
    if (isFlag && (value === '' || value?.toLowerCase() === name)) return true;
    return value;
  };
}

function takeText<Spot>(field: Field, reader: SpotReader<Spot>): (spot: Spot) => string | undefined {
  const isDatetime = datetimeTest(field);
  if (holdsMarkup(field)) return (spot) => nothingIfBlank(reader.rawText(spot));
  const keepsApart = isOneNumber(field);
  const textOfSpot = takesDigits(field) ? (spot: Spot) => reader.digits(spot, keepsApart) : reader.text;
  if (isDatetime === undefined) return (spot) => textOfSpot(spot) || undefined;
  return (spot) => {
    const datetime = reader.isTime(spot) ? reader.attribute(spot, 'datetime')?.trim() : undefined;
    if (datetime !== undefined && isDatetime(datetime, field.locale)) return datetime;
    return textOfSpot(spot) || undefined;
  };
}

const elementReader: SpotReader<Spot> = {
  rawText: rawTextOf,
  text: textOf,
  digits: digitsOf,
  attribute: (spot, name) =>
    isTag(spot) && Object.hasOwn(spot.attribs, name) ? spot.attribs[name] : undefined,
  isTime: (spot) => isTag(spot) && spot.name === 'time',
};

function parseJson(text: string): Json | undefined {
  try {
    return parseNotedJson(text);
  } catch {
    return undefined;
  }
}
