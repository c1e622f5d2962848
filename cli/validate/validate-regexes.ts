import type { Job } from '../../shared/job/schema.ts';

/** A regular expression of a job that can take time out of all proportion to the text. */
export interface SlowRegex {
  /** Where it stands, such as `pages.product.fields.price.regex`. */
  path: string;
  source: string;
  /** `exponential`, or the degree of the polynomial. */
  growth: string;
}

/** For one expression: recheck's own search for an attack is bounded by it. */
const timeoutMs = 500;

/** Squares are common and do no harm to the texts of fields; a run stops what takes longer than a second. */
const harmlessDegree = 2;

/** Names the expressions of a job whose search explodes, as recheck finds (exponential, or cubic and beyond). */
export async function findSlowRegexes(job: Job): Promise<SlowRegex[]> {
  const regexes = regexesOf(job);
  if (regexes.length === 0) return [];
  // Its other backends start a JVM or a program of their own.
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

/** Every place that takes a regex: the key `regex`, and patterns that begin with `regex:`. */
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
