import { DropError } from '../../errors.ts';
import type { Json, PageRequest } from '../../model.ts';

/** Where a page of an API says which one it is. */
export type ParamLocation = 'query' | 'body';

type Target = Pick<PageRequest, 'url' | 'body'>;

/**
 * The request with `param` set, all else as it was written. In a body of JSON `param` is a path, such as
 * `variables.after`; any other body is taken for a form. Throws REST_INVALID where the path leads through
 * something other than objects.
 */
export function setParam<T extends Target>(
  request: T,
  location: ParamLocation,
  param: string,
  value: string | number,
): T {
  if (location === 'body') return { ...request, body: inBody(request.body ?? '', param, value) };
  const url = new URL(request.url);
  url.hash = '';
  url.search = inPairs(url.search.slice(1), param, value);
  return { ...request, url: url.href };
}

function inBody(body: string, param: string, value: string | number): string {
  const json = body.trim() === '' ? {} : parseObject(body);
  if (json === undefined) return inPairs(body, param, value);
  const names = param.split('.');
  const last = names.pop() ?? '';
  let at = json;
  for (const name of names) at = enter(at, name, param);
  put(at, last, value);
  return JSON.stringify(json);
}

type Fields = Record<string, unknown>;

function enter(fields: Fields, name: string, param: string): Fields {
  const inside = (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? {};
  if (typeof inside !== 'object' || Array.isArray(inside))
    throw new DropError('REST_INVALID', `the body has no place for ${param}: ${name} is no object`);
  put(fields, name, inside);
  return inside as Fields;
}

/** Without a setter of that name, such as `__proto__`. */
function put(fields: Fields, name: string, value: unknown): void {
  Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true });
}

function parseObject(body: string): Fields | undefined {
  try {
    const json = JSON.parse(body, keepNumbers) as Json;
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** ECMAScript's "JSON.parse source text access", which Node has since 21: numbers go out with the digits they came with. */
function keepNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value;
}

/** Of a query or a form: the first of that name is replaced where it stands, others of it go. */
function inPairs(text: string, name: string, value: string | number): string {
  const pair = new URLSearchParams([[name, String(value)]]).toString();
  const pairs = text === '' ? [] : text.split('&');
  const first = pairs.findIndex((other) => nameOf(other) === name);
  if (first === -1) return [...pairs, pair].join('&');
  return pairs
    .flatMap((other, index) => (index === first ? pair : nameOf(other) === name ? [] : other))
    .join('&');
}

function nameOf(pair: string): string | undefined {
  const [name] = new URLSearchParams(pair).keys();
  return name;
}
