import { type BoundedRegex, compileRegex } from '../job/bounded-regex.ts';
import type { Field } from '../job/schema.ts';
import type { Json } from '../model.ts';
import { parseBoolean } from './parse-boolean.ts';
import { parseDate } from './parse-date.ts';
import { type NumberContext, parseInteger, parseNumber } from './parse-number.ts';
import { type PageBase, resolveUrl } from './resolve-url.ts';

/** From what stood on the page to the field's value, in two steps so that "nothing" and "unreadable" differ. */
export interface Conversion {
  /** What the regex keeps of it; `undefined` when nothing is there. */
  pick(raw: Json | undefined): Json | undefined;
  /** `undefined` when it is not what the type asks for. */
  convert(picked: Json, context: ConversionContext): Json | undefined;
}

export interface ConversionContext {
  base(): PageBase;
  /** The locale of the language that the value is in, as the page says; asked only where a value leaves it open. */
  language(): string | undefined;
}

/** A regex sees this much of a text, in UTF-16 units. */
const regexInputLength = 1_048_576;

/** Compiles `regex`, `type` and `locale` of a field. Knows nothing of HTML. */
export function compileConversion(field: Field): Conversion {
  const { regex, type, locale } = field;
  const pattern = regex === undefined ? undefined : compileRegex(regex);
  // A page's language says how its text is written, not how its machines write.
  const isOfMachine = field.attr !== undefined && machineAttribute.test(field.attr);
  const isMachineWritten = field.path !== undefined;
  const languageFor = (context: ConversionContext) =>
    isOfMachine || isMachineWritten ? noLanguage : context.language;
  return {
    pick: (raw) => {
      if (raw === undefined || raw === null) return undefined;
      return pattern === undefined ? raw : search(pattern, raw);
    },
    convert: (picked, context) => {
      if (type === undefined) return picked;
      if (type === 'number' || type === 'integer') {
        return toNumber(picked, type, locale, { language: languageFor(context), isMachineWritten });
      }
      const text = textOfScalar(picked);
      if (text === undefined) return undefined;
      if (type === 'string') return text;
      if (type === 'boolean') return parseBoolean(text);
      if (typeof picked !== 'string') return undefined;
      if (type === 'url') return resolveUrl(picked, context.base());
      return parseDate(picked, locale, languageFor(context));
    },
  };
}

const machineAttribute = /^(?:data-.*|content|value|datetime)$/i;
const noLanguage = () => undefined;

function search(pattern: BoundedRegex, raw: Json): string | undefined {
  const match = pattern.exec(textOfScalar(raw)?.slice(0, regexInputLength) ?? '');
  const kept = match === null ? undefined : match.length > 1 ? match[1] : match[0];
  return kept === '' ? undefined : kept;
}

/** Text for whole numbers beyond 2^53, as JSON pages and `parseNumber` give them. */
function toNumber(
  value: Json,
  type: 'number' | 'integer',
  locale: string | undefined,
  context: NumberContext,
): number | string | undefined {
  if (typeof value === 'number') return type === 'number' || Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return type === 'number' ? parseNumber(value, locale, context) : parseInteger(value, locale, context);
}

function textOfScalar(value: Json): string | undefined {
  return typeof value === 'object' ? undefined : String(value);
}
