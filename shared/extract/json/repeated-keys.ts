import { parseExactJson } from '../../exact-json.ts';
import type { Json } from '../../model.ts';
import type { PathStep } from '../../schema/json-path-syntax.ts';
import { advance } from './json-path.ts';
import { beginningOf } from './unread-json.ts';

/** Of objects whose text gives a key several times: by these keys, the beginning of a value that was not kept. */
const repeatedOf = new WeakMap<object, Map<string, string>>();
/** These objects, and what they are in. */
const holders = new WeakSet<object>();

/**
 * `parseExactJson`, and of keys that an object has several times with different values it is noted that the last was kept, as RFC 8259
 * (4) leaves it to each reader. Throws SyntaxError.
 */
export function parseNotedJson(text: string): Json {
  const value = parseExactJson(text);
  if (typeof value === 'object' && value !== null && keysInText(text) !== keysIn(value)) noteIn(text, value);
  return value;
}

/** Notes of an object which value of a key was not kept. `around`: what it is in. */
export function noteRepeated(
  object: object,
  key: string,
  other: string,
  around: readonly (object | undefined)[],
): void {
  const known = repeatedOf.get(object) ?? new Map<string, string>();
  repeatedOf.set(object, known.set(key, beginningOf(other)));
  holders.add(object);
  for (const outer of around) if (outer !== undefined) holders.add(outer);
}

/** What was not kept of a key of this object. */
export function repeatedAt(object: object, key: string): string | undefined {
  return repeatedOf.get(object)?.get(key);
}

/** What was not kept of the first key that a path passes, of which its object has several. */
export function repeatedAlong(value: Json, steps: readonly PathStep[]): string | undefined {
  if (typeof value !== 'object' || value === null || !holders.has(value)) return undefined;
  let values: Json[] = [value];
  for (const step of steps) {
    for (const one of values) {
      const isKey = typeof step === 'object' && 'key' in step && typeof one === 'object' && one !== null;
      const other = isKey ? repeatedAt(one, step.key) : undefined;
      if (other !== undefined) return other;
    }
    values = advance(values, step);
  }
  return undefined;
}

/** Quotes that are not escaped, with a colon behind them: at least as many as there are keys. */
const keyEnd = /(?<!\\)"\s*:/g;

function keysInText(text: string): number {
  let count = 0;
  for (keyEnd.lastIndex = 0; keyEnd.test(text); ) count += 1;
  return count;
}

function keysIn(value: Json): number {
  let count = 0;
  const waiting: Json[] = [value];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const entries = Array.isArray(one) ? one : Object.values(one);
    if (!Array.isArray(one)) count += entries.length;
    for (const entry of entries) if (typeof entry === 'object' && entry !== null) waiting.push(entry);
  }
  return count;
}

/** An object or list that is open, and what it became. */
interface Open {
  value: object | undefined;
  /** Of an object: the texts of its values so far. */
  seen: Map<string, string> | undefined;
  key: string;
  index: number;
  /** Where the value of the key begins; -1 before it. */
  from: number;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

function noteIn(text: string, whole: Json): void {
  const open: Open[] = [];
  for (const { 0: found, index } of text.matchAll(token)) {
    const top = open.at(-1);
    if (found === '{' || found === '[') {
      const value = top === undefined ? whole : entryOf(top);
      const seen = found === '{' ? new Map<string, string>() : undefined;
      const object = typeof value === 'object' && value !== null ? value : undefined;
      open.push({ value: object, seen, key: '', index: 0, from: -1 });
    } else if (top === undefined) return;
    else if (found === ':') top.from = index + 1;
    else if (found === ',' || found === '}' || found === ']') {
      endValue(top, text.slice(top.from, index).trim(), open);
      top.index += 1;
      if (found !== ',') open.pop();
    } else if (top.from === -1) top.key = found;
  }
}

function entryOf({ value, seen, key, index }: Open): unknown {
  if (value === undefined) return undefined;
  const name = seen === undefined ? index : (JSON.parse(key) as string);
  return Object.hasOwn(value, name) ? value[name as keyof typeof value] : undefined;
}

function endValue(top: Open, written: string, open: readonly Open[]): void {
  if (top.seen === undefined || top.from === -1) return;
  const key = JSON.parse(top.key) as string;
  const before = top.seen.get(key);
  top.seen.set(key, written);
  top.from = -1;
  if (before === undefined || before === written || top.value === undefined) return;
  noteRepeated(
    top.value,
    key,
    before,
    open.map(({ value }) => value),
  );
}
