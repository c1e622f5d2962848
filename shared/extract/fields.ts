import type { Field } from '../job/schema.ts';
import type { Json } from '../model.ts';
import { type Conversion, compileConversion } from './convert.ts';
import { joinPath } from './json-path.ts';
import type { Page } from './types.ts';

/** How fields find their way in one kind of content: HTML elements or JSON values. */
export interface Language<Spot> {
  /** Compiles where the field is: the spots to try below a scope, in order; all of them for a list. */
  locate(field: Field, place: string): (scope: Spot) => Spot[];
  /** Compiles what the field takes from a spot; `undefined` when nothing is there. */
  take(field: Field, place: string): (spot: Spot) => Json | undefined;
  /** The language of the fields nested in one, after it was located. */
  below(field: Field): Language<Spot>;
}

/** One item being read. */
export interface Reading {
  page: Page;
  baseUrl(): string;
  /** Paths of required fields without a value are added here. */
  missing: string[];
}

/** Reads the fields of one scope. Every field is there; what was not found is its default or null. */
export type FieldsReader<Spot> = (scope: Spot, reading: Reading, path?: string) => Record<string, Json>;

/**
 * Compiles a set of fields; `place` is where it stands in the job, such as `pages.product.fields`.
 * Throws HaltError `JOB_INVALID` naming the part that cannot be compiled.
 *
 * - A value that is not found, or not what `type` asks for, is the default, else null (of a list: `[]`);
 *   a required field is then reported by its path, such as `variants[2].sku`.
 * - Entries of a list that cannot be converted are left out; of a required list they are reported.
 */
export function compileFields<Spot>(
  fields: Record<string, Field>,
  place: string,
  language: Language<Spot>,
): FieldsReader<Spot> {
  const names = Object.keys(fields);
  const readers = Object.entries(fields).map(([name, field]) =>
    compileField(field, joinPath(place, name), language),
  );
  return (scope, reading, path = '') => {
    const values: Record<string, Json> = {};
    for (const [index, read] of readers.entries()) {
      const name = names[index] ?? '';
      setOwn(values, name, read(scope, reading, { parent: path, name }));
    }
    return values;
  };
}

/** Objects have a setter of this name, which would take the value. */
function setOwn(values: Record<string, Json>, name: string, value: Json): void {
  if (name !== '__proto__') values[name] = value;
  else Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Where a field is in the item. Written out only for what is reported. */
interface FieldPlace {
  parent: string;
  name: string;
}

type FieldReader<Spot> = (scope: Spot, reading: Reading, at: FieldPlace) => Json;

function compileField<Spot>(field: Field, place: string, language: Language<Spot>): FieldReader<Spot> {
  const { constant } = field;
  if (constant !== undefined) return () => constant;
  const conversion = compileConversion(field);
  if (field.page !== undefined) return compileFact(field, field.page, conversion);
  const locate = language.locate(field, place);
  if (field.fields) {
    const nested = compileFields(field.fields, `${place}.fields`, language.below(field));
    return field.list ? objectList(field, locate, nested) : oneObject(field, locate, nested);
  }
  const take = language.take(field, place);
  return field.list ? valueList(field, locate, take, conversion) : oneValue(field, locate, take, conversion);
}

function compileFact<Spot>(
  field: Field,
  fact: NonNullable<Field['page']>,
  conversion: Conversion,
): FieldReader<Spot> {
  return (_scope, reading, at) =>
    readValue(conversion, reading.page[fact], reading.baseUrl) ?? absent(field, reading, at);
}

/** `undefined`: there is nothing to convert, or it cannot be converted. */
function readValue(
  { pick, convert }: Conversion,
  raw: Json | undefined,
  baseUrl: () => string,
): Json | undefined {
  const picked = pick(raw);
  return picked === undefined ? undefined : convert(picked, baseUrl);
}

function oneValue<Spot>(
  field: Field,
  locate: (scope: Spot) => Spot[],
  take: (spot: Spot) => Json | undefined,
  conversion: Conversion,
): FieldReader<Spot> {
  return (scope, reading, at) => {
    for (const spot of locate(scope)) {
      const value = readValue(conversion, take(spot), reading.baseUrl);
      if (value !== undefined) return value;
    }
    return absent(field, reading, at);
  };
}

function valueList<Spot>(
  field: Field,
  locate: (scope: Spot) => Spot[],
  take: (spot: Spot) => Json | undefined,
  { pick, convert }: Conversion,
): FieldReader<Spot> {
  return (scope, reading, at) => {
    const raw = locate(scope).flatMap((spot) => {
      const taken = take(spot);
      return field.path !== undefined && Array.isArray(taken) ? taken : [taken];
    });
    const values: Json[] = [];
    const unreadable: number[] = [];
    for (const [index, entry] of raw.entries()) {
      const picked = pick(entry);
      if (picked === undefined) continue;
      const value = convert(picked, reading.baseUrl);
      if (value === undefined) unreadable.push(index);
      else values.push(value);
    }
    if (values.length === 0) return absent(field, reading, at);
    if (field.required) {
      for (const index of unreadable) reading.missing.push(`${joinPath(at.parent, at.name)}[${index}]`);
    }
    return values;
  };
}

function oneObject<Spot>(
  field: Field,
  locate: (scope: Spot) => Spot[],
  nested: FieldsReader<Spot>,
): FieldReader<Spot> {
  return (scope, reading, at) => {
    const [spot] = locate(scope);
    return spot === undefined
      ? absent(field, reading, at)
      : nested(spot, reading, joinPath(at.parent, at.name));
  };
}

function objectList<Spot>(
  field: Field,
  locate: (scope: Spot) => Spot[],
  nested: FieldsReader<Spot>,
): FieldReader<Spot> {
  return (scope, reading, at) => {
    const path = joinPath(at.parent, at.name);
    const objects = locate(scope).map((spot, index) => nested(spot, reading, `${path}[${index}]`));
    return objects.length === 0 ? absent(field, reading, at) : objects;
  };
}

function absent(field: Field, reading: Reading, { parent, name }: FieldPlace): Json {
  const isMissing = field.required && (field.default ?? null) === null;
  if (isMissing) reading.missing.push(joinPath(parent, name));
  return field.default ?? (field.list ? [] : null);
}
