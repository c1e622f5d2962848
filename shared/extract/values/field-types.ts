import type { FieldType } from '../../job/field-types.ts';
import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { type PageBase, resolveUrl } from '../links/resolve-url.ts';
import { parseBoolean } from './parse-boolean.ts';
import { namesDay, parseDate } from './parse-date.ts';
import { parseInteger, parseNumber } from './parse-number.ts';
import { parseQuantity } from './parse-quantity.ts';
import { placeInZone } from './place-in-zone.ts';

/** The rules of one type of field in the extraction. */
export interface FieldTypeRules {
  /** Compiles the conversion of a value: `undefined` for one that is not of the type. */
  compile(field: Field): Convert;
  /** An attribute of this type without a value is true, like HTML's boolean attributes. */
  readonly isFlag: boolean;
  /** What the digits of its text are: a number, a part of the value, as in a date, or nothing of their own. */
  readonly digits: 'number' | 'part' | undefined;
  /** Has a value of this type one form, so that places that speak of one thing have the same? */
  readonly hasOneForm: boolean;
  /** Of a thing in structured data, its address is a value of this type. */
  readonly isAddress: boolean;
  /**
   * Whether the `datetime` of a `time` element is a value of the type, so that it is taken instead of the
   * element's text. Undefined for types that a `time` element never has.
   */
  readonly isDatetime: ((datetime: string, locale: string | undefined) => boolean) | undefined;
}

export type Convert = (picked: Json, context: ConversionContext) => Json | undefined;

/** What a conversion may know besides its value: nothing that would differ if the page were read again. */
export interface ConversionContext {
  base(): PageBase;
  /** When the page was fetched, ISO 8601. */
  fetchedAt: string;
  /** The locale of the value's language, as the page states it; only called where a value is ambiguous. */
  language(): string | undefined;
  /** Called with another value that is as likely. */
  onDoubt?(other: Json): void;
}

const plain = {
  isFlag: false,
  digits: undefined,
  hasOneForm: false,
  isAddress: false,
  isDatetime: undefined,
} as const;

/** The one list of the rules of types. */
const rules: { readonly [Name in FieldType]: FieldTypeRules } = {
  string: { ...plain, compile: () => textOfScalar },
  number: {
    ...plain,
    digits: 'number',
    hasOneForm: true,
    compile: (field) => compileNumber(field, () => true, parseNumber),
  },
  integer: {
    ...plain,
    digits: 'number',
    hasOneForm: true,
    compile: (field) => compileNumber(field, Number.isSafeInteger, parseInteger),
  },
  quantity: { ...plain, digits: 'number', compile: compileQuantity },
  boolean: { ...plain, isFlag: true, hasOneForm: true, compile: () => toBoolean },
  date: {
    ...plain,
    digits: 'part',
    // The text of an element may name the day that its `datetime` does not.
    isDatetime: (datetime, locale) => namesDay(parseDate(datetime, locale) ?? ''),
    compile: compileDate,
  },
  url: {
    ...plain,
    isAddress: true,
    compile: compileUrl,
  },
};

/** What is to be known of a type. */
export function fieldTypeOf(name: FieldType): FieldTypeRules {
  return rules[name];
}

/** `accepts`: a number of a JSON page. Text for whole numbers beyond 2^53, as JSON pages and `parse` return them. */
function compileNumber(
  field: Field,
  accepts: (value: number) => boolean,
  parse: typeof parseNumber,
): Convert {
  const { locale, path, jsonld, script } = field;
  const isMachineWritten = (path ?? jsonld ?? script) !== undefined;
  const language = languageFor(field);
  return (picked, context) => {
    if (typeof picked === 'number') return accepts(picked) ? picked : undefined;
    if (typeof picked !== 'string') return undefined;
    return parse(picked, locale, { language: language(context), isMachineWritten, onDoubt: context.onDoubt });
  };
}

function compileQuantity(field: Field): Convert {
  const { locale, path, jsonld, script } = field;
  const isMachineWritten = (path ?? jsonld ?? script) !== undefined;
  const language = languageFor(field);
  return (picked, context) => {
    if (typeof picked === 'number') return { value: picked, unit: null };
    if (typeof picked !== 'string') return undefined;
    return parseQuantity(picked, locale, {
      language: language(context),
      isMachineWritten,
      onDoubt: context.onDoubt,
    });
  };
}

/** Attributes of which an empty one leads to the page itself (HTML Standard); an empty `src` or `content` leads nowhere. */
const linkAttributes = new Set(['href', 'action', 'formaction', 'cite']);

function compileUrl({ attr }: Field): Convert {
  const mayBeEmpty = attr !== undefined && linkAttributes.has(attr.toLowerCase());
  return (picked, context) => {
    if (typeof picked !== 'string' || (picked.trim() === '' && !mayBeEmpty)) return undefined;
    return resolveUrl(picked, context.base());
  };
}

function toBoolean(picked: Json): boolean | undefined {
  const text = textOfScalar(picked);
  return text === undefined ? undefined : parseBoolean(text);
}

function compileDate(field: Field): Convert {
  const { locale, timeZone } = field;
  const language = languageFor(field);
  const placed = timeZone === undefined ? undefined : placeInZone(timeZone);
  return (picked, context) => {
    const date = typeof picked === 'string' ? parseDate(picked, locale, language(context)) : undefined;
    return date === undefined || placed === undefined ? date : placed(date);
  };
}

const machineAttribute = /^(?:data-.*|content|value|datetime)$/i;
const noLanguage = () => undefined;

/** A page's language applies to its text, not to its machine-written attributes. */
function languageFor({ attr, path }: Field): (context: ConversionContext) => () => string | undefined {
  const isOfMachine = path !== undefined || (attr !== undefined && machineAttribute.test(attr));
  return isOfMachine ? () => noLanguage : (context) => context.language;
}

/** Objects and lists have no text. */
export function textOfScalar(value: Json): string | undefined {
  return typeof value === 'object' ? undefined : String(value);
}
