import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import type { PageBase } from '../links/resolve-url.ts';
import { graphLanguage } from '../structured/graph-language.ts';
import { htmlLanguage } from '../tree/html-fields.ts';
import type { Spot as HtmlSpot } from '../tree/spot.ts';
import { compileConversion } from '../values/convert.ts';
import { compileData } from './data-field.ts';
import { firstWithValue } from './first-source.ts';
import { compileBase, heldIn } from './held-markup.ts';
import type { Language, ValueMark } from './language.ts';
import { objectList, oneObject } from './objects.ts';
import { oneValue } from './one-value.ts';
import { fieldAt, placeOf } from './places.ts';
import { contextOf, lossOf, noLanguage, readValue } from './read-value.ts';
import {
  absent,
  type FieldAt,
  type FieldReader,
  type Loss,
  type Reading,
  type ReadingOf,
} from './reading.ts';
import { valueList } from './value-list.ts';

/** Reads the fields of one scope. Every field is in the result; one that was not found is its default or null. */
export type FieldsReader<Spot> = (
  scope: Spot,
  reading: ReadingOf<Spot>,
  path?: string,
) => Record<string, Json>;

/**
 * Compiles a set of fields; `location` is its path in the job, such as `pages.product.fields`. Throws HaltError
 * `JOB_INVALID` naming the part that cannot be compiled.
 * - A value that is not found, or is not of the field's `type`, is the default, else null (of a list: `[]`); a
 * required field is then reported by its path, such as `variants[2].sku`. An attribute or JSON value that is there
 * and empty is the empty string, which is no value of a required field.
 * - A list has an entry for each element: null where one is empty or cannot be converted, so that lists beside
 * each other stay parallel; of a required list those that cannot be converted are reported.
 */
export function compileFields<Spot>(
  fields: Record<string, Field>,
  location: string,
  language: Language<Spot>,
): FieldsReader<Spot> {
  const readers = Object.entries(fields).map(([name, field]) => ({
    name,
    read: compileField(field, joinPath(location, name), language),
  }));
  return (scope, reading, path = '') => {
    const values: Record<string, Json> = {};
    for (const { name, read } of readers) setOwn(values, name, read(scope, reading, { parent: path, name }));
    return values;
  };
}

/** `__proto__` has a setter, which would take the value. */
function setOwn(values: Record<string, Json>, name: string, value: Json): void {
  if (name !== '__proto__') values[name] = value;
  else Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
}

function compileField<Spot>(field: Field, location: string, language: Language<Spot>): FieldReader<Spot> {
  const { constant, from } = field;
  if (constant !== undefined) return () => constant;
  if (from !== undefined) {
    const readers = from.map((_, index) =>
      compileField(fieldAt(field, index), `${location}.from[${index}]`, language),
    );
    return firstWithValue(field, from, readers);
  }
  const placed = placeOf(field);
  if (placed.within !== 'page') return compilePlaced(placed, location, language);
  const read = compilePlaced(placed, location, language.ofPage());
  return (_scope, reading, at) => read(reading.root, reading, at);
}

function compilePlaced<Spot>(field: Field, location: string, language: Language<Spot>): FieldReader<Spot> {
  if (field.page !== undefined) return compileFact(field, field.page);
  const data = compileData(field, location, language);
  if (data === undefined) {
    const read = compileRead(field, location, spotsOf(field, location, language));
    const marked = marking(read, language.marks?.(field));
    return withBase(field, location, language, losing(marked, field, language.losses?.(field)));
  }
  const read = compileRead(field, location, dataSpots);
  return (scope, reading, at) => {
    const { values, loss } = data(scope, reading, at);
    return loss === undefined ? read(values, reading, at) : absent(field, reading, at, loss);
  };
}

/** The field with its links resolved by the address that stands beside it. */
function withBase<Spot>(
  { base }: Field,
  location: string,
  language: Language<Spot>,
  read: FieldReader<Spot>,
): FieldReader<Spot> {
  if (base === undefined) return read;
  const baseOf = compileBase(base, `${location}.base`, language);
  return (scope, reading, at) => read(scope, { ...reading, base: () => baseOf(scope, reading) }, at);
}

/** Most fields have nothing to be marked, and cost nothing. */
function marking<Spot>(
  read: FieldReader<Spot>,
  marks: ((scope: Spot, value: Json) => ValueMark[]) | undefined,
): FieldReader<Spot> {
  if (marks === undefined) return read;
  return (scope, reading, at) => {
    const value = read(scope, reading, at);
    for (const mark of marks(scope, value)) {
      reading.onMark({ ...mark, field: joinPath(at.parent, at.name) });
    }
    return value;
  };
}

