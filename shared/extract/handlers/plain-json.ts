import type { Json } from '../../model.ts';

/** Deeper values would exhaust the stack when they are written. */
const deepest = 128;

/** Are its lists and objects nested at most 128 deep? Does not recurse. */
export function isShallow(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return false;
    level = level.flatMap((entry) =>
      typeof entry === 'object' && entry !== null ? Object.values(entry) : [],
    );
  }
  return true;
}

/** The limit of one value; more would not fit an outcome. An object that is used repeatedly counts each time. */
const maxValues = 1_000_000;
const maxChars = 50_000_000;

function wholeRoom(): { values: number; chars: number } {
  return { values: maxValues, chars: maxChars };
}

/**
 * A copy of `value`, which must be plain JSON: strings, finite numbers, booleans, null, lists and plain objects of
 * them, at most 128 deep, and bounded in number and length. Throws TypeError naming the path of what is not.
 */
export function copyPlainJson(value: unknown, path: string, depth = 0, room = wholeRoom()): Json {
  room.values -= 1;
  if (room.values < 0) throw new TypeError(`${path}: there are more than ${maxValues} values`);
  if (typeof value === 'string') {
    room.chars -= value.length;
    if (room.chars < 0) throw new TypeError(`${path}: the texts have more than ${maxChars} characters`);
    return value;
  }
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') throw new TypeError(`${path} is ${describe(value)}`);
  if (depth > deepest) throw new TypeError(`${path} is nested too deep, or in itself`);
  if (Array.isArray(value)) {
    if (value.length > room.values) throw new TypeError(`${path} has more than ${maxValues} entries`);
    return Array.from(value, (entry: unknown, index) =>
      copyPlainJson(entry, `${path}[${index}]`, depth + 1, room),
    );
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError(`${path} is ${describe(value)}`);
  }
  const entries = Object.entries(value).map(
    ([key, entry]: [string, unknown]) =>
      [key, copyPlainJson(entry, `${path}.${key}`, depth + 1, room)] as const,
  );
  return Object.fromEntries(entries);
}

function describe(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null)
    return value === undefined ? 'undefined' : `a ${typeof value}`;
  return `a ${value.constructor?.name ?? 'value'}, not plain JSON`;
}
