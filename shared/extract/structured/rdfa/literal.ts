import type { Element } from 'domhandler';
import { markupOf } from '../../tree/serialise.ts';
import { rawTextOf } from '../../values/text.ts';
import type { ElementText } from '../element-text.ts';
import { rdf } from './initial-context.ts';
import type { RdfObject } from './triples.ts';

/**
 * The literal that an element states (RDFa Core 1.1, 7.5, step 11; HTML+RDFa 1.1, 3.1). `datatype`: the type that it names;
 * `''` for one that is none, which makes it a plain literal; `undefined` where it names none. A text is folded as
 * `textOf` folds it; RDFa keeps white space as it stands.
 */
export function literalOf(element: Element, { datatype, language, textOf }: LiteralParts): RdfObject {
  if (datatype === rdf.xmlLiteral || datatype === rdf.html) {
    return { '@value': markupOf(element), '@type': datatype };
  }
  const stated = statedValue(element);
  const value = stated ?? textOf(element);
  const type = datatype ?? (isOfTime(element) ? timeTypeOf(stated ?? rawTextOf(element)) : undefined);
  if (type) return { '@value': value, '@type': type };
  return language === '' ? { '@value': value } : { '@value': value, '@language': language };
}

interface LiteralParts {
  datatype: string | undefined;
  language: string;
  textOf: ElementText;
}

/** Does the element state its value beside its text? */
export function statesValue(element: Element): boolean {
  return statedValue(element) !== undefined;
}

function statedValue({ name, attribs }: Element): string | undefined {
  const { content, datetime, value } = attribs;
  return content ?? datetime?.trim() ?? (name === 'data' ? value : undefined);
}

function isOfTime({ name, attribs }: Element): boolean {
  const { content, datetime } = attribs;
  return content === undefined && (datetime !== undefined || name === 'time');
}

const zone = '(?:Z|[+-]\\d\\d:\\d\\d)?';
const clock = '\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?';

/** The forms by which a time has its type (HTML+RDFa 1.1, 3.1). */
const timeTypes: [pattern: RegExp, type: string][] = [
  [/^-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/, 'duration'],
  [new RegExp(`^-?\\d{4,}-\\d\\d-\\d\\dT${clock}${zone}$`), 'dateTime'],
  [new RegExp(`^-?\\d{4,}-\\d\\d-\\d\\d${zone}$`), 'date'],
  [new RegExp(`^${clock}${zone}$`), 'time'],
  [new RegExp(`^-?\\d{4,}-\\d\\d${zone}$`), 'gYearMonth'],
  [/^-?\d{4,}$/, 'gYear'],
];

function timeTypeOf(value: string): string | undefined {
  const [, type] = timeTypes.find(([pattern]) => pattern.test(value)) ?? [];
  return type === undefined ? undefined : `http://www.w3.org/2001/XMLSchema#${type}`;
}
