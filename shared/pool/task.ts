import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HaltError } from '../errors.ts';

/**
 * The address of a function, so that another process can call it. `Args` are the arguments that are not bound yet.
 * The function gets a `TaskContext` after them.
 */
export interface Task<Args extends unknown[], R> {
  /** URL of the module that exports it. */
  module: string;
  name: string;
  /** Leading arguments, cloned into the process with each call. */
  bound: unknown[];
  /** Never set: it only carries the types. */
  signature?: (...args: Args) => R;
}

/** What a function gets as its last argument. */
export interface TaskContext {
  /** The name of this process, which no other process ever has. */
  name: string;
  /** Aborts when the result is no longer needed: the function has `graceMs` to end. */
  signal: AbortSignal;
  /** Called before the process ends because its parent has died. Registered until the function ends. */
  onOrphaned(release: () => Promise<void>): void;
}

/** An optional argument must be bound or passed, or the context would be taken for it. */
type WithoutContext<Args extends unknown[]> =
  Required<Args> extends [...infer Head, TaskContext] ? Head : Required<Args>;

/**
 * The address of a function: `module` is the URL or absolute path of the file that exports it under its own name,
 * often `import.meta.url`. That file is loaded in every process, so it should only export. To avoid loading it in
 * this process, pass the type and the name: `task<typeof fn>(module, 'fn')`. Throws `HaltError` TASK_INVALID; so
 * does the first call if the module has no such export.
 */
export function task<Fn extends (...args: never) => unknown>(
  module: string | URL,
  name: string,
): Task<WithoutContext<Parameters<Fn>>, Awaited<ReturnType<Fn>>>;
export function task<Args extends unknown[], R>(
  module: string | URL,
  fn: (...args: Args) => R | Promise<R>,
): Task<WithoutContext<Args>, R>;
export function task(
  module: string | URL,
  fn: string | ((...args: never) => unknown),
): Task<unknown[], unknown> {
  if (typeof fn === 'string') return { module: urlOf(module), name: fn, bound: [] };
  const hasOwnName = fn.name !== '' && fn.name !== 'default' && !fn.name.startsWith('bound ');
  if (!hasOwnName) {
    const written = fn.name === '' ? 'a function without a name' : fn.name;
    throw new HaltError('TASK_INVALID', `${written} is not exported by its own name; bind by partial()`);
  }
  return { module: urlOf(module), name: fn.name, bound: [] };
}

/** Binds leading arguments. */
export function partial<Bound extends unknown[], Rest extends unknown[], R>(
  whole: Task<[...Bound, ...Rest], R>,
  ...bound: Bound
): Task<Rest, R> {
  return { module: whole.module, name: whole.name, bound: [...whole.bound, ...bound] };
}

function urlOf(module: string | URL): string {
  if (typeof module === 'string' && isAbsolute(module)) return pathToFileURL(module).href;
  const url = URL.parse(module.toString());
  if (url === null) {
    const hint = 'give a URL or an absolute path, such as import.meta.url';
    throw new HaltError('TASK_INVALID', `${JSON.stringify(module)} names no module; ${hint}`);
  }
  return url.href;
}
