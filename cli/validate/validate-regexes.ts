import type { Job } from '../../shared/job/schema.ts';
import { judgeRegex } from '../../shared/patterns/compile-regex.ts';

/** A regular expression of a job whose time may grow out of proportion to the text. */
export interface SlowRegex {
  /** Path in the job, such as `pages.product.fields.price.regex`. */
  path: string;
  source: string;
  /** `exponential`, or the degree of the polynomial; nothing where recheck could not tell. */
  growth?: string;
  /** A text on which it explodes, as an expression of JavaScript. */
  attack?: string;
  /** Whether RE2 runs it, so that nothing explodes. */
  isSafe: boolean;
}

/** For one expression: the limit of recheck's own search for an attack. What it says decides nothing but a note. */
const timeoutMs = 500;

/** Quadratic expressions are common, and harmless for the texts of fields. */
const harmlessDegree = 2;

/**
 * Names the expressions of a job with explosive backtracking: those that recheck finds (exponential, or cubic and beyond),
 * and those that every process takes for such, whatever recheck can tell in its time.
 */
export async function findSlowRegexes(job: Job): Promise<SlowRegex[]> {
  const regexes = regexesOf(job);
  if (regexes.length === 0) return [];
  const { default: recheck } = await import('recheck/lib/browser.js');
  return regexes.flatMap(({ path, source }) => {
    const { mayExplode, runsSafely } = judgeRegex(source);
    const found = recheck.checkSync(source, 'u', { timeout: timeoutMs });
    const named = { path, source, isSafe: runsSafely };
    if (found.status !== 'vulnerable') return mayExplode && found.status === 'unknown' ? [named] : [];
    const { complexity, attack } = found;
    const isHarmless = complexity.type === 'polynomial' && complexity.degree <= harmlessDegree;
    return isHarmless ? [] : [{ ...named, growth: complexity.summary, attack: attack.pattern }];
  });
}

/** Every regex of the job: values of the key `regex`, and patterns that begin with `regex:`. */
function regexesOf(value: unknown, path = ''): { path: string; source: string }[] {
  if (typeof value === 'string') {
    if (value.startsWith('regex:')) return [{ path, source: value.slice('regex:'.length) }];
    return /(?:^|\.)(?:regex|transform\[\d+\]\.match)$/.test(path) ? [{ path, source: value }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    regexesOf(entry, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}
