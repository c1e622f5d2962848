import { HaltError } from '../errors.ts';
import { compileJsonPath, type JsonPath } from './json/json-path.ts';
import { compileGraphPath, type GraphPath } from './structured/graph-path.ts';
import { compileQuery, type Query } from './tree/query.ts';
import type { TextOf } from './xpath/values.ts';

/** Compiles the selector at `location` of the job. Throws `JOB_INVALID` that names the location. */
export function selectorAt(location: string, selector: string, textOf?: TextOf): Query {
  return compileAt(location, () => compileQuery(selector, textOf));
}

/** Compiles the JSON path at `location` of the job. Throws `JOB_INVALID` that names the location. */
export function jsonPathAt(location: string, path: string): JsonPath {
  return compileAt(location, () => compileJsonPath(path));
}

/** Compiles the path into JSON-LD at `location` of the job. Throws `JOB_INVALID` that names the location. */
export function graphPathAt(location: string, path: string): GraphPath {
  return compileAt(location, () => compileGraphPath(path));
}

function compileAt<Part>(location: string, compile: () => Part): Part {
  try {
    return compile();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HaltError('JOB_INVALID', `${location}: ${reason}`, { cause: error });
  }
}
