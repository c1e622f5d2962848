import { type BoundedRegex, compileRegex } from '../../job/bounded-regex.ts';
import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { type Convert, fieldTypeOf, textOfScalar } from './field-types.ts';

/** From what stood on the page to the field's value, in two steps so that "nothing" and "unreadable" differ. */
export interface Conversion {
  /** What the regex keeps of it; `undefined` when nothing is there. */
  pick(raw: Json | undefined): Json | undefined;
  /** `undefined` when it is not what the type asks for. */
  convert: Convert;
}

/** A regex sees this much of a text, in UTF-16 units. */
const regexInputLength = 1_048_576;

/** Compiles `regex`, `type` and `locale` of a field. Knows nothing of HTML. */
export function compileConversion(field: Field): Conversion {
  const { regex, type } = field;
  const pattern = regex === undefined ? undefined : compileRegex(regex);
  return {
    pick: (raw) => {
      if (raw === undefined || raw === null) return undefined;
      return pattern === undefined ? raw : search(pattern, raw);
    },
    convert: type === undefined ? (picked) => picked : fieldTypeOf(type).compile(field),
  };
}

function search(pattern: BoundedRegex, raw: Json): string | undefined {
  const match = pattern.exec(textOfScalar(raw)?.slice(0, regexInputLength) ?? '');
  const kept = match === null ? undefined : match.length > 1 ? match[1] : match[0];
  return kept === '' ? undefined : kept;
}