function losing<Spot>(
  read: FieldReader<Spot>,
  field: Field,
  losses: ((value: Json) => Loss[]) | undefined,
): FieldReader<Spot> {
  if (losses === undefined) return read;
  return (scope, reading, at) => {
    const value = read(scope, reading, at);
    for (const loss of losses(value)) reading.onLost(loss, field, () => joinPath(at.parent, at.name));
    return value;
  };
}

/** Where a field's values are found, how they are taken there, and how fields below it are read. */
interface Spots<Scope, Spot, Read extends Reading> {
  locate(scope: Scope): Spot[];
  compileTake(): (spot: Spot, reading: Reading) => Json | undefined;
  whyNothing: ((spot: Spot) => Loss | undefined) | undefined;
  otherAt: ((spot: Spot) => string | undefined) | undefined;
  languageAt(spot: Spot): string | undefined;
  baseAt(spot: Spot, base: PageBase): PageBase | undefined;
  below(): Language<Spot>;
  readingAt(spot: Spot, reading: Read): ReadingOf<Spot>;
}

function spotsOf<Spot>(
  field: Field,
  location: string,
  language: Language<Spot>,
): Spots<Spot, Spot, ReadingOf<Spot>> {
  return {
    locate: language.locate(field, location),
    compileTake: () => language.take(field, location),
    whyNothing: language.whyNothing?.(field),
    otherAt: language.otherAt?.(field),
    languageAt: (spot) => language.languageAt(spot),
    baseAt: (spot, base) => language.baseAt?.(spot, base),
    below: () => language.below(field),
    readingAt: (_spot, reading) => reading,
  };
}

/** Of values that are found already. What is below them is read as data. */
const dataSpots: Spots<Json[], Json, Reading> = {
  locate: (values) => values,
  compileTake: () => (value) => value,
  whyNothing: undefined,
  otherAt: undefined,
  languageAt: noLanguage,
  baseAt: () => undefined,
  below: () => graphLanguage,
  readingAt: (value, reading) => ({ ...reading, root: value }),
};

function compileRead<Scope, Spot, Read extends Reading>(
  field: Field,
  location: string,
  {
    locate,
    compileTake,
    whyNothing,
    otherAt,
    languageAt,
    baseAt,
    below,
    readingAt,
  }: Spots<Scope, Spot, Read>,
): (scope: Scope, reading: Read, at: FieldAt) => Json {
  if (field.fields && field.as === 'html') {
    return compileHeld(field, location, { locate, take: compileTake(), baseAt });
  }
  if (field.fields) {
    const read = compileFields(field.fields, `${location}.fields`, below());
    const nested = (spot: Spot, reading: Read, path: string) => read(spot, readingAt(spot, reading), path);
    const isList = field.list || field.table === 'rows';
    return isList ? objectList(field, locate, nested) : oneObject(field, locate, nested);
  }
  const conversion = compileConversion(field);
  const parts = { field, locate, take: compileTake(), whyNothing, otherAt, conversion, languageAt };
  return field.list ? valueList(parts) : oneValue(parts);
}

/** Fields in the markup that a value holds: each value is a document of its own. */
function compileHeld<Scope, Spot, Read extends Reading>(
  field: Field,
  location: string,
  { locate, take, baseAt }: HeldSpots<Scope, Spot>,
): (scope: Scope, reading: Read, at: FieldAt) => Json {
  const read = compileFields(field.fields ?? {}, `${location}.fields`, htmlLanguage);
  const open = (scope: Scope, reading: Read) =>
    locate(scope).flatMap((spot) => heldIn(take(spot, reading), reading, (base) => baseAt(spot, base)));
  const nested = (inner: ReadingOf<HtmlSpot>, { missing, onLost, onMark }: Read, path: string) =>
    read(inner.root, { ...inner, missing, onLost, onMark }, path);
  return field.list ? objectList(field, open, nested) : oneObject(field, open, nested);
}

interface HeldSpots<Scope, Spot> {
  locate(scope: Scope): Spot[];
  take(spot: Spot, reading: Reading): Json | undefined;
  baseAt(spot: Spot, base: PageBase): PageBase | undefined;
}

function compileFact<Spot>(field: Field, fact: NonNullable<Field['page']>): FieldReader<Spot> {
  const conversion = compileConversion(field);
  return (_scope, reading, at) => {
    const raw = reading.page[fact];
    const context = contextOf(reading, noLanguage, at);
    return (
      readValue(conversion, raw, context) ??
      absent(field, reading, at, lossOf(field, conversion, raw, context))
    );
  };
}
