import { type Job, jobSchema } from '../../shared/job/schema.ts';
import { makeChoices } from './choices.ts';
import type { Variant } from './scenario.ts';

/** What a link to the URL says of itself: a few levels, so that depth and time decide as well. */
export function priorityOf(url: string): number {
  let sum = 0;
  for (const character of url) sum = (sum * 31 + character.charCodeAt(0)) % 1_009;
  return (sum % 4) - 1;
}

/** The same runs, which fetch the best pages first; half of them may fetch fewer than there are. */
export function ordered(seed: number): Variant {
  return (scenario) => {
    const choices = makeChoices(seed);
    const { size } = scenario.site.pages;
    const runs = scenario.runs.map((plan) => {
      const limits = choices.chance(0.5) ? { maxPages: choices.between(1, size) } : {};
      return { ...plan, job: withOrder(plan.job, choices.pick(['breadth', 'best']), limits) };
    });
    return { ...scenario, runs };
  };
}

function withOrder(job: Job, order: 'breadth' | 'best', limits: Partial<Job['limits']>): Job {
  const sources = job.sources.map(({ crawl, ...source }) =>
    crawl === undefined ? source : { ...source, crawl: { ...crawl, order } },
  );
  return jobSchema.parse({
    ...job,
    sources,
    pages: { page: { priority: 1 } },
    limits: { ...job.limits, ...limits },
  });
}
