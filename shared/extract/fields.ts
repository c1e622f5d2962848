import type { Field } from '../job/schema.ts';
import type { Json, LostValue } from '../model.ts';
import { joinPath } from './json/json-path.ts';
import type { PageBase } from './links/resolve-url.ts';
import type { Page } from './types.ts';
import { type Conversion, compileConversion } from './values/convert.ts';
import type { ConversionContext } from './values/field-types.ts';

/** How fields are located and read in one kind of content: HTML elements or JSON values. */
export interface Language<Spot> {
  /** Compiles the location of a field: the spots to try below a scope, in order; for a list, all of them. */
  locate(field: Field, location: string): (scope: Spot) => Spot[];
  /** Compiles what the field takes from a spot; `undefined` when nothing is there. */
  take(field: Field, location: string): (spot: Spot) => Json | undefined;
  /** The locale of the natural language at a spot, as the page states it; `undefined` where it does not. */
  languageAt(spot: Spot): string | undefined;
  /** The language for the fields nested in a field, after that was located. */
  below(field: Field): Language<Spot>;
}

/** How a value was lost, without the path of its field. */
export type Loss = Omit<LostValue, 'field'>;

/** The state of reading one item. */
export interface Reading {
  page: Page;
  base(): PageBase;
  /** Collects the paths of required fields without a value. */
  missing: string[];
  /** Called with every value that is lost, required or not; `path` is computed only where it is kept. */
  onLost(loss: Loss, field: Field, path: () => string): void;
}

