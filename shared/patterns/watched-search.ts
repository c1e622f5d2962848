import { type Context, createContext, Script } from 'node:vm';
import { DropError } from '../errors.ts';
import type { RegexSearch } from './search.ts';

/** One for the process, since making a context takes a millisecond. */
let watched: { context: Context & { pattern?: RegExp; text?: string }; search: Script } | undefined;

/**
 * Searches with V8 under its watchdog, which costs a tenth of a millisecond and stops what takes longer than `timeoutMs`:
 * for expressions that nothing else can run. Throws `DropError` REGEX_TIMEOUT.
 */
export function makeWatchedSearch(pattern: RegExp, timeoutMs: number): RegexSearch {
  const search = (text: string) => searchWatched(pattern, text, timeoutMs);
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

function searchWatched(pattern: RegExp, text: string, timeoutMs: number): RegExpExecArray | null {
  watched ??= { context: createContext({}), search: new Script('pattern.exec(text)') };
  const { context, search } = watched;
  context.pattern = pattern;
  context.text = text;
  try {
    return search.runInContext(context, { timeout: timeoutMs });
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
