import type { Json } from '../model.ts';

/** Deeper values would exhaust the stack of whoever writes them out again. */
const deepest = 128;

/** Are its lists and objects nested at most 128 deep? Walks without recursion. */
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

/**
 * A copy of `value`, which must be plain JSON: strings, finite numbers, booleans, null, lists and plain
 * objects of them, at most 128 deep. Throws TypeError naming the path of what is not.
 */
export function copyPlainJson(value: unknown, path: string, depth = 0): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') throw new TypeError(`${path} is ${describe(value)}`);
  if (depth > deepest) throw new TypeError(`${path} is nested too deep, or in itself`);
  if (Array.isArray(value)) {
    return Array.from(value, (entry: unknown, index) => copyPlainJson(entry, `${path}[${index}]`, depth + 1));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError(`${path} is ${describe(value)}`);
  }
  const entries = Object.entries(value).map(
    ([key, entry]: [string, unknown]) => [key, copyPlainJson(entry, `${path}.${key}`, depth + 1)] as const,
  );
  return Object.fromEntries(entries);
}

function describe(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null)
    return value === undefined ? 'undefined' : `a ${typeof value}`;
  return `a ${value.constructor?.name ?? 'value'}, not plain JSON`;
}
