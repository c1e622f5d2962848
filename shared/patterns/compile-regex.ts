import { type Growth, growthOf } from './growth.ts';
import { parseRegex } from './parse-regex.ts';
import { makeSafeSearch } from './safe-search.ts';
import type { FirstMatchSearch, RegexSearch } from './search.ts';
import { translate, type Untranslatable, whyUntranslatable } from './translate.ts';
import { allWatched, keptOf, makeWatchedSearch, matchesIn } from './watched-search.ts';

const maxMs = 1_000;

/**
 * V8's search may take this many steps a character, a microsecond or two: about what RE2 takes for a character at worst,
 * and some hundred times what V8 takes for most.
 */
const maxStepsPerChar = 2_048;

/**
 * Compiles a regular expression of a job (with the flag `u`): the one door for all of them. V8 searches where that takes
 * time in proportion to the text, however the text is made, and for texts so short that it does not matter; RE2 all
 * others. Both find the same, and which of them searches follows from the expression and the length of the text alone, so
 * that every process comes to the same. What RE2 cannot run is searched by V8 under a watchdog: only that can throw
 * `DropError` REGEX_TIMEOUT, after `timeoutMs`. Throws SyntaxError.
 */
export function compileRegex(source: string, timeoutMs = maxMs): RegexSearch {
  const pattern = new RegExp(source, 'u');
  const tree = parseRegex(source);
  const growth = growthOf(tree);
  const maxDirectChars = directCharsOf(growth);
  // Each match begins a search of its own.
  const maxDirectCharsForAll = directCharsOf({ ...growth, exponent: growth.exponent + 1 });
  const everywhere = new RegExp(source, 'gu');
  let made: FirstMatchSearch | undefined;
  const searchFor = () => {
    if (made !== undefined) return made;
    const translated = translate(tree);
    made = 'reason' in translated ? makeWatchedSearch(pattern, timeoutMs) : makeSafeSearch(translated);
    return made;
  };
  return {
    test: (text) => (text.length <= maxDirectChars ? pattern.test(text) : searchFor().test(text)),
    find: (text) => (text.length <= maxDirectChars ? keptOf(pattern.exec(text)) : searchFor().find(text)),
    all: (text) =>
      text.length <= maxDirectCharsForAll
        ? matchesIn(text, everywhere)
        : allWatched(everywhere, text, timeoutMs),
  };
}

/** The length of the longest text that V8 may search by itself. */
function directCharsOf({ exponent, factor }: Growth): number {
  if (factor > maxStepsPerChar || !Number.isFinite(exponent)) return 0;
  return exponent === 0 ? Number.POSITIVE_INFINITY : Math.floor((maxStepsPerChar / factor) ** (1 / exponent));
}

/** What is known of an expression's time before it meets a text. */
export interface RegexVerdict {
  /** V8 alone may take time beyond all proportion. */
  mayExplode: boolean;
  /** RE2 can run it. */
  runsSafely: boolean;
  /** Why it is refused, and what to write instead: its time may be exponential, and RE2 cannot run it. */
  refusal?: Untranslatable;
}

/** The verdict of every process on an expression, which `new RegExp` has accepted. */
export function judgeRegex(source: string): RegexVerdict {
  const tree = parseRegex(source);
  const growth = growthOf(tree);
  const fault = whyUntranslatable(tree);
  const isExponential = !Number.isFinite(growth.exponent);
  return {
    mayExplode: directCharsOf(growth) < explosiveChars,
    runsSafely: fault === undefined,
    ...(isExponential && fault !== undefined ? { refusal: fault } : {}),
  };
}

/** Quadratic expressions are common, and V8 runs them on longer texts than this. */
const explosiveChars = 64;
