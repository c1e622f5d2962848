import { setImmediate } from 'node:timers/promises';
import { DropError } from '../../errors.ts';
import { type Json, ownColumns } from '../../model.ts';
import type { Handler, HandlerPage } from './handler.ts';
import { watched } from './handler-watch.ts';
import { copyPlainJson } from './plain-json.ts';
import { describeThrown } from './thrown.ts';

/** The checked result of a handler. */
export interface HandlerOutcome {
  items?: Record<string, Json>[];
  links: { url: string; label?: string }[];
}

export interface HandlerLimits {
  /** Infinity for none. */
  timeoutMs: number;
  /** The job's page labels, which links may name. */
  labels: ReadonlySet<string>;
}

/**
 * Calls a handler in this thread and checks what it returns. Throws DropError `HANDLER_FAILED`, with the handler's own
 * error as its cause and its stack in the message, when the handler throws anything, anywhere (in a timer, in a promise
 * that is not awaited), would end the process, or returns something other than HandlerResult; `HANDLER_TIMEOUT` when
 * it waits for longer than `timeoutMs`. An error that it throws after its page is done is written to stderr. A handler
 * that computes without end cannot be stopped from inside.
 */
export async function runHandler(
  handler: Handler,
  page: HandlerPage,
  limits: HandlerLimits,
): Promise<HandlerOutcome> {
  try {
    const result = await withinTime(() => handler(page), page, limits.timeoutMs);
    return checkResult(result ?? {}, limits.labels);
  } catch (error) {
    if (error !== overdue) throw handlerFailed(page, error);
    const what = `took longer than ${limits.timeoutMs} ms`;
    throw new DropError('HANDLER_TIMEOUT', `The handler of ${page.label}: ${what}`);
  }
}

function handlerFailed(page: HandlerPage, error: unknown): DropError {
  const { message, frames, cause } = describeThrown(error);
  const text = `The handler of ${page.label}: ${message}${frames === '' ? '' : `\n${frames}`}`;
  return new DropError('HANDLER_FAILED', text, cause === undefined ? {} : { cause });
}

/** Rejected with when its time is over; no handler can throw it. */
const overdue = Symbol('overdue');

async function withinTime<Value>(
  run: () => Value | Promise<Value>,
  page: HandlerPage,
  timeoutMs: number,
): Promise<Value> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const timer = Number.isFinite(timeoutMs) ? setTimeout(() => reject(overdue), timeoutMs) : undefined;
  let isDone = false;
  const fail = (error: unknown) => {
    if (!isDone) reject(error);
    else process.stderr.write(`${page.url}, after it was done: ${handlerFailed(page, error).message}\n`);
  };
  try {
    const value = await Promise.race([watched({ fail }, async () => run()), failed]);
    // Errors of promises that were not awaited arrive within this turn.
    await Promise.race([setImmediate().then(() => setImmediate()), failed]);
    return value;
  } finally {
    isDone = true;
    clearTimeout(timer);
  }
}

function checkResult(result: unknown, labels: ReadonlySet<string>): HandlerOutcome {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    throw new TypeError('it must return an object with items and links');
  }
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(result));
  if (!isPlain && !Object.hasOwn(result, 'items') && !Object.hasOwn(result, 'links')) {
    throw new TypeError('it must return an object with items and links, not an iterator, a map or the like');
  }
  const { items, links, ...others } = result as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new TypeError(`it returned ${unknown}, which is neither items nor links`);
  const checked = { links: listOf(links ?? [], 'links', (link, path) => checkLink(link, path, labels)) };
  return items === undefined ? checked : { ...checked, items: listOf(items, 'items', checkItem) };
}

function listOf<Entry>(list: unknown, name: string, check: (entry: unknown, path: string) => Entry): Entry[] {
  if (!Array.isArray(list)) throw new TypeError(`${name} is no list`);
  if (list.length > maxEntries) throw new TypeError(`${name} has more than ${maxEntries} entries`);
  return Array.from(list, (entry: unknown, index) => check(entry, `${name}[${index}]`));
}

const maxEntries = 1_000_000;

function checkItem(item: unknown, path: string): Record<string, Json> {
  const copy = copyPlainJson(item, path);
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) {
    throw new TypeError(`${path} is no object`);
  }
  const taken = ownColumns.find((name) => Object.hasOwn(copy, name));
  if (taken === undefined) return copy;
  throw new TypeError(
    `${path} has a field ${taken}: give it another name, as every exported item has its own`,
  );
}

function checkLink(
  link: unknown,
  path: string,
  labels: ReadonlySet<string>,
): { url: string; label?: string } {
  const { url, label } = typeof link === 'string' ? { url: link } : ((link ?? {}) as Record<string, unknown>);
  if (typeof url !== 'string') throw new TypeError(`${path} has no url`);
  if (label === undefined) return { url };
  if (typeof label === 'string' && labels.has(label)) return { url, label };
  throw new TypeError(`${path}.label is none of the job's page labels (${[...labels].join(', ')})`);
}
