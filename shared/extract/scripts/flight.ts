import { DropError } from '../../errors.ts';
import { parseExactJson } from '../../exact-json.ts';
import type { Json } from '../../model.ts';
import type { PathStep } from '../../schema/json-path-syntax.ts';
import { entriesOf } from '../json/json-path.ts';
import { isNode } from '../structured/graph.ts';

/** The rows of the stream in which Next.js sends a page's data (React's "Flight"), by their ids. */
export type FlightRows = ReadonlyMap<string, Json>;

/** What pushes to `self.__next_f` hold: their texts are one stream, cut anywhere. */
export function readFlight(pushed: readonly Json[]): FlightRows {
  const chunks = pushed.map((entry) => (Array.isArray(entry) && entry[0] === 1 ? entry[1] : ''));
  const stream = Buffer.from(chunks.filter((chunk) => typeof chunk === 'string').join(''));
  const rows = new Map<string, Json>();
  for (let at = 0; at < stream.length; ) {
    const colon = stream.indexOf(':', at);
    if (colon === -1) break;
    const id = stream.toString('utf8', at, colon).trim();
    const text = textRow(stream, colon + 1);
    const newline = stream.indexOf('\n', colon);
    const end = text?.end ?? (newline === -1 ? stream.length : newline);
    const value = text?.value ?? parsed(stream.toString('utf8', colon + 1, end));
    if (id !== '' && value !== undefined) rows.set(id, value);
    at = text === undefined ? end + 1 : end;
  }
  return rows;
}

/** `T`, a length in bytes as hexadecimal digits, a comma and so much text. */
function textRow(stream: Buffer, at: number): { value: string; end: number } | undefined {
  const [head, digits = ''] = /^T([\da-f]{1,7}),/.exec(stream.toString('latin1', at, at + 10)) ?? [];
  if (head === undefined) return undefined;
  const start = at + head.length;
  const end = Math.min(stream.length, start + Number.parseInt(digits, 16));
  return { value: stream.toString('utf8', start, end), end };
}

/** Rows with another tag are no data: modules, hints, errors. */
function parsed(text: string): Json | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

/**
 * The values at a path of the objects that have it, at whatever depth, in the order of the stream: ids of rows and the nesting of
 * components change with each build of a site. Without steps: all rows. References between rows are followed; of the values behind the
 * first, as far as they hold 100,000 values together.
 */
export function* valuesInFlight(rows: FlightRows, steps: readonly PathStep[]): Generator<Json> {
  if (steps.length === 0) {
    if (rows.size > 0) yield Object.fromEntries(rows);
    return;
  }
  const forOthers = { room: maxValues };
  let hasFirst = false;
  for (const found of matchesIn(rows, steps)) {
    const value = hasFirst
      ? resolvedWithin(found, rows, forOthers)
      : resolved(found, rows, { room: maxValues });
    if (value === undefined) return;
    hasFirst = true;
    yield value;
  }
}

/** What stands at the path, with references between rows as they are written. */
function* matchesIn(rows: FlightRows, steps: readonly PathStep[]): Generator<Json> {
  const isMany = steps.includes('each');
  for (const start of rows.values()) {
    for (const value of walk(start)) {
      const found = steps.reduce<Json[]>(
        (values, step) => values.flatMap((one) => advance(one, step, rows)),
        [value],
      );
      const whole = isMany ? found : found[0];
      if (found.length > 0 && whole !== undefined && whole !== null) yield whole;
    }
  }
}

/** A value that is only compared; `undefined` where what all of these may hold is used up. */
function resolvedWithin(value: Json, rows: FlightRows, budget: { room: number }): Json | undefined {
  try {
    return resolved(value, rows, budget);
  } catch (error) {
    if (error instanceof DropError) return undefined;
    throw error;
  }
}

/** References may multiply a value without end. */
const maxValues = 100_000;

function* walk(start: Json): Generator<Json> {
  const waiting: Json[] = [start];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    yield value;
    for (const inside of Object.values(value).reverse()) waiting.push(inside);
  }
}

function advance(value: Json, step: PathStep, rows: FlightRows): Json[] {
  const holder = referred(value, rows);
  if (step === 'each') return entriesOf(holder);
  const isIndex = 'index' in step;
  const entry = isIndex
    ? Array.isArray(holder)
      ? holder.at(step.index)
      : undefined
    : propertyOf(holder, step.key);
  return entry === undefined ? [] : [entry];
}

function propertyOf(value: Json, key: string): Json | undefined {
  return isNode(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** With what is inside of it. A row within itself stays a reference, where it is at its deepest. */
function resolved(value: Json, rows: FlightRows, budget: { room: number }, depth = 0): Json {
  budget.room -= 1;
  const target = referred(value, rows);
  if (typeof target !== 'object' || target === null) return target;
  const isTooDeep = depth > maxDepth;
  if (isTooDeep && typeof value === 'string') return value;
  if (isTooDeep || budget.room < 0) throw tooMuch();
  if (Array.isArray(target)) return target.map((entry) => resolved(entry, rows, budget, depth + 1));
  const entries = Object.entries(target).map(([key, entry]) => [
    key,
    resolved(entry, rows, budget, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

const maxDepth = 100;

/** What a text of the stream stands for: `$5`, `$L5` and `$5:props:name` for a row, `$D…` for a date, `$$…` for a text. */
function referred(value: Json, rows: FlightRows): Json {
  if (typeof value !== 'string' || !value.startsWith('$') || value.length === 1) return value;
  if (value.startsWith('$$')) return value.slice(1);
  if (value === '$undefined' || value === '$NaN' || /^\$-?Infinity$/.test(value)) return null;
  const [, date, digits] = /^\$(?:D(\d{4}-.*)|n(-?\d+))$/.exec(value) ?? [];
  const plain = date ?? digits;
  if (plain !== undefined) return plain;
  const [, id = '', path = ''] = /^\$[L@]?([\da-f]+)((?::.+)?)$/.exec(value) ?? [];
  const keys = path.split(':').slice(1);
  const found = keys.reduce<Json | undefined>(memberOf, rows.get(id));
  return found === undefined || found === value ? value : found;
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return value === undefined ? undefined : propertyOf(value, key);
}

function tooMuch(): DropError {
  return new DropError('EXTRACT_FAILED', 'a value of the stream in its scripts is larger than can be kept');
}
