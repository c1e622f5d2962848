import { spentUsd } from '../../cost/cost.ts';
import { withoutIndices } from '../../extract/json/without-indices.ts';
import type { Normalise } from '../../fetch/url.ts';
import {
  type Batch,
  type Counts,
  type Item,
  type ItemState,
  type Json,
  type KeptPages,
  type Outcome,
  type PageEnd,
  type PageRequest,
  stateOfItem,
} from '../../model.ts';
import { isDownload, kindOf } from '../../sources/sources.ts';
import { add, addAll, countFact } from '../counts.ts';
import type { Engine } from '../engine.ts';
import { identityOf } from '../ids.ts';
import { makeVisit, type Visit, type Visited } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/** The outcome of a batch that was visited. Items beyond `itemsGranted` are left out and counted. */
export function outcomeOfVisits(
  batch: Batch,
  visited: Visited,
  batchSize: number,
  normalise: Normalise,
  itemsGranted = Number.POSITIVE_INFINITY,
): Outcome {
  const { visits, unvisited, ownBatchSize, isSplit, sessions, kept } = visited;
  const counts: Counts = {};
  for (const visit of visits) {
    for (const fact of [visit.fact, ...visit.otherFacts]) countFact(counts, fact);
    addAll(counts, visit.linkCounts);
  }
  const items = withinGrant(visits, itemsGranted, counts);
  const links = eachOnce(withFilesOf(items, visits), counts, normalise);
  const known = countKnown(visits);
  if (kept !== undefined) countKept(counts, kept);
  const halt = visits.find((visit) => visit.halt !== undefined)?.halt;
  const missing = visits.flatMap((visit) => visit.missing ?? []);
  for (const { is, items: lost } of missing) add(counts, `change:items:${is}`, lost.length);
  return {
    run: batch.run,
    batch: batch.id,
    host: batch.host,
    ...(batch.shard === undefined ? {} : { shard: batch.shard }),
    pages: visits.flatMap((visit) => [visit.fact, ...visit.otherFacts]),
    items,
    links,
    ...(known === 0 ? {} : { knownLinks: known }),
    retries: [...visits.flatMap((visit) => visit.retry ?? []), ...unvisited],
    counts,
    ...(isSplit === undefined ? {} : { isSplit }),
    ...(halt === undefined ? {} : { halt }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(missing.length === 0 ? {} : { missing }),
    ...(kept === undefined ? {} : { kept }),
    batchSizes: { own: ownBatchSize, other: batchSize },
  };
}

function countKept(counts: Counts, { pages, unchanged, bytes, loaded }: KeptPages): void {
  add(counts, 'kept:pages', pages);
  add(counts, 'kept:unchanged', unchanged ?? 0);
  add(counts, 'kept:loaded', loaded?.answers ?? 0);
  add(counts, 'kept:truncated', loaded?.truncated ?? 0);
  add(counts, 'kept:bytes', bytes);
}

/**
 * The visits without the files that only items named which are not in the outcome: those beyond a limit, and those that another page
 * has given already.
 */
function withFilesOf(items: Item[], visits: Visit[]): Visit[] {
  const isOfItem = ({ fact }: Visit, { kind }: PageRequest) => isDownload(kind) && !isDownload(fact.kind);
  if (!visits.some((visit) => visit.links.some((link) => isOfItem(visit, link)))) return visits;
  const named = new Set(items.flatMap(({ files }) => textsIn(files ?? null)));
  return visits.map((visit) => ({
    ...visit,
    links: visit.links.filter((link) => !isOfItem(visit, link) || named.has(link.url)),
  }));
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsIn);
}

/** Known links of all visits, each URL counted once. */
function countKnown(visits: Visit[]): number {
  // A unique mark without content: it stays with the URLs when the visits are gone.
  const meeting = {};
  let count = 0;
  for (const visit of visits) {
    for (const link of visit.known) {
      if (link.seenBy !== meeting) count += 1;
      link.seenBy = meeting;
    }
  }
  return count;
}

/** The pages of a batch link to one another, and to the same targets. */
function eachOnce(visits: Visit[], counts: Counts, normalise: Normalise): PageRequest[] {
  const links = new Map<string, PageRequest>();
  for (const visit of visits) {
    for (const link of visit.links) {
      const key = identityOf(link, normalise);
      if (links.has(key)) add(counts, 'duplicates');
      else links.set(key, link);
    }
  }
  return [...links.values()];
}

/** Complete items, which `maxItems` counts. */
export function countComplete(visits: Visit[]): number {
  return visits.flatMap((visit) => visit.items).filter((item) => stateOfItem(item) === 'complete').length;
}

