import type { Json } from '../../model.ts';

/** Reads the value at one path of a JSON value; `undefined` when it is not there. */
export type JsonPath = (value: Json) => Json | undefined;

export type PathStep = { key: string } | { index: number } | 'each';

const maxPathChars = 1_024;
const maxSteps = 64;

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

const plainKey = /[^.[\]"']+/uy;
const bracket = /\[(?:(-?\d{1,9})|(\*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\]/uy;

/** The steps of a path. Throws SyntaxError, as `compileJsonPath`. */
export function parseJsonPath(path: string): PathStep[] {
  if (path.length > maxPathChars) throw new SyntaxError(`longer than ${maxPathChars} characters`);
  const steps: PathStep[] = [];
  let at = 0;
  while (at < path.length) {
    const isBracket = path[at] === '[';
    if (!isBracket && steps.length > 0) {
      if (path[at] !== '.') throw mistake(path, at);
      at++;
    }
    const pattern = isBracket ? bracket : plainKey;
    pattern.lastIndex = at;
    const match = pattern.exec(path);
    if (match === null) throw mistake(path, at);
    steps.push(isBracket ? bracketStep(match) : keyStep(match[0]));
    if (steps.length > maxSteps) throw new SyntaxError(`more than ${maxSteps} steps`);
    at = pattern.lastIndex;
  }
  return steps;
}

function keyStep(key: string): PathStep {
  return key === '*' ? 'each' : { key };
}

function bracketStep(match: RegExpExecArray): PathStep {
  const [, index, star, quoted] = match;
  if (index !== undefined) return { index: Number(index) };
  if (star !== undefined) return 'each';
  return { key: unquote(quoted ?? '') };
}

/** Quoted keys are JSON strings; single quotes may be used as well, and then escape themselves. */
function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  const json = quoted.startsWith("'")
    ? inner.replace(/\\'|"/gu, (part) => (part === '"' ? '\\"' : "'"))
    : inner;
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch (error) {
    throw new SyntaxError(`${quoted} is not a quoted key`, { cause: error });
  }
}

function mistake(path: string, at: number): SyntaxError {
  return new SyntaxError(`"${path}" cannot be read at character ${at + 1}`);
}
