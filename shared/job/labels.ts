import { compilePatterns } from '../patterns/url-patterns.ts';
import type { Job } from './schema.ts';

/**
 * Gives the label of a URL: the first page rule, in file order, with a matching pattern; else `default`
 * where there is such a rule without patterns; else the only rule there is, if it has no patterns; else none.
 */
export function compileLabels(
  job: Pick<Job, 'pages'>,
  normalise?: (url: string) => string,
): (url: string) => string | undefined {
  const rules = Object.entries(job.pages);
  const matchers = rules.flatMap(([label, rule]) =>
    rule.match === undefined ? [] : [{ label, matches: compilePatterns(rule.match, normalise) }],
  );
  const only = rules.length === 1 && matchers.length === 0 ? rules[0]?.[0] : undefined;
  const isDefault = Object.hasOwn(job.pages, 'default') && job.pages['default']?.match === undefined;
  const otherwise = isDefault ? 'default' : only;
  return (url) => matchers.find(({ matches }) => matches(url))?.label ?? otherwise;
}
