import type { Json } from '../../model.ts';
import { type PathStep, parseJsonPath } from '../../schema/json-path-syntax.ts';

/** Reads the value at one path of a JSON value; `undefined` when it is not there. */
export type JsonPath = (value: Json) => Json | undefined;

/**
 * Compiles a path into JSON: keys joined by dots (`price.amount`), `[0]` or `[-1]` for an entry of a
 * list, `["any key"]` for keys with marks in them, `[*]` or `.*` for every entry of a list and every value of an object, as in
 * RFC 9535: what follows is read from each, and the answer is one flat list. `''` is the whole value. Only own keys are read.
 *
 * Throws SyntaxError with the position of the mistake. At most 64 steps and 1,024 characters.
 */
export function compileJsonPath(path: string): JsonPath {
  const steps = parseJsonPath(path);
  const isMany = steps.includes('each');
  return (value) => {
    const found = steps.reduce(advance, [value]);
    if (found.length === 0) return undefined;
    return isMany ? found.flat() : found[0];
  };
}

/** The values that a path passes, from the whole one to those at its end. Throws SyntaxError, as `compileJsonPath`. */
export function valuesAlong(value: Json, path: string): Json[][] {
  const along = [[value]];
  for (const step of parseJsonPath(path)) along.push(advance(along.at(-1) ?? [], step));
  return along;
}

/** `parent.key`, or `parent["any key"]` where the key needs quotes; read again by `compileJsonPath`. */
export function joinPath(parent: string, key: string): string {
  if (key === '*' || !/^[^.[\]"'\s]+$/u.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** The values that a step leads to from these. */
export function advance(values: Json[], step: PathStep): Json[] {
  const next: Json[] = [];
  for (const value of values) {
    if (step === 'each') {
      for (const entry of entriesOf(value)) next.push(entry);
      continue;
    }
    const entry = 'key' in step ? readKey(value, step.key) : readIndex(value, step.index);
    if (entry !== undefined) next.push(entry);
  }
  return next;
}

/** The entries of a list, or the values of an object. */
export function entriesOf(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function readKey(value: Json, key: string): Json | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function readIndex(value: Json, index: number): Json | undefined {
  return Array.isArray(value) ? value.at(index) : undefined;
}
