import { type Context, createContext, Script } from 'node:vm';
import { DropError } from '../errors.ts';

/** A regular expression of a job whose search is bounded, so that no page can block a process. */
export interface BoundedRegex {
  /** Throws `DropError` REGEX_TIMEOUT when the search exceeds its time. */
  exec(text: string): RegExpExecArray | null;
}

const maxMs = 1_000;

/** A number of steps that takes some tens of milliseconds. */
const fewSteps = 2e7;

/**
 * Compiles a regular expression (with the flag `u`). Backtracking can take exponential time in the text's length,
 * and JavaScript has no limit for it: a search that might is run under V8's watchdog, which stops it. The watchdog
 * costs about a tenth of a millisecond, so simple expressions and short texts run without it. Throws SyntaxError.
 * `timeoutMs`: how long a search may take. @default a second
 */
export function compileRegex(source: string, timeoutMs = maxMs): BoundedRegex {
  const pattern = new RegExp(source, 'u');
  const degree = degreeOf(source);
  const maxDirectChars = degree === 0 ? Number.POSITIVE_INFINITY : fewSteps ** (1 / degree);
  return {
    exec: (text) =>
      text.length <= maxDirectChars ? pattern.exec(text) : searchWatched(pattern, source, text, timeoutMs),
  };
}

/**
 * An upper bound for the steps of a search, as the exponent of the text's length: one for each open quantifier,
 * and one for the positions at which a search may begin. Infinite where a repeated group holds a choice or a
 * repetition, the condition for exponential time.
 */
function degreeOf(source: string): number {
  const bare = source.replace(/\\./gsu, 'x').replace(/\[[^\]]*\]/gu, 'x');
  const groups = [{ hasChoice: false }];
  let degree = bare.startsWith('^') && !bare.includes('|') ? 0 : 1;
  for (const [token] of bare.matchAll(/\(\?(?:<?[=!]|:|<\w+>)|\)?(?:[*+?]|\{\d+(?:,\d*)?\})\??|[()|]/gu)) {
    if (token.startsWith('(')) groups.push({ hasChoice: false });
    const closed = token.startsWith(')') ? groups.pop() : undefined;
    const isRepeated = /[*+{]/u.test(token);
    if (closed?.hasChoice && isRepeated) return Number.POSITIVE_INFINITY;
    if (/[*+]|,\}/u.test(token)) degree += 1;
    const outer = groups.at(-1);
    if (outer !== undefined && (closed?.hasChoice || token === '|' || isRepeated || token.endsWith('?'))) {
      outer.hasChoice = true;
    }
  }
  return degree;
}

/** One for the process, since making a context takes a millisecond. */
let watched: { context: Context & { pattern?: RegExp; text?: string }; search: Script } | undefined;

function searchWatched(
  pattern: RegExp,
  source: string,
  text: string,
  timeoutMs: number,
): RegExpExecArray | null {
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
      `the regex ${source} ran for ${seconds} s on ${text.length} characters`,
    );
  } finally {
    delete context.pattern;
    delete context.text;
  }
}
