import { type Job, jobSchema } from '../../shared/job/schema.ts';
import { type Choices, makeChoices } from './choices.ts';
import type { RunPlan, Scenario, Variant } from './scenario.ts';
import { drawSite, type Site, type SitePage } from './site.ts';

// What a seed draws seldom or never, put into the world that it draws. The invariants that `check` holds know nothing of some of it.

/** One message in twelve is never delivered, and now and then all of them are gone. */
export const lossy: Variant = (scenario) => ({ ...scenario, losses: { perMessage: 0.08, purges: 2 } });

/** Processes of two versions share a run, some of whose messages and outcomes only the newer ones can read. */
export const upgraded: Variant = (scenario) => ({ ...scenario, upgrade: { fromMs: 300, toMs: 30_000 } });

/** A limit of each run, which it may reach: one kind of them after the other. */
export function limited(seed: number): Variant {
  return (scenario) => {
    const choices = makeChoices(seed);
    const { size } = scenario.site.pages;
    const kinds: Partial<Job['limits']>[] = [
      { maxPages: choices.between(1, size), maxPagesPerHost: choices.between(1, size) },
      { maxItems: choices.between(1, size) },
      { maxDepth: choices.between(0, 3) },
      { maxBytes: choices.between(10, 5 * size) },
      { maxDurationMs: choices.between(100, 5_000) },
    ];
    const limits = kinds[seed % kinds.length];
    return withJobs(scenario, (job) => ({ limits: { ...job.limits, ...limits } }));
  };
}

/** Each run is paused and goes on; every second one is cancelled later. */
export function commanded(seed: number): Variant {
  return (scenario) => {
    const choices = makeChoices(seed);
    const runs = scenario.runs.map((plan) => ({ ...plan, commands: commandsOf(choices) }));
    return { ...scenario, runs };
  };
}

function commandsOf(choices: Choices): RunPlan['commands'] {
  const afterMs = choices.between(0, 3_000);
  const resumedMs = afterMs + choices.between(1_000, 30_000);
  const cancelled = { afterMs: resumedMs + choices.between(0, 3_000), to: 'cancelled' as const };
  return [
    { afterMs, to: 'paused' },
    { afterMs: resumedMs, to: 'running' },
    ...(choices.chance(0.5) ? [cancelled] : []),
  ];
}

/** Hosts stop answering for a while, and every second one for good. */
export function breaking(seed: number): Variant {
  return (scenario) => {
    const choices = makeChoices(seed);
    const down = new Set([...scenario.site.hosts.keys()].filter(() => choices.chance(0.5)));
    const fails = (page: SitePage): SitePage => {
      const failsWith = choices.pick([{ status: 0 }, { status: 503 }, { status: 503, retryAfterS: 3 }]);
      if (down.has(page.host)) return { ...page, kind: 'flaky', failures: 1_000, failsWith };
      return choices.chance(0.5)
        ? { ...page, kind: 'flaky', failures: choices.between(1, 2), failsWith }
        : page;
    };
    return withJobs(withPages(scenario, fails), (job) => ({
      fetch: { ...job.fetch, breakAfter: choices.between(1, 3) },
      politeness: { ...job.politeness, maxDelayMs: choices.pick([10_000, 40_000]) },
    }));
  };
}

/** Items have keys, some of which several pages give. */
export function keyed(seed: number): Variant {
  return (scenario) => {
    const choices = makeChoices(seed);
    const keysOf = ({ items }: SitePage) => Array.from({ length: items }, () => `k${choices.between(0, 9)}`);
    const changed = withPages(scenario, (page) => ({ ...page, keys: keysOf(page) }));
    const limits = choices.chance(0.5) ? { maxItems: 6 } : {};
    return withJobs(changed, (job) => ({ limits: { ...job.limits, ...limits } }));
  };
}

/** A page in the middle kills the process that reads it. */
export const poisoned: Variant = (scenario) => {
  const urls = [...scenario.site.pages.keys()];
  const deadly = urls[Math.floor(urls.length / 2)];
  return withPages(scenario, (page) => (page.url === deadly ? { ...page, kind: 'deadly' } : page));
};

/** More hosts and pages than one process works on at once. */
export function wide(seed: number): Variant {
  return (scenario) => {
    const site = drawSite(makeChoices(seed), { hosts: 12, pages: 150, maxFailures: 1 });
    return withSite({ ...scenario, processes: 1, concurrency: 40 }, site);
  };
}

/** The same world with another site, which its runs crawl from its first pages, without a limit. */
export function withSite(scenario: Scenario, site: Site): Scenario {
  const changed = withJobs({ ...scenario, site }, ({ scope }) => ({
    sources: [{ crawl: { start: site.starts } }],
    scope: { ...scope, hosts: [...site.hosts.keys()] },
    limits: {},
  }));
  return { ...changed, runs: changed.runs.map((plan) => ({ ...plan, starts: site.starts })) };
}

function withPages(scenario: Scenario, change: (page: SitePage) => SitePage): Scenario {
  const { site } = scenario;
  const pages = new Map([...site.pages].map(([url, page]) => [url, change(page)]));
  return { ...scenario, site: { ...site, pages } };
}

function withJobs(scenario: Scenario, change: (job: Job) => object): Scenario {
  const runs = scenario.runs.map((plan) => ({
    ...plan,
    job: jobSchema.parse({ ...plan.job, ...change(plan.job) }),
  }));
  return { ...scenario, runs };
}
