import { returnsPlace } from '../../shared/engine/outcome/returned-place.ts';
import { pageOrderOf } from '../../shared/job/page-order.ts';
import type { Counts, Outcome, PageFact } from '../../shared/model.ts';
import { type Expected, expect, partnerOf } from './expected.ts';
import { sumOf } from './memory-store.ts';
import { decodeOutcome } from './next-version.ts';
import type { RunPlan } from './scenario.ts';
import type { Site } from './site.ts';
import type { World } from './world.ts';

/** Every invariant of docs/architecture.md, from the outside, once all is over. One line per violation. */
export function check(world: World): string[] {
  const { scenario, watch } = world;
  const ofRuns = scenario.runs.flatMap((plan) => checkRun(world, plan).map((line) => `${plan.id}: ${line}`));
  return [...watch.violations, ...ofRuns, ...checkGaps(world)];
}

function checkRun(world: World, plan: RunPlan): string[] {
  const { store, scenario } = world;
  const counts = sumOf(store.counts.get(plan.id) ?? []);
  const outcomes = outcomesOf(world, plan.id);
  const run = store.runs.get(plan.id);
  const wasCancelled = plan.commands.some(({ to }) => to === 'cancelled') && run?.state === 'cancelled';
  const expected = expect(scenario.site, plan.starts, plan.job.politeness.robots === 'obey');
  return [
    ...(run?.state === 'finished' || wasCancelled ? [] : [`state: it is ${run?.state}`]),
    ...(counts['open'] === 0 ? [] : [`open: it is ${counts['open']} in the end`]),
    ...(world.watch.openOf(plan.id) === 0
      ? []
      : [`open: ${world.watch.openOf(plan.id)} are open in the end`]),
    ...checkAccounts(counts, outcomes),
    ...(pageOrderOf(plan.job) === undefined
      ? checkPlaces(counts, outcomes)
      : checkOrder(world, plan, counts, outcomes, wasCancelled)),
    ...checkBounds(plan, counts, outcomes, scenario.site),
    ...checkHosts(world, plan, outcomes),
    ...(isFree(plan, expected) && !wasCancelled ? checkResult(scenario.site, outcomes, expected) : []),
  ];
}

function outcomesOf({ outcomes }: World, run: string): Outcome[] {
  return [...outcomes]
    .filter(([key]) => key.startsWith(`${run} `))
    .map(([, text]) => decodeOutcome(JSON.parse(text)));
}

/** No limit of the job can have cut the run short: what it comes to is decided. */
function isFree({ job }: RunPlan, { ends, items }: Expected): boolean {
  const { maxPages, maxPagesPerHost = maxPages, maxItems = Number.POSITIVE_INFINITY, maxDepth } = job.limits;
  const hasRoom = Math.min(maxPages, maxPagesPerHost) >= ends.size;
  return maxDepth === undefined && hasRoom && maxItems > items;
}

/** Invariant 2: one end for each URL, and counts that are those of the facts. */
function checkAccounts(counts: Counts, outcomes: Outcome[]): string[] {
  const facts = outcomes.flatMap(({ pages }) => pages);
  const ends = facts.filter(({ end, kind }) => end !== 'retry' && kind === 'page');
  const items = outcomes.flatMap((outcome) => outcome.items);
  const expected: Counts = {
    ...countEnds(ends),
    admitted: ends.length,
    bytes: facts.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    retries: facts.filter(({ end }) => end === 'retry').length,
    items: items.filter(({ missing }) => missing === undefined).length,
    incomplete: items.filter(({ missing }) => missing !== undefined).length,
  };
  const claimed = Object.keys(counts).filter((name) => /^(stored|failed|skipped|cancelled)\b/.test(name));
  const wrong = [...new Set([...Object.keys(expected), ...claimed])]
    .filter((name) => (counts[name] ?? 0) !== (expected[name] ?? 0))
    .map((name) => `counts: ${name} is ${counts[name] ?? 0}, and the outcomes say ${expected[name] ?? 0}`);
  const urls = ends.map(({ url }) => url);
  const twice = urls.filter((url, index) => urls.indexOf(url) < index);
  return [...wrong, ...twice.map((url) => `ends: ${url} has more than one`)];
}

