import { DropError } from '../../errors.ts';
import { compileJsonPath, joinPath } from '../../extract/json/json-path.ts';
import type { ListAnswer } from '../../extract/types.ts';
import { nearest } from '../../job/nearest.ts';
import type { Json } from '../../model.ts';

/** What the answers of an API are to the extraction: items at `itemsPath`, else REST_INVALID. */
export function listAnswer(itemsPath: string | undefined): ListAnswer {
  return { itemsPath, invalid: 'REST_INVALID' };
}

/**
 * The list of items at `path`; `undefined` where it is absent or null. Throws REST_INVALID for anything else
 * in its place. Where the path goes through a list (`groups[*].items`) that is empty, so is what is read of it.
 */
export function readList(answer: Json, path: string): Json[] | undefined {
  const found = readPath(answer, path);
  if (Array.isArray(found)) return found;
  if (found === undefined) return isBelowEmptyList(answer, path) ? [] : undefined;
  if (found === null) return undefined;
  throw new DropError('REST_INVALID', `No list of items at "${path}": it is ${describe(found)}`);
}

/** What was met in place of the list, and where the list may be. */
export function noList(answer: Json, path: string): DropError {
  const reported = reportedError(answer);
  const found = readPath(answer, path) === null ? 'it is null' : 'it is missing';
  if (Array.isArray(answer)) {
    return new DropError(
      'REST_INVALID',
      `No list of items at "${path}": the answer itself is ${describe(answer)}; without items: it is the list`,
    );
  }
  const lists = listsIn(answer);
  const near = nearest(path, lists) ?? lists[0];
  const hint = near === undefined ? '' : `; there is a list at "${near}"`;
  return new DropError(
    'REST_INVALID',
    `No list of items at "${path}": ${found}; the answer is ${describe(answer)}${reported === undefined ? hint : `; it reports: ${reported}`}`,
  );
}

const maxReportedLength = 200;

/** What an answer of a GraphQL API says went wrong (GraphQL specification, "Errors": each has a message). */
export function reportedError(answer: Json): string | undefined {
  const errors = isObject(answer) ? answer['errors'] : undefined;
  const [first] = Array.isArray(errors) ? errors : [];
  const message = isObject(first) ? first['message'] : undefined;
  return typeof message === 'string' ? message.slice(0, maxReportedLength) : undefined;
}

export function readPath(answer: Json, path: string): Json | undefined {
  try {
    return compileJsonPath(path)(answer);
  } catch (cause) {
    throw new DropError('REST_INVALID', `"${path}" is no path`, { cause });
  }
}

function isBelowEmptyList(answer: Json, path: string): boolean {
  const [before, ...after] = path.split('[*]');
  if (before === undefined || after.length === 0) return false;
  const list = readPath(answer, before);
  return Array.isArray(list) && list.length === 0;
}

const maxNamedKeys = 10;

/** Keys alone: values may be secrets that an API repeats. (Those of the job are redacted from what an error reports.) */
function describe(value: Json): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || typeof value !== 'object') return value === null ? 'null' : `a ${typeof value}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'an object without keys';
  const named = keys.slice(0, maxNamedKeys).map((key) => key.slice(0, 40));
  return `an object with the keys ${named.join(', ')}${keys.length > maxNamedKeys ? ', …' : ''}`;
}

/** Paths of the lists that stand no deeper than two keys below the answer. */
function listsIn(answer: Json): string[] {
  const first = listsBelow(answer, '');
  if (!isObject(answer)) return first;
  const second = Object.entries(answer)
    .slice(0, 100)
    .flatMap(([key, value]) => listsBelow(value, joinPath('', key)));
  return [...first, ...second];
}

function listsBelow(value: Json, path: string): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([, entry]) => Array.isArray(entry))
    .map(([key]) => joinPath(path, key));
}

export function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
