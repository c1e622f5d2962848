import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import { graphLanguage } from '../structured/graph-language.ts';
import { compileConversion } from '../values/convert.ts';
import { compileData } from './data-field.ts';
import type { Language } from './language.ts';
import { fieldAt, firstWithValue, placeOf } from './places.ts';
import { contextOf, emptyLoss, isEnough, lossOf, noLanguage, readValue } from './read-value.ts';
import {
  absent,
  type FieldAt,
  type FieldReader,
  type Loss,
  type Reading,
  type ReadingOf,
} from './reading.ts';
import { type ValueParts, valueList } from './value-list.ts';

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
  if (data === undefined) return compileRead(field, location, spotsOf(field, location, language));
  const read = compileRead(field, location, dataSpots);
  return (scope, reading, at) => {
    const { values, loss } = data(scope, reading, at);
    return loss === undefined ? read(values, reading, at) : absent(field, reading, at, loss);
  };
}

/** Where a field's values are found, how they are taken there, and how fields below it are read. */
interface Spots<Scope, Spot, Read extends Reading> {
  locate(scope: Scope): Spot[];
  compileTake(): (spot: Spot, reading: Reading) => Json | undefined;
  languageAt(spot: Spot): string | undefined;
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
    languageAt: (spot) => language.languageAt(spot),
    below: () => language.below(field),
    readingAt: (_spot, reading) => reading,
  };
}

/** Of values that are found already. What is below them is read as data. */
const dataSpots: Spots<Json[], Json, Reading> = {
  locate: (values) => values,
  compileTake: () => (value) => value,
  languageAt: noLanguage,
  below: () => graphLanguage,
  readingAt: (value, reading) => ({ ...reading, root: value }),
};

function compileRead<Scope, Spot, Read extends Reading>(
  field: Field,
  location: string,
  { locate, compileTake, languageAt, below, readingAt }: Spots<Scope, Spot, Read>,
): (scope: Scope, reading: Read, at: FieldAt) => Json {
  if (field.fields) {
    const read = compileFields(field.fields, `${location}.fields`, below());
    const nested = (spot: Spot, reading: Read, path: string) => read(spot, readingAt(spot, reading), path);
    return field.list ? objectList(field, locate, nested) : oneObject(field, locate, nested);
  }
  const parts = { field, locate, take: compileTake(), conversion: compileConversion(field), languageAt };
  return field.list ? valueList(parts) : oneValue(parts);
}

function compileFact<Spot>(field: Field, fact: NonNullable<Field['page']>): FieldReader<Spot> {
  const conversion = compileConversion(field);
  return (_scope, reading, at) => {
    const raw = reading.page[fact];
    const context = contextOf(reading, noLanguage);
    return (
      readValue(conversion, raw, context) ??
      absent(field, reading, at, lossOf(field, conversion, raw, context))
    );
  };
}

function oneValue<Scope, Spot>(
  parts: ValueParts<Scope, Spot>,
): (scope: Scope, reading: Reading, at: FieldAt) => Json {
  const { field, locate, take, conversion, languageAt } = parts;
  return (scope, reading, at) => {
    let loss: Loss | undefined;
    let empty: Json | undefined;
    for (const spot of locate(scope)) {
      const raw = take(spot, reading);
      const context = contextOf(reading, () => languageAt(spot));
      const value = readValue(conversion, raw, context);
      if (value !== undefined && isEnough(value, field)) return value;
      empty ??= value;
      // Of several losses, the one at the latest step says most.
      if (!loss?.found) {
        loss = value === undefined ? lossOf(field, conversion, raw, context) : emptyLoss(field);
      }
    }
    return absent(field, reading, at, loss) ?? empty ?? null;
  };
}

function oneObject<Scope, Spot, Read extends Reading>(
  field: Field,
  locate: (scope: Scope) => Spot[],
  nested: (spot: Spot, reading: Read, path: string) => Json,
): (scope: Scope, reading: Read, at: FieldAt) => Json {
  return (scope, reading, at) => {
    const [spot] = locate(scope);
    return spot === undefined
      ? absent(field, reading, at)
      : nested(spot, reading, joinPath(at.parent, at.name));
  };
}

function objectList<Scope, Spot, Read extends Reading>(
  field: Field,
  locate: (scope: Scope) => Spot[],
  nested: (spot: Spot, reading: Read, path: string) => Json,
): (scope: Scope, reading: Read, at: FieldAt) => Json {
  return (scope, reading, at) => {
    const path = joinPath(at.parent, at.name);
    const objects = locate(scope).map((spot, index) => nested(spot, reading, `${path}[${index}]`));
    return objects.length === 0 ? absent(field, reading, at) : objects;
  };
}