function withinGrant(visits: Visit[], granted: number, counts: Counts): Item[] {
  const kept: Item[] = [];
  let complete = 0;
  for (const { fact, items } of visits) {
    for (const item of items) {
      const state = stateOfItem(item);
      if (state === 'complete') complete += 1;
      if (state === 'complete' && complete > granted) {
        add(counts, 'refused:items');
        continue;
      }
      add(counts, countOfState[state]);
      if (item.change !== undefined) add(counts, `change:items:${item.change.is}`);
      for (const { path, keyword } of item.misfits ?? []) {
        add(counts, `misfit:${keyword}:${fact.label}.${withoutIndices(path)}`);
      }
      for (const path of item.missing ?? []) add(counts, `missing:${fact.label}.${path}`);
      for (const { field, step, times } of item.lost ?? []) {
        add(counts, `lost:${step}:${fact.label}.${withoutIndices(field)}`, times);
      }
      for (const { kind, field, source } of item.marks ?? []) {
        const what = source === undefined ? kind : `${kind}:${source}`;
        add(counts, `${what}:${fact.label}${field === '' ? '' : `.${withoutIndices(field)}`}`);
      }
      kept.push(item);
    }
  }
  return kept;
}

const countOfState: Record<ItemState, string> = {
  complete: 'items',
  incomplete: 'incomplete',
  misfit: 'misfits',
};

/** All requests end alike, unfetched: the run was cancelled, or a limit was reached. */
export function visitsOfEnd(batch: Batch, end: PageEnd, code: string | undefined, engine: Engine): Visited {
  const fact = code === undefined ? { end } : { end, code };
  const visits = batch.requests.map((request) => makeVisit(request, fact));
  return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
}

/**
 * The batch has killed its process repeatedly. The request of a batch of one has failed; of a larger batch, each
 * request gets a batch of its own, so that only the one at fault fails.
 */
export function visitsOfCrash(batch: Batch, engine: Engine): Visited {
  if (batch.requests.length === 1) return visitsOfEnd(batch, 'failed', 'BATCH_CRASHED', engine);
  return { state: 'visited', visits: [], unvisited: batch.requests, ownBatchSize: 1, isSplit: true };
}

/**
 * Once `maxPages` is used up: the requests of a batch without those that only lead to pages, and the visits that
 * end the latter.
 */
export function splitByPageLimit(
  { limits }: RunContext,
  batch: Batch,
): { wanted: Batch; pastLimit: Visit[] } {
  if (limits.left('pages') > 0) return { wanted: batch, pastLimit: [] };
  const wanted = { ...batch, requests: batch.requests.filter((request) => !leadsToPages(request)) };
  const pastLimit = batch.requests
    .filter(leadsToPages)
    .map((request) => makeVisit(request, { end: 'skipped', code: 'LIMIT_PAGES' }));
  return { wanted, pastLimit };
}

/** The request only leads to pages, all of which would be refused once `maxPages` is used up. */
function leadsToPages(request: PageRequest): boolean {
  return kindOf(request).gives === 'pages';
}

/** How old the counts may be by which a run stops: reading them for every batch would be expensive. */
const countsAgeMs = 2_000;

/**
 * The limit because of which nothing more is fetched for the run, if any. Counts are read only for limits that
 * need them.
 */
export async function limitReached(
  engine: Engine,
  context: RunContext,
  { requests }: Pick<Batch, 'requests'>,
): Promise<string | undefined> {
  const { maxItems, maxBytes, maxDurationMs, budgetUsd } = context.job.limits;
  if (maxDurationMs !== undefined && engine.now() >= context.startedAt + maxDurationMs)
    return 'LIMIT_DURATION';
  const { maxRunMs = Number.POSITIVE_INFINITY } = engine.limits;
  if (engine.now() >= context.startedAt + maxRunMs) return 'LIMIT_RETENTION';
  // Files are those of items that were granted.
  const isForFiles = requests.length > 0 && requests.every(({ kind }) => isDownload(kind));
  if (!isForFiles && context.limits.left('items') === 0) return 'LIMIT_ITEMS';
  const isForPages = requests.some(leadsToPages);
  const isUnlimited = maxItems === undefined && maxBytes === undefined && budgetUsd === undefined;
  if (isUnlimited && !isForPages) return undefined;
  const counts = await engine.ledger.readCounts(context.id, { maxAgeMs: countsAgeMs });
  context.limits.learn(counts);
  const { items = 0, bytes = 0 } = counts;
  if (!isForFiles && maxItems !== undefined && items >= maxItems) return 'LIMIT_ITEMS';
  if (maxBytes !== undefined && bytes >= maxBytes) return 'LIMIT_BYTES';
  if (budgetUsd !== undefined && spentUsd(counts) >= budgetUsd) return 'LIMIT_BUDGET';
  return undefined;
}
