import type { Batch } from '../../model.ts';
import type { HostRules } from '../../sources/kind.ts';
import { kindOf } from '../../sources/sources.ts';
import type { RunContext } from '../run-context.ts';
import { slackFor } from './pace.ts';

/**
 * The politeness towards the batch's host: the strictest mode of robots.txt and the fewest requests per minute of all
 * of its requests.
 */
export function hostRulesOf({ env }: RunContext, { requests }: Pick<Batch, 'requests'>): HostRules {
  const all = requests.map((request) => kindOf(request).hostRules(request, env));
  const robots = (['api', 'ignore'] as const).find((mode) =>
    all.every((hostRules) => hostRules.robots === mode),
  );
  const limits = all.map(({ perMinute }) => perMinute ?? Number.POSITIVE_INFINITY);
  const perMinute = Math.min(...limits);
  return { robots: robots ?? 'obey', ...(robots === 'api' ? { perMinute } : {}) };
}

const minuteMs = 60_000;

/** The job's own gap; between requests to an API, the gap that its requests per minute allow. */
export function gapOfJobMs({ job }: RunContext, { perMinute }: HostRules): number {
  if (perMinute === undefined) return job.politeness.gapMs;
  // The turns' tolerance for lateness is added.
  const spacingMs = Math.ceil(minuteMs / perMinute);
  return Math.max(1, spacingMs - slackFor(spacingMs));
}
