import { DropError } from '../errors.ts';
import type { FirstMatchSearch, Match } from './search.ts';
import { runWatched } from './watchdog.ts';

/**
 * Searches with V8 under its watchdog, which costs a tenth of a millisecond and stops what takes longer than `timeoutMs`:
 * for expressions that nothing else can run. Throws `DropError` REGEX_TIMEOUT.
 */
export function makeWatchedSearch(pattern: RegExp, timeoutMs: number): FirstMatchSearch {
  const search = (text: string) => watched(() => pattern.exec(text), pattern, text, timeoutMs);
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
  return watched(() => matchesIn(text, pattern), pattern, text, timeoutMs);
}

/** `pattern`: with the flag g. */
export function matchesIn(text: string, pattern: RegExp): Match[] {
  return [...text.matchAll(pattern)].map(matchOf);
}

function matchOf(match: RegExpExecArray | RegExpMatchArray): Match {
  return { index: match.index ?? 0, parts: Array.from(match) };
}

function watched<Found>(search: () => Found, pattern: RegExp, text: string, timeoutMs: number): Found {
  const done = runWatched(search, timeoutMs);
  if (done !== undefined) return done.value;
  throw new DropError(
    'REGEX_TIMEOUT',
    `the regex ${pattern.source} ran for ${timeoutMs / 1_000} s on ${text.length} characters`,
  );
}