const isMoved = ({ code }: PageFact) => code === 'REDIRECTED' || code === 'CANONICAL_ELSEWHERE';

function endsOfPages(outcomes: Outcome[]): PageFact[] {
  return outcomes.flatMap(({ pages }) => pages).filter(({ end, kind }) => end !== 'retry' && kind === 'page');
}

/** Each page that has not moved has a place. */
function checkPlaces({ 'reserved:pages': reserved = 0 }: Counts, outcomes: Outcome[]): string[] {
  const places = endsOfPages(outcomes).filter((fact) => !isMoved(fact)).length;
  return reserved === places ? [] : [`counts: ${reserved} places are taken by ${places} pages`];
}

/**
 * Pages take their places when they are drawn, so those that no place was left for have none. Nothing is asked for that was not drawn, and
 * nothing waits in the end. Where the run was cancelled, pages end without having been drawn.
 */
function checkOrder(
  { watch, requests }: World,
  { id, job }: RunPlan,
  { 'reserved:pages': reserved = 0 }: Counts,
  outcomes: Outcome[],
  wasCancelled: boolean,
): string[] {
  const { waiting, granted } = watch.frontiersOf(id);
  const ends = endsOfPages(outcomes);
  const refused = ends.filter(({ code }) => code === 'LIMIT_PAGES').length;
  const moved = ends.filter(isMoved).length;
  const places = ends.length - moved - refused;
  const left = [...waiting.values()].flat().length;
  const undrawn = requests.filter(
    ({ run, url }) => run === id && !url.endsWith('/robots.txt') && !granted.has(url),
  );
  const hasWasted = refused > 0 && moved === 0 && !wasCancelled && reserved !== job.limits.maxPages;
  return [
    ...(wasCancelled || reserved === places
      ? []
      : [`counts: ${reserved} places are taken by ${places} pages`]),
    ...(hasWasted ? [`limits: ${refused} were refused, and ${reserved} places taken`] : []),
    ...(left === 0 ? [] : [`frontier: ${left} wait in the end`]),
    ...undrawn.map(({ url }) => `frontier: ${url} was asked for, and not drawn`),
  ];
}

