import { DropError } from '../../errors.ts';
import type { Json } from '../../model.ts';
import { fillPlaces, findPlaces, wholePlace } from '../../schema/item-values.ts';
import { withBody } from '../../schema/request-body.ts';
import type { SentRequest } from '../send/request-schema.ts';

/** The values for the places of one request, by the names of the places. */
export type ItemValues = Readonly<Record<string, Json>>;

/**
 * The request with the values in their places, each encoded for where it stands, so that none can add a segment, a
 * parameter, a field or a header, or choose another host. Throws `DropError`: VALUE_MISSING for one that is null or not
 * there, VALUE_UNFIT for one that cannot stand in its place.
 */
export function fillRequest<Source extends SentRequest>(source: Source, values: ItemValues): Source {
  const { url, headers, json, form, multipart, graphql } = source;
  const textOf = (name: string) => textIn(values, name);
  const inText = (text: string) => withoutSecrets(text, fillPlaces(text, textOf));
  const filled: Source = {
    ...source,
    url: fillUrl(url, textOf),
    headers: mapTexts(headers, (text) => inHeader(text, inText(text))),
  };
  if (json !== undefined) filled.json = inJson(json, values, inText);
  if (form !== undefined) filled.form = mapTexts(form, inText);
  if (multipart !== undefined) filled.multipart = mapTexts(multipart, inText);
  if (graphql?.variables !== undefined) {
    filled.graphql = {
      ...graphql,
      variables: mapEntries(graphql.variables, (value) => inJson(value, values, inText)),
    };
  }
  return withBody(filled);
}

/** A scalar as text. Numbers and booleans are written as JSON writes them. */
function textIn(values: ItemValues, name: string): string {
  const value = valueIn(values, name);
  if (typeof value !== 'object') return String(value).toWellFormed();
  throw unfit(
    name,
    `it is ${Array.isArray(value) ? 'a list' : 'an object'}, for which there is a place in JSON alone`,
  );
}

function valueIn(values: ItemValues, name: string): Exclude<Json, null> {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === null || value === '') {
    throw new DropError('VALUE_MISSING', `the item has no ${name}`);
  }
  return value;
}

function unfit(name: string, why: string): DropError {
  return new DropError('VALUE_UNFIT', `{${name}} cannot stand in its place: ${why}`);
}

/** Values stand within one segment of the path, or one name or value of the query. */
function fillUrl(template: string, textOf: (name: string) => string): string {
  const [before = ''] = template.split(/[?#]/, 1);
  const path = before
    .split('/')
    .map((segment) => fillSegment(segment, textOf))
    .join('/');
  const rest = fillPlaces(template.slice(before.length), (name) => encodeURIComponent(textOf(name)));
  return withoutSecrets(template, path + rest);
}

function fillSegment(segment: string, textOf: (name: string) => string): string {
  const [first] = findPlaces(segment);
  if (first === undefined) return segment;
  const filled = fillPlaces(segment, (name) => encodeURIComponent(textOf(name)));
  // The URL standard takes them out of a path, however they are encoded.
  if (/^(\.|%2e){1,2}$/i.test(filled)) throw unfit(first.name, `a path has no segment ${filled}`);
  return filled;
}

/** RFC 9110 §5.5: no line break or other control character; and what is no Latin-1 has no bytes there. */
function inHeader(template: string, filled: string): string {
  if (/^[\t\x20-\x7e\u0080-\u00ff]*$/.test(filled)) return filled;
  throw unfit(findPlaces(template)[0]?.name ?? '', 'a header is one line of Latin-1 characters');
}

/** A place that is a whole text of JSON takes the value with its type. */
function inJson(value: Json, values: ItemValues, inText: (text: string) => string): Json {
  if (typeof value === 'string') {
    const name = wholePlace(value);
    const whole = name === undefined ? undefined : valueIn(values, name);
    if (name === undefined || typeof whole === 'string' || whole === undefined) return inText(value);
    withoutSecrets('', JSON.stringify(whole));
    return whole;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => inJson(entry, values, inText));
  return mapEntries(value, (entry) => inJson(entry, values, inText));
}

const placeholder = /(?:\$|%24)(?:\{|%7B)env(?::|%3A)/gi;

/** A value of a page must not become `${env:NAME}`, which is a secret of the job once the request is sent. */
function withoutSecrets(template: string, filled: string): string {
  const countIn = (text: string) => text.match(placeholder)?.length ?? 0;
  if (countIn(filled) === countIn(template)) return filled;
  throw unfit(findPlaces(template)[0]?.name ?? 'a value', 'it would be read as the name of a secret');
}

function mapEntries<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Of headers and fields of a form; their names stay, and what is no text. */
function mapTexts<Value>(
  record: Record<string, Value>,
  change: (text: string) => string,
): Record<string, Value> {
  const changed = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(changed) : typeof value === 'string' ? change(value) : value;
  return mapEntries(record, (value) => changed(value) as Value);
}