/** Reads the fields of one scope. Every field is in the result; one that was not found is its default or null. */
export type FieldsReader<Spot> = (scope: Spot, reading: Reading, path?: string) => Record<string, Json>;

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
  const names = Object.keys(fields);
  const readers = Object.entries(fields).map(([name, field]) =>
    compileField(field, joinPath(location, name), language),
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

/** `__proto__` has a setter, which would take the value. */
function setOwn(values: Record<string, Json>, name: string, value: Json): void {
  if (name !== '__proto__') values[name] = value;
  else Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The path of a field in the item. Written out only for what is reported. */
interface FieldPlace {
  parent: string;
  name: string;
}

type FieldReader<Spot> = (scope: Spot, reading: Reading, at: FieldPlace) => Json;

function compileField<Spot>(field: Field, location: string, language: Language<Spot>): FieldReader<Spot> {
  const { constant } = field;
  if (constant !== undefined) return () => constant;
  const conversion = compileConversion(field);
  if (field.page !== undefined) return compileFact(field, field.page, conversion);
  const languageAt = (spot: Spot) => language.languageAt(spot);
  const locate = language.locate(field, location);
  if (field.fields) {
    const nested = compileFields(field.fields, `${location}.fields`, language.below(field));
    return field.list ? objectList(field, locate, nested) : oneObject(field, locate, nested);
  }
  const take = language.take(field, location);
  const parts = { field, locate, take, conversion, languageAt };
  return field.list ? valueList(parts) : oneValue(parts);
}

function compileFact<Spot>(
  field: Field,
  fact: NonNullable<Field['page']>,
  conversion: Conversion,
): FieldReader<Spot> {
  return (_scope, reading, at) => {
    const raw = reading.page[fact];
    return (
      readValue(conversion, raw, { base: reading.base, language: noLanguage }) ??
      absent(field, reading, at, lossOf(field, conversion, raw))
    );
  };
}

const noLanguage = () => undefined;

/** `undefined`: there is nothing to convert, or it cannot be converted. */
function readValue(
  { pick, convert }: Conversion,
  raw: Json | undefined,
  context: ConversionContext,
): Json | undefined {
  const picked = pick(raw);
  return picked === undefined ? undefined : convert(picked, context);
}

/** The step at which `readValue` failed: computed only then, since most values are found. */
function lossOf(field: Field, { pick }: Conversion, raw: Json | undefined): Loss {
  if (raw === undefined || raw === null) return nothingTaken(field);
  const picked = pick(raw);
  if (picked === undefined) return { step: 'regex', found: shown(raw) };
  return { step: 'type', found: shown(picked), ...(field.type === undefined ? {} : { wanted: field.type }) };
}

/** An empty text is a value, but not one of a required field. */
function isEnough(value: Json, { required }: Field): boolean {
  return !(required && typeof value === 'string' && value.trim() === '');
}

function emptyLoss({ attr, path }: Field): Loss {
  if (attr !== undefined) return { step: 'attr', wanted: attr, found: '' };
  return { step: path === undefined ? 'text' : 'path', found: '' };
}

/** The element was found, but not what the field takes from it. */
function nothingTaken({ attr, path, table }: Field): Loss {
  if (attr !== undefined) return { step: 'attr', wanted: attr };
  if (path !== undefined) return { step: 'path' };
  return { step: table === undefined ? 'text' : 'table' };
}

/** The length to which a lost value is shortened. */
const shownLength = 160;

function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > shownLength ? text.slice(0, shownLength) : text;
}

/** A compiled field of plain values. */
interface ValueParts<Spot> {
  field: Field;
  locate(scope: Spot): Spot[];
  take(spot: Spot): Json | undefined;
  conversion: Conversion;
  languageAt(spot: Spot): string | undefined;
}

function oneValue<Spot>(parts: ValueParts<Spot>): FieldReader<Spot> {
  const { field, locate, take, conversion, languageAt } = parts;
  return (scope, reading, at) => {
    let loss: Loss | undefined;
    let empty: Json | undefined;
    for (const spot of locate(scope)) {
      const raw = take(spot);
      const language = () => languageAt(spot);
      const value = readValue(conversion, raw, { base: reading.base, language });
      if (value !== undefined && isEnough(value, field)) return value;
      empty ??= value;
      // Of several losses, the one at the latest step says most.
      if (!loss?.found) loss = value === undefined ? lossOf(field, conversion, raw) : emptyLoss(field);
    }
    return absent(field, reading, at, loss) ?? empty ?? null;
  };
}

function valueList<Spot>(parts: ValueParts<Spot>): FieldReader<Spot> {
  const { field, locate, take, conversion, languageAt } = parts;
  return (scope, reading, at) => {
    const raw = locate(scope).flatMap((spot) => {
      const taken = take(spot);
      const entries = field.path !== undefined && Array.isArray(taken) ? taken : [taken];
      return entries.map((entry) => ({ entry, language: () => languageAt(spot) }));
    });
    let hasValue = false;
    const values = raw.map(({ entry, language }, index): Json => {
      const value = readValue(conversion, entry, { base: reading.base, language });
      if (value !== undefined && isEnough(value, field)) {
        hasValue = true;
        return value;
      }
      const loss = value === undefined ? lossOf(field, conversion, entry) : emptyLoss(field);
      const path = () => `${joinPath(at.parent, at.name)}[${index}]`;
      reading.onLost(loss, field, path);
      if (field.required && loss.step === 'type') reading.missing.push(path());
      return value ?? null;
    });
    if (hasValue) return values;
    const instead = absent(field, reading, at, values.length === 0 ? undefined : null);
    return field.default === undefined && values.length > 0 ? values : instead;
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

/** For JSON, the path selects. */
function nothingLocated({ path, select }: Field): Loss {
  return { step: path !== undefined && select === undefined ? 'path' : 'select' };
}

/** The default, or null. `loss`: how it was lost; null where that is recorded already. */
function absent(
  field: Field,
  reading: Reading,
  { parent, name }: FieldPlace,
  loss: Loss | null = nothingLocated(field),
): Json {
  const isMissing = field.required && (field.default ?? null) === null;
  const path = () => joinPath(parent, name);
  if (isMissing) reading.missing.push(path());
  if (loss !== null) reading.onLost(loss, field, path);
  return field.default ?? (field.list ? [] : null);
}
