import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import type { Conversion } from '../values/convert.ts';
import type { ConversionContext } from '../values/field-types.ts';
import { markAmbiguous } from './candidates.ts';
import { contextOf, convertMade, emptyLoss, isEnough, lossOf, noLanguage, readValue } from './read-value.ts';
import { absent, type FieldAt, type Loss, type Reading } from './reading.ts';

/** A compiled field of plain values. */
export interface ValueParts<Scope, Spot> {
  field: Field;
  locate(scope: Scope): Spot[];
  take(spot: Spot, reading: Reading): Json | undefined;
  whyNothing: ((spot: Spot) => Loss | undefined) | undefined;
  otherAt: ((spot: Spot) => string | undefined) | undefined;
  conversion: Conversion;
  languageAt(spot: Spot): string | undefined;
}

/** The step at which the value of a spot was lost. */
export function lossAt<Scope, Spot>(
  spot: Spot,
  { field, conversion, whyNothing }: ValueParts<Scope, Spot>,
  raw: Json | undefined,
  context: ConversionContext,
): Loss {
  const why = raw === undefined ? whyNothing?.(spot) : undefined;
  return why ?? lossOf(field, conversion, raw, context);
}

/** Compiles a field that is a list of plain values. */
export function valueList<Scope, Spot>(
  parts: ValueParts<Scope, Spot>,
): (scope: Scope, reading: Reading, at: FieldAt) => Json {
  const { field, locate, take, otherAt, conversion, languageAt } = parts;
  const [perEntry, asWhole] = splitConversion(field, conversion);
  const entryParts = { ...parts, conversion: perEntry };
  return (scope, reading, at) => {
    const raw = locate(scope).flatMap((spot) => {
      const taken = take(spot, reading);
      if (taken !== undefined) markAmbiguous(otherAt?.(spot), reading, at);
      const entries = field.path !== undefined && Array.isArray(taken) ? taken : [taken];
      return entries.map((entry) => ({ spot, entry, language: () => languageAt(spot) }));
    });
    let hasValue = false;
    const values = raw.map(({ spot, entry, language }, index): Json => {
      const context = contextOf(reading, language, at);
      const value = readValue(perEntry, entry, context);
      if (value !== undefined && isEnough(value, field)) {
        hasValue = true;
        return value;
      }
      const loss = value === undefined ? lossAt(spot, entryParts, entry, context) : emptyLoss(field);
      const path = () => `${joinPath(at.parent, at.name)}[${index}]`;
      reading.onLost(loss, field, path);
      if (field.required && (loss.step === 'type' || loss.step === 'transform')) reading.missing.push(path());
      return value ?? null;
    });
    if (hasValue) return asWhole(values, reading, at, raw[0]?.language ?? noLanguage);
    const instead = absent(field, reading, at, values.length === 0 ? undefined : null);
    return field.default === undefined && values.length > 0 ? values : instead;
  };
}

type FinishList = (values: Json[], reading: Reading, at: FieldAt, language: () => string | undefined) => Json;

/** Of a list field: what is made of each value, and then of the list. */
function splitConversion(field: Field, conversion: Conversion): [Conversion, FinishList] {
  const { transforms, convert } = conversion;
  if (transforms === undefined) return [conversion, (values) => values];
  const { each, whole } = transforms;
  if (whole === undefined) return [conversion, (values) => values.flat()];
  const perEntry = { ...conversion, transforms: { each, whole: undefined }, convert: (value: Json) => value };
  const rest = {
    ...conversion,
    mayTear: false,
    pick: (raw: Json | undefined) => raw,
    transforms: { each: keep, whole },
  };
  const finish: FinishList = (values, reading, at, language) => {
    const context = contextOf(reading, language, at);
    const list = values.flat();
    const made = whole(list, context);
    const value = made === undefined ? undefined : convertMade(made, convert, context);
    return value ?? absent(field, reading, at, lossOf(field, rest, list, context));
  };
  return [perEntry, finish];
}

const keep = (value: Json) => value;
