import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import type { OnFailed } from '../transforms/compile-transforms.ts';
import type { Conversion } from '../values/convert.ts';
import type { ConversionContext, Convert } from '../values/field-types.ts';
import { isTorn } from '../values/raised-digits.ts';
import type { FieldAt, Loss, Reading } from './reading.ts';

export const noLanguage = () => undefined;

/** `at`: of the field whose value is marked where another is as likely. */
export function contextOf(
  reading: Reading,
  language: () => string | undefined,
  at: FieldAt,
): ConversionContext {
  const { base, page } = reading;
  return {
    base,
    language,
    fetchedAt: page.fetchedAt,
    onDoubt: (other) =>
      reading.onMark({ kind: 'ambiguous', field: joinPath(at.parent, at.name), found: shown(other) }),
  };
}

/** `undefined`: there is nothing to convert, or it cannot be converted. */
export function readValue(
  conversion: Conversion,
  raw: Json | undefined,
  context: ConversionContext,
): Json | undefined {
  const value = readPicked(conversion, raw, context);
  return conversion.mayTear && typeof raw === 'string' && isTorn(raw, value) ? undefined : value;
}

function readPicked(
  { pick, transforms, convert }: Conversion,
  raw: Json | undefined,
  context: ConversionContext,
): Json | undefined {
  const picked = pick(raw);
  if (picked === undefined || transforms === undefined) {
    return picked === undefined ? undefined : convert(picked, context);
  }
  const { each, whole } = transforms;
  const one = each(picked, context);
  const made = one === undefined || whole === undefined ? one : whole(one, context);
  return made === undefined ? undefined : convertMade(made, convert, context);
}

/** Of a list that the steps have made, each entry. */
export function convertMade(made: Json, convert: Convert, context: ConversionContext): Json | undefined {
  if (!Array.isArray(made)) return convert(made, context);
  const values = made.map((entry) => (entry === null ? null : (convert(entry, context) ?? null)));
  return values.every((value) => value === null) ? undefined : values;
}

/** The step at which `readValue` failed: computed only then, since most values are found. */
export function lossOf(
  field: Field,
  conversion: Conversion,
  raw: Json | undefined,
  context: ConversionContext,
): Loss {
  const { pick, transforms } = conversion;
  if (raw === undefined || raw === null) return nothingTaken(field);
  if (conversion.mayTear && typeof raw === 'string' && isTorn(raw, readPicked(conversion, raw, context))) {
    return { step: 'type', found: shown(raw), wanted: field.type ?? 'number' };
  }
  const picked = pick(raw);
  if (picked === undefined) return { step: 'regex', found: shown(raw) };
  let loss: Loss | undefined;
  const onFailed: OnFailed = (name, met) => {
    loss = { step: 'transform', found: shown(met), wanted: name };
  };
  const one = transforms?.each(picked, context, onFailed) ?? picked;
  if (loss === undefined) transforms?.whole?.(one, context, onFailed);
  return (
    loss ?? { step: 'type', found: shown(one), ...(field.type === undefined ? {} : { wanted: field.type }) }
  );
}

/** An empty text is a value, but not one of a required field. */
export function isEnough(value: Json, { required }: Field): boolean {
  return !(required && typeof value === 'string' && value.trim() === '');
}

export function emptyLoss({ attr, path }: Field): Loss {
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

/** A value as a loss or a mark shows it: its beginning. */
export function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > shownLength ? text.slice(0, shownLength) : text;
}
