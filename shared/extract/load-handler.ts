import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HaltError } from '../errors.ts';
import type { Handler } from './handler.ts';
import { describeThrown } from './thrown.ts';

/**
 * Imports a handler file, relative to `baseDir`. Throws HaltError `HANDLER_INVALID` when it is missing,
 * outside of `baseDir` (symbolic links resolved), cannot be imported, or exports no function or class
 * with `extract` by default.
 */
export async function loadHandler(file: string, baseDir: string): Promise<Handler> {
  const path = await locate(file, baseDir);
  const module = await importHandler(path, file);
  const exported = module.default;
  if (typeof exported !== 'function') {
    throw new HaltError('HANDLER_INVALID', `${file} has no default export that is a function or a class`);
  }
  return isClass(exported) ? instanceOf(exported, file) : (exported as Handler);
}

async function locate(file: string, baseDir: string): Promise<string> {
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

async function importHandler(path: string, file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    throw invalid(file, 'cannot be imported', error);
  }
}

type ExtractClass = new () => { extract: Handler };

function isClass(exported: unknown): exported is ExtractClass {
  const { prototype } = exported as { prototype?: { extract?: unknown } };
  return typeof prototype?.extract === 'function';
}

/** One instance of a class for the whole process, whichever labels and runs use it: that is the promise to handlers. */
const instances = new WeakMap<ExtractClass, { extract: Handler }>();

function instanceOf(HandlerClass: ExtractClass, file: string): Handler {
  let instance = instances.get(HandlerClass);
  if (instance === undefined) {
    try {
      instance = new HandlerClass();
    } catch (error) {
      throw invalid(file, 'threw when its class was made', error);
    }
    instances.set(HandlerClass, instance);
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
