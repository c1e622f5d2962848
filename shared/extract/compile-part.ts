import { HaltError } from '../errors.ts';
import { compileJsonPath, type JsonPath } from './json/json-path.ts';
import { compileQuery, type Query } from './tree/query.ts';

/** Compiles the selector at `place` of the job. Throws `JOB_INVALID` that names the place. */
export function selectorAt(place: string, selector: string): Query {
  return compileAt(place, () => compileQuery(selector));
}

/** Compiles the JSON path at `place` of the job. Throws `JOB_INVALID` that names the place. */
export function jsonPathAt(place: string, path: string): JsonPath {
  return compileAt(place, () => compileJsonPath(path));
}

function compileAt<Part>(place: string, compile: () => Part): Part {
  try {
    return compile();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HaltError('JOB_INVALID', `${place}: ${reason}`, { cause: error });
  }
}