function countEnds(ends: PageFact[]): Counts {
  const counts: Counts = {};
  for (const { end, code } of ends) {
    for (const name of code === undefined ? [end] : [end, `${end}:${code}`])
      counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** What holds whatever cut the run short. */
function checkBounds({ job }: RunPlan, counts: Counts, outcomes: Outcome[], site: Site): string[] {
  const { maxPages, maxItems = Number.POSITIVE_INFINITY, maxDepth = Number.POSITIVE_INFINITY } = job.limits;
  const { items = 0, 'reserved:pages': pages = 0 } = counts;
  const facts = outcomes.flatMap((outcome) => outcome.pages);
  const unknown = outcomes.flatMap((outcome) => outcome.items).filter(({ url }) => !site.pages.has(url));
  return [
    ...(items > maxItems ? [`limits: ${items} items of ${maxItems}`] : []),
    ...(pages > maxPages ? [`limits: ${pages} pages of ${maxPages}`] : []),
    ...facts.filter(({ depth }) => depth > maxDepth).map(({ url }) => `limits: ${url} is too deep`),
    ...facts
      .filter(({ code, url }) => code === 'BATCH_CRASHED' && !isDeadly(site, url))
      .map(({ url }) => `crashes: ${url} was given up`),
    ...unknown.map(({ url }) => `items: one of ${url}`),
  ];
}

/** What is used of each host's quota is what its pages took that have not moved, and never more than the limit. */
function checkHosts({ store, scenario }: World, { id, job }: RunPlan, outcomes: Outcome[]): string[] {
  const { maxPagesPerHost } = job.limits;
  if (maxPagesPerHost === undefined) return [];
  const staying = outcomes
    .flatMap(({ pages }) => pages)
    .filter((fact) => fact.end !== 'retry' && fact.kind === 'page' && !returnsPlace(fact));
  return [...scenario.site.hosts.keys()].flatMap((host) => {
    const pages = staying.filter(({ url }) => new URL(url).host === host).length;
    const used = store.quotas.get(`${id} host:${host}`) ?? 0;
    return [
      ...(pages > maxPagesPerHost ? [`limits: ${pages} pages of ${host} of ${maxPagesPerHost}`] : []),
      ...(pages === used ? [] : [`quota: ${used} are used of ${host}, which has ${pages} pages`]),
    ];
  });
}

function isDeadly({ pages }: Site, url: string): boolean {
  const kind = pages.get(url)?.kind;
  return kind === 'deadly' || kind === 'endless';
}

/** Invariant 6: the same ends and items as if nothing had gone wrong. */
function checkResult(site: Site, outcomes: Outcome[], expected: Expected): string[] {
  const ends = new Map<string, string>();
  for (const { end, code, url } of outcomes.flatMap(({ pages }) => pages)) {
    if (end !== 'retry' && url !== 'spinneret:seed')
      ends.set(url, code === undefined ? end : `${end} ${code}`);
  }
  const wrong = [...new Set([...ends.keys(), ...expected.ends.keys()])].filter(
    (url) => endOf(site, ends, url) !== endOf(site, expected.ends, url),
  );
  const items = outcomes.flatMap((outcome) => outcome.items);
  const lines = items.map((item) => JSON.stringify(item));
  return [
    ...wrong.map((url) => `ends: ${url} is ${ends.get(url)}, expected ${expected.ends.get(url)}`),
    ...lines.filter((line, index) => lines.indexOf(line) < index).map((line) => `items: twice ${line}`),
    ...checkItems(site, ends, lines),
  ];
}

function checkItems(site: Site, ends: Map<string, string>, lines: string[]): string[] {
  const wanted = [...ends].reduce((sum, [url, end]) => {
    const page = site.pages.get(url);
    return end !== 'stored' || page === undefined ? sum : sum + page.items + (page.isIncomplete ? 1 : 0);
  }, 0);
  return lines.length === wanted ? [] : [`items: there are ${lines.length}, expected ${wanted}`];
}

/** Of two pages that name each other, whichever. */
function endOf(site: Site, ends: Map<string, string>, url: string): string {
  const partner = partnerOf(site, url);
  if (partner === undefined) return String(ends.get(url));
  return [ends.get(url), ends.get(partner)].map(String).sort().join(' and ');
}

/**
 * Invariant 3. By the senders' clocks two requests are a gap apart, but for what a clock was set back by
 * since its turn was waited for. True times are, but for what the two clocks may be off besides, by what
 * they know of the store's. Where clocks are right, both are 0.
 */
function checkGaps({ requests, scenario }: World): string[] {
  const ofGroups = Map.groupBy(requests, ({ run, host }) => scenario.pacing?.nameOf(run, host));
  ofGroups.delete(undefined);
  return [...Map.groupBy(requests, ({ host }) => host).values(), ...ofGroups.values()].flatMap((sent) =>
    checkGapsOf(scenario, sent),
  );
}

function checkGapsOf(scenario: World['scenario'], requests: World['requests']): string[] {
  const gaps = new Map(scenario.runs.map(({ id, job }) => [id, job.politeness]));
  const violations: string[] = [];
  const sent = requests.toSorted((a, b) => a.clockAt - b.clockAt);
  for (const [index, request] of sent.entries()) {
    const before = sent[index - 1];
    if (before === undefined) continue;
    const gapOf = ({ run, url, host }: typeof request) => {
      const { gapMs = 0, robots: mode = 'obey' } = gaps.get(run) ?? {};
      const isPaced = mode === 'obey' && !url.endsWith('/robots.txt');
      const { crawlDelayMs = 0 } = scenario.site.hosts.get(host)?.robots ?? {};
      return Math.max(gapMs, isPaced ? crawlDelayMs : 0);
    };
    const pair = [gapOf(before), gapOf(request)];
    // A run without a gap leaves nothing on the host's clock.
    if (pair.includes(0)) continue;
    const apartMs = request.clockAt - before.clockAt;
    const wentBackMs = before.wentBackMs + request.wentBackMs;
    const trulyMs = Math.abs(request.at - before.at) + before.uncertaintyMs + request.uncertaintyMs;
    if (Math.min(apartMs, trulyMs) + wentBackMs >= Math.max(...pair)) continue;
    violations.push(
      `gap: ${before.url} and ${request.url} are ${apartMs} ms apart (${request.at - before.at} ms truly), not ${Math.max(...pair)}`,
    );
  }
  return violations;
}
