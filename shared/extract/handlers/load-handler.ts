import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HaltError } from '../../errors.ts';
import type { Handler, HandlerClass } from './handler.ts';
import { describeThrown } from './thrown.ts';

/**
 * The path of a handler file, which is relative to `baseDir`. Throws HaltError `HANDLER_INVALID` when it is missing, or
 * outside of `baseDir` (symbolic links resolved).
 */
export async function locateHandler(file: string, baseDir: string): Promise<string> {
  let folder: string;
  let path: string;
  try {
    folder = await realpath(baseDir);
    path = await realpath(resolve(folder, file));
  } catch (error) {
    throw new HaltError('HANDLER_INVALID', `${file} is not there`, { cause: error });
  }
  const way = relative(folder, path);
  const isInside = way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  if (!isInside) throw new HaltError('HANDLER_INVALID', `${file} is outside of the job's folder`);
  return path;
}

/**
 * Imports the handler file at `path`; `file` is its name in messages. Throws HaltError `HANDLER_INVALID` when it cannot be
 * imported, or has no default export that is a function, or a class with `extract`.
 */
export async function importHandler(path: string, file: string): Promise<Handler> {
  const { default: exported } = await importModule(path, file);
  if (typeof exported !== 'function') {
    throw new HaltError('HANDLER_INVALID', `${file} has no default export that is a function or a class`);
  }
  return handlerOf(exported as Handler | HandlerClass, file);
}

/** Instantiates a class; `name` is for messages. Throws HaltError `HANDLER_INVALID` when its constructor throws. */
export function handlerOf(exported: Handler | HandlerClass, name: string): Handler {
  return isClass(exported) ? instanceOf(exported, name) : exported;
}

async function importModule(path: string, file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    throw invalid(file, isTakenForCommonJs(path, error) ? commonJsText : 'cannot be imported', error);
  }
}

/** With npm's default package.json, every .js and .ts is CommonJS. */
const commonJsText =
  'is CommonJS by the "type" of the nearest package.json (name it .mts or .mjs, or say "module" there), and cannot be imported';

function isTakenForCommonJs(path: string, error: unknown): boolean {
  if (!(error instanceof SyntaxError) || !/\.[jt]s$/.test(path)) return false;
  return /import statement|'export'|'import'/.test(error.message);
}

function isClass(exported: Handler | HandlerClass): exported is HandlerClass {
  const { prototype } = exported as { prototype?: { extract?: unknown } };
  return typeof prototype?.extract === 'function';
}

/** One instance of a class per thread, for all labels and runs, as handlers are promised. */
const instances = new WeakMap<HandlerClass, { extract: Handler }>();

function instanceOf(Class: HandlerClass, file: string): Handler {
  let instance = instances.get(Class);
  if (instance === undefined) {
    try {
      instance = new Class();
    } catch (error) {
      throw invalid(file, 'threw when its class was made', error);
    }
    instances.set(Class, instance);
  }
  const made = instance;
  return (page) => made.extract(page);
}

function invalid(file: string, what: string, cause: unknown): HaltError {
  const { message, cause: error } = describeThrown(cause);
  return new HaltError(
    'HANDLER_INVALID',
    `${file} ${what}: ${message}`,
    error === undefined ? {} : { cause: error },
  );
}
