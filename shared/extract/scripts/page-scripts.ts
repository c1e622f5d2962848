import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { type PathStep, parseJsonPath } from '../../schema/json-path-syntax.ts';
import { jsonPathAt } from '../compile-part.ts';
import { otherThan } from '../fields/candidates.ts';
import type { Language } from '../fields/language.ts';
import type { Reading } from '../fields/reading.ts';
import { unreadJson } from '../json/unread-json.ts';
import type { Page } from '../types.ts';
import { type FlightRows, readFlight, valuesInFlight } from './flight.ts';
import type { JsValue } from './js-literal.ts';
import { findInScripts, readWhole, type ScriptFindings, variablePath } from './script-values.ts';

/** The value that a script states. */
export interface ScriptValue {
  /** `undefined`: there is none at the path. */
  value: Json | undefined;
  /** Another value that stands at the path too. */
  other?: Json | undefined;
  /** Parts of what it was found in are code, and null. */
  isMended: boolean;
  /** The variable, or what is at the path, has code as its value, in place of data: its beginning. */
  code?: string;
  /** The script that should hold JSON does not: its beginning. */
  unread?: string;
}

/** The variable into which Next.js pushes the parts of a page's data. */
const flightVariable = '__next_f';

/**
 * Compiles how the value at `path` is read of a variable of a page's scripts, or of the script with this id that holds JSON.
 * Nothing is run.
 */
export function compileScript<Spot>(
  name: string,
  path: string,
  location: string,
  language: Language<Spot>,
): (scope: Spot, reading: Reading) => ScriptValue {
  const readPath = jsonPathAt(`${location}.path`, path);
  const locateAll = language.locate({ ...everyOne, select: runScripts }, location);
  const locateNamed = language.locate(
    { ...everyOne, select: `script[id=${JSON.stringify(name)}]` },
    location,
  );
  const variable = variablePath(name);
  const textsOf = (spots: Spot[]) => spots.map((script) => language.rawText(script));
  const find = (scope: Spot, { page }: Reading) =>
    findOnce(page, name, () => {
      const named = textsOf(locateNamed(scope)).map((text) => readWhole(text) ?? unreadJson(text));
      return findings(findInScripts(textsOf(locateAll(scope)), variable), named, variable);
    });
  const steps = parseJsonPath(path);
  return (scope, reading) => {
    const { values, code, rows, unread } = find(scope, reading);
    if (rows !== undefined) return { ...firstAndOther(valuesInFlight(rows, steps)), isMended: false };
    const read = ({ value }: JsValue) => readPath(path === '' ? value : unescaped(value)) ?? null;
    for (const [index, value] of values.entries()) {
      const found = read(value);
      if (found === null) continue;
      const other = otherThan(found, values.slice(index + 1), read);
      return { value: found, other, isMended: value.hasCode };
    }
    return nothing(code ?? codeAt(values, steps), unread);
  };
}

function firstAndOther(values: Iterator<Json> & Iterable<Json>): Pick<ScriptValue, 'value' | 'other'> {
  const { value, done } = values.next();
  return done ? { value: undefined } : { value, other: otherThan(value, values, (other) => other) };
}

function nothing(code: string | undefined, unread: string | undefined): ScriptValue {
  return {
    ...{ value: undefined, isMended: false },
    ...(code === undefined ? {} : { code }),
    ...(unread === undefined ? {} : { unread }),
  };
}

/** The code that stands at the path, or above it. */
function codeAt(values: readonly JsValue[], steps: readonly PathStep[]): string | undefined {
  const codes = values.flatMap((value) => value.codes);
  return codes.find(
    ({ path }) => path.length <= steps.length && path.every((name, index) => isStepTo(steps[index], name)),
  )?.text;
}

function isStepTo(step: PathStep | undefined, name: string | number): boolean {
  if (step === undefined) return false;
  if (step === 'each') return typeof name === 'number';
  return 'key' in step ? step.key === String(name) : step.index === name;
}

const everyOne: Field = { list: true, take: 'text', required: false };

/** Scripts that a browser runs (HTML Standard, 4.12.1.1); their types may be written in any case. */
const runScripts = [
  'script:not([type])',
  'script[type=""]',
  'script[type="module" i]',
  'script[type*="javascript" i]',
  'script[type*="ecmascript" i]',
].join(', ');

interface Findings extends ScriptFindings {
  /** Of the stream of Next.js. */
  rows: FlightRows | undefined;
  /** The beginning of the first script of the name that should be JSON and is none. */
  unread: string | undefined;
}

function findings(
  found: ScriptFindings,
  named: readonly (JsValue | string | undefined)[],
  variable: string[],
): Findings {
  const isStream = variable.at(-1) === flightVariable;
  return {
    ...found,
    values: [...named.filter((value) => typeof value === 'object'), ...found.values],
    unread: named.find((value) => typeof value === 'string'),
    rows: isStream ? readFlight(found.values.map(({ value }) => value)) : undefined,
  };
}

/** A text that holds JSON, where the path goes on in it. */
function unescaped(value: Json): Json {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return readWhole(value)?.value ?? value;
}

const findingsOfPages = new WeakMap<Page, Map<string, Findings>>();

/** For all fields that ask for the variable. */
function findOnce(page: Page, name: string, find: () => Findings): Findings {
  const known = findingsOfPages.get(page) ?? new Map<string, Findings>();
  findingsOfPages.set(page, known);
  const found = known.get(name) ?? find();
  known.set(name, found);
  return found;
}
