import type { FoundLink } from '../extract/types.ts';
import type { Counts, PageRequest } from '../model.ts';
import { add, type Refusal } from './counts.ts';
import type { KnownUrl } from './known-urls.ts';
import type { RobotsGate } from './robots-gate.ts';
import type { RunContext } from './run-context.ts';

/** Turns links as found into requests, and counts those that are refused, by reason. */
export interface LinkSelection {
  requests: PageRequest[];
  /** Those of another batch, by which they were brought into the run. */
  known: KnownUrl[];
  /** Refusals by reason, and how many are known. */
  counts: Counts;
}

/** Where links were found. */
export interface LinkOrigin {
  request: PageRequest;
  /** The batch of the request: what it has admitted itself, before a crash, it must get again. */
  batch: string;
}

/** Links of a page: scope, label, depth, and the robots.txt of the page's own host, in that order. */
export function selectPageLinks(
  context: RunContext,
  gate: RobotsGate,
  { request: page, batch }: LinkOrigin,
  found: FoundLink[],
): LinkSelection {
  const { known, job } = context;
  const depth = page.depth + 1;
  const isTooDeep = job.limits.maxDepth !== undefined && depth > job.limits.maxDepth;
  const from = known.of(page.url);
  const refusalOf = (link: KnownUrl): Refusal | undefined => {
    if (!known.isInScope(link, from)) return 'scope';
    if (isTooDeep) return 'depth';
    return known.isForbidden(link, gate) ? 'robots' : undefined;
  };

  const selection: LinkSelection = { requests: [], known: [], counts: {} };
  for (const { url, label: named } of found) {
    const link = known.of(url);
    const label = named ?? link.label;
    const refusal = label === undefined ? 'label' : refusalOf(link);
    if (refusal !== undefined || label === undefined) {
      add(selection.counts, `refused:${refusal}`);
      continue;
    }
    const isKnown = link.owner !== undefined && link.owner !== batch;
    if (isKnown) selection.known.push(link);
    else selection.requests.push({ kind: 'page', url, label, depth, attempt: 0, referrer: page.url });
  }
  add(selection.counts, 'duplicates', selection.known.length);
  return selection;
}

/** Pages that a source names: in scope by definition; robots.txt is asked when they are fetched. */
export function selectSourceLinks({ normalise, labelOf }: RunContext, found: FoundLink[]): LinkSelection {
  const selection: LinkSelection = { requests: [], known: [], counts: {} };
  const taken = new Set<string>();
  for (const { url: written, label: named } of found) {
    const url = normalise(written);
    if (url === undefined) add(selection.counts, 'refused:url');
    if (url === undefined || taken.has(url)) continue;
    taken.add(url);
    const label = named ?? labelOf(url);
    if (label === undefined) add(selection.counts, 'refused:label');
    else selection.requests.push({ kind: 'page', url, label, depth: 0, attempt: 0 });
  }
  return selection;
}
