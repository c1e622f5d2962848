import type { Engine } from '../../shared/engine/engine.ts';
import { makeKnownUrls } from '../../shared/engine/outcome/known-urls.ts';
import { makeRedaction } from '../../shared/engine/redaction.ts';
import { watchLimits } from '../../shared/engine/run/run-limits.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { makeScope } from '../../shared/engine/scope.ts';
import type { Extraction } from '../../shared/extract/types.ts';
import { makeLimiters } from '../../shared/fetch/limiter.ts';
import { addressOf, makeNormalise } from '../../shared/fetch/url.ts';
import { withTimeout } from '../../shared/job/fetch-timeout.ts';
import { pageOrderOf } from '../../shared/job/page-order.ts';
import { priorityOf } from './ordered.ts';
import type { RunPlan } from './scenario.ts';
import type { SimProcess } from './sim-process.ts';
import type { Site } from './site.ts';
import { makeSiteFetcher } from './site-fetcher.ts';
import type { World } from './world.ts';

/** A run's context per process, whose hosts are the site's model. */
export function openContexts(world: World, process: SimProcess): Engine['contextOf'] {
  const contexts = new Map<string, RunContext>();
  return async (id) => {
    const known = contexts.get(id);
    if (known !== undefined) return known;
    const plan = world.scenario.runs.find((run) => run.id === id);
    if (plan === undefined) throw new Error(`no run ${id}`);
    const context = openContext(world, process, plan);
    contexts.set(id, context);
    return context;
  };
}

function openContext(world: World, process: SimProcess, { id, job }: RunPlan): RunContext {
  const { site } = world.scenario;
  const order = pageOrderOf(job);
  const normalise = makeNormalise(job.urls);
  const urlRules = {
    normalise,
    labelOf: () => 'page',
    isFile: () => false,
    scope: makeScope(job.scope, normalise),
  };
  return {
    id,
    job: withTimeout(job),
    startedAt: world.store.runs.get(id)?.startedAt ?? 0,
    env: { job, openFile: () => Promise.reject(new Error('no job here has files')), opened: {} },
    fetcher: fetcherOf(world, process, id),
    extractor: {
      softErrors: new Map(),
      close: async () => undefined,
      expectedErrors: new Map(),
      extract: async ({ url }) =>
        survive(world, process, url, () => {
          const extraction = extractFrom(site, url);
          return order === undefined ? extraction : withPriorities(extraction);
        }),
    },
    ...urlRules,
    hasRoutes: false,
    known: makeKnownUrls(urlRules),
    limits: watchLimits(job.limits),
    limiterOf: makeLimiters(job.fetch.concurrencyPerHost),
    redaction: makeRedaction(job, job, {}),
    makersByLabel: new Map(),
    failures: new Map(),
    labelHeaders: new Map(),
    isSentSecrets: () => false,
    sourceHeaders: new Map(),
    gates: new Map(),
    ...(order === undefined ? {} : { order }),
    ...pacingOf(world, id),
    close: async () => undefined,
  };
}

function pacingOf({ scenario: { pacing } }: World, run: string): Pick<RunContext, 'paceGroups'> {
  const paceGroups = pacing?.groupsOf(run);
  return paceGroups === undefined ? {} : { paceGroups };
}

function fetcherOf(world: World, process: SimProcess, run: string) {
  const { schedule, requests, asked, scenario } = world;
  const { choices } = schedule;
  return makeSiteFetcher({
    site: scenario.site,
    choices,
    asked,
    now: process.now,
    answerMs: () => (choices.chance(0.9) ? choices.between(1, 50) : choices.between(50, 1_500)),
    log: ({ host, href }) => {
      world.saw('site.request', [run, process.name, href], undefined);
      requests.push({
        host,
        url: href,
        run,
        process: process.name,
        at: schedule.now(),
        clockAt: process.now(),
        uncertaintyMs: process.uncertaintyMs(),
        wentBackMs: process.wentBackMs(),
      });
    },
  });
}

function survive<T>({ schedule, scenario, note }: World, process: SimProcess, url: string, body: () => T) {
  const kind = scenario.site.pages.get(url)?.kind;
  if (kind !== 'deadly' && kind !== 'endless') return body();
  note(`${process.name}: ${url} is ${kind}`);
  if (kind === 'deadly') process.kill();
  // Until it is ended from outside.
  else process.pausedUntil = schedule.now() + 10 * scenario.timeoutMs;
  return new Promise<never>(() => undefined);
}

function withPriorities(extraction: Extraction): Extraction {
  const links = extraction.links.map((link) => ({ ...link, priority: priorityOf(link.url) }));
  return { ...extraction, links };
}

function extractFrom(site: Site, url: string): Extraction {
  const page = site.pages.get(url);
  if (page === undefined) throw new Error(`the site has no ${url}`);
  const items = Array.from({ length: page.items }, (_, index) => {
    const key = page.keys?.[index];
    return { item: 'thing', url, fields: { index }, ...(key === undefined ? {} : { key }) };
  });
  const incomplete = page.isIncomplete ? [{ item: 'thing', url, fields: {}, missing: ['index'] }] : [];
  return {
    items: [...items, ...incomplete],
    links: page.links.flatMap((link) => addressOf(link) ?? []).map((link) => ({ url: link })),
    ...(page.canonical === undefined ? {} : { canonical: page.canonical }),
  };
}
