import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { compileRegex } from '../../patterns/compile-regex.ts';
import type { RegexSearch } from '../../patterns/search.ts';
import { compileTransforms, type Transforms } from '../transforms/compile-transforms.ts';
import { type Convert, fieldTypeOf, textOfScalar } from './field-types.ts';
import { isOfNumbers } from './takes-digits.ts';

/** Converts a text of the page into the field's value, in steps so that "nothing" and "unreadable" differ. */
export interface Conversion {
  /** What the regex keeps of the text; `undefined` when nothing is there. */
  pick(raw: Json | undefined): Json | undefined;
  /** What it goes through next; `undefined` for fields without steps, as most are. */
  transforms: Transforms | undefined;
  /** `undefined` when the value is not of the field's type. */
  convert: Convert;
  /** Is it a number, of which `regex` or a step may take a part of the digits? */
  mayTear: boolean;
}

/** The length of the text that a regex searches, in UTF-16 units. */
const regexInputLength = 1_048_576;

/** Compiles `regex`, `transform`, `type` and `locale` of a field, independent of HTML. */
export function compileConversion(field: Field): Conversion {
  const { regex, transform, type } = field;
  const pattern = regex === undefined ? undefined : compileRegex(regex);
  return {
    pick: (raw) => {
      if (raw === undefined || raw === null) return undefined;
      return pattern === undefined ? raw : search(pattern, raw);
    },
    transforms: transform === undefined ? undefined : compileTransforms(transform, type),
    mayTear: isOfNumbers(field) && (regex ?? transform) !== undefined,
    convert: type === undefined ? (picked) => picked : fieldTypeOf(type).compile(field),
  };
}

function search(pattern: RegexSearch, raw: Json): string | undefined {
  const kept = pattern.find(textOfScalar(raw)?.slice(0, regexInputLength) ?? '');
  return kept === '' ? undefined : kept;
}
