import { setTimeout as sleep } from 'node:timers/promises';
import { makeVisit, type Visit } from '../../shared/engine/make-visit.ts';
import { openGate } from '../../shared/engine/robots-gate.ts';
import type { RobotsGate } from '../../shared/engine/robots-permission.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { visit } from '../../shared/engine/visit.ts';
import type { Counts, Item, PageFact, PageRequest } from '../../shared/model.ts';
import { firstCellRequests } from '../../shared/sources/places/cell.ts';
import type { PlacesPlan } from '../../shared/sources/places/plan.ts';
import { kindOf } from '../../shared/sources/sources.ts';
import { usageError } from '../report-error.ts';
import { askRobots } from './robots.ts';

/** What a run would make of one answer to one query. */
export interface PlacesTrial {
  query: string;
  area: string;
  source: 'google-places' | 'google-maps';
  /** How the search ended, as a run would write it down. */
  fact: PageFact;
  /** Places of the answer that pass, and those that do not, by reason. */
  places: number;
  refused: Counts;
  /** The search goes on: more pages, or smaller cells. */
  hasMore: boolean;
  items: Item[];
  /** Pages of businesses' websites that could not be read. */
  sites: { url: string; code: string }[];
  /** What Google bills for it, in US dollars. */
  billedUsd: number;
}

/** The source that a trial asks: the first that has areas. Throws USAGE when the job has no area to search. */
export function planToTry({ env }: RunContext): PlacesPlan {
  const plan = [...(env.opened.places?.plans.values() ?? [])].find(({ areas }) => areas.length > 0);
  if (plan === undefined) {
    const instead = 'a query needs areas; run the job with --max-items 1 to see what one of them gives';
    throw usageError(`the job only names placeIds, and has no area to search: ${instead}`);
  }
  return plan;
}

/**
 * Asks one page of the first cell of the source's first area, and takes the first `limit` places to their end, websites
 * included. Writes nothing.
 */
export async function tryPlaces(
  context: RunContext,
  plan: PlacesPlan,
  query: string,
  limit: number,
): Promise<PlacesTrial> {
  const [request] = firstCellRequests(asked(plan, query));
  if (request === undefined) throw usageError('the area has no cell');
  const search = await visitPolitely(context, request);
  const items: Item[] = [];
  const sites: PlacesTrial['sites'] = [];
  const visits = [search];
  const found = search.links.filter(({ kind }) => kind === 'place');
  for (const place of found.slice(0, limit)) {
    for (let next: PageRequest | undefined = place; next !== undefined; ) {
      const visited = await visitPolitely(context, next);
      visits.push(visited);
      if (visited.fact.kind === 'site' && visited.fact.code !== undefined)
        sites.push({ url: next.url, code: visited.fact.code });
      // A run would try again later.
      const step: Visit = visited.fact.end === 'retry' ? makeVisit(next, { end: 'failed' }) : visited;
      items.push(...step.items);
      next = step.retry;
    }
  }
  const billed = visits.reduce((sum, { linkCounts }) => sum + (linkCounts['billedMicroUsd'] ?? 0), 0);
  return {
    query,
    area: plan.areas[0]?.name ?? '',
    source: plan.source.source,
    fact: search.fact,
    places: found.length,
    refused: Object.fromEntries(
      Object.entries(search.linkCounts).filter(([name]) => name.startsWith('refused:')),
    ),
    hasMore: search.links.some(({ kind }) => kind === 'cell'),
    items,
    sites,
    billedUsd: billed / 1e6,
  };
}

/** To see the places at once, they are read without being counted first. */
function asked(plan: PlacesPlan, query: string): PlacesPlan {
  return { ...plan, source: { ...plan.source, queries: [query] }, countsFirst: false };
}

async function visitPolitely(context: RunContext, request: PageRequest): Promise<Visit> {
  const { touchesHost, manners } = kindOf(request);
  const isUngated = !touchesHost || manners(request, context.env).robots !== 'obey';
  const gate = isUngated ? openGate : await gateOf(context, request);
  const visited = await visit({ run: context, batch: 'try', gate, now: Date.now }, request);
  if (visited === 'late') throw new Error('a request without a turn cannot be late');
  return visited;
}

/** Pages of one website are a few at most, each in its turn. */
async function gateOf(context: RunContext, { url }: PageRequest): Promise<RobotsGate> {
  const { robots, gate } = await askRobots(context, url, 'obey');
  await sleep(Math.max(context.job.politeness.gapMs, gate.crawlDelayMs));
  return robots.state === 'unreachable' ? { ...gate, forbids: () => true } : gate;
}
