import { type Context, createContext, Script } from 'node:vm';
import { DropError } from '../errors.ts';
import type { FirstMatchSearch, Match } from './search.ts';

/** One for the process, since making a context takes a millisecond. */
let watched: { context: Context & { pattern?: RegExp; text?: string }; one: Script; all: Script } | undefined;

/**
 * Searches with V8 under its watchdog, which costs a tenth of a millisecond and stops what takes longer than `timeoutMs`:
 * for expressions that nothing else can run. Throws `DropError` REGEX_TIMEOUT.
 */
export function makeWatchedSearch(pattern: RegExp, timeoutMs: number): FirstMatchSearch {
  const search = (text: string): RegExpExecArray | null => runWatched('one', pattern, text, timeoutMs);
  return {
    test: (text) => search(text) !== null,
    find: (text) => keptOf(search(text)),
  };
}

/** What a job keeps of a match. */
export function keptOf(match: RegExpExecArray | null): string | undefined {
  if (match === null) return undefined;
  return match.length > 1 ? match[1] : match[0];
}

/** All matches, under the watchdog. `pattern`: with the flag g. Throws `DropError` REGEX_TIMEOUT. */
export function allWatched(pattern: RegExp, text: string, timeoutMs: number): Match[] {
  return runWatched<RegExpExecArray[]>('all', pattern, text, timeoutMs).map(matchOf);
}

/** `pattern`: with the flag g. */
export function matchesIn(text: string, pattern: RegExp): Match[] {
  return [...text.matchAll(pattern)].map(matchOf);
}

function matchOf(match: RegExpExecArray | RegExpMatchArray): Match {
  return { index: match.index ?? 0, parts: Array.from(match) };
}

function runWatched<Found>(script: 'one' | 'all', pattern: RegExp, text: string, timeoutMs: number): Found {
  watched ??= {
    context: createContext({}),
    one: new Script('pattern.exec(text)'),
    all: new Script('[...text.matchAll(pattern)]'),
  };
  const { context } = watched;
  context.pattern = pattern;
  context.text = text;
  try {
    return watched[script].runInContext(context, { timeout: timeoutMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    const seconds = timeoutMs / 1_000;
    throw new DropError(
      'REGEX_TIMEOUT',
      `the regex ${pattern.source} ran for ${seconds} s on ${text.length} characters`,
    );
  } finally {
    delete context.pattern;
    delete context.text;
  }
}
