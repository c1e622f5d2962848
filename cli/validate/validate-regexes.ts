import type { Job } from '../../shared/job/schema.ts';

/** A regular expression of a job whose time may grow out of proportion to the text. */
export interface SlowRegex {
  /** Path in the job, such as `pages.product.fields.price.regex`. */
  path: string;
  source: string;
  /** `exponential`, or the degree of the polynomial. */
  growth: string;
}

/** For one expression: the limit of recheck's own search for an attack. */
const timeoutMs = 500;

/**
 * Quadratic expressions are common, and harmless for the texts of fields; a run stops a search that takes longer
 * than a second.
 */
const harmlessDegree = 2;

/** Finds the expressions of a job with explosive backtracking, by recheck (exponential, or cubic and beyond). */
export async function findSlowRegexes(job: Job): Promise<SlowRegex[]> {
  const regexes = regexesOf(job);
  if (regexes.length === 0) return [];
  // recheck's other backends start a JVM, or another program.
  process.env['RECHECK_BACKEND'] ??= 'pure';
  const { checkSync } = await import('recheck');
  return regexes.flatMap(({ path, source }) => {
    const found = checkSync(source, 'u', { timeout: timeoutMs });
    if (found.status !== 'vulnerable') return [];
    const { complexity } = found;
    const isHarmless = complexity.type === 'polynomial' && complexity.degree <= harmlessDegree;
    return isHarmless ? [] : [{ path, source, growth: complexity.summary }];
  });
}

/** Every regex of the job: values of the key `regex`, and patterns that begin with `regex:`. */
function regexesOf(value: unknown, path = ''): { path: string; source: string }[] {
  if (typeof value === 'string') {
    if (value.startsWith('regex:')) return [{ path, source: value.slice('regex:'.length) }];
    return /(?:^|\.)regex$/.test(path) ? [{ path, source: value }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    regexesOf(entry, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}
