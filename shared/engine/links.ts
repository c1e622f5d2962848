import type { FoundLink } from '../extract/types.ts';
import type { Counts, PageRequest } from '../model.ts';
import { add, type Refusal } from './counts.ts';
import type { RobotsGate } from './robots-gate.ts';
import type { RunContext } from './run-context.ts';

/** Turns links as found into requests, and counts those that are refused, by reason. */
export interface LinkSelection {
  requests: PageRequest[];
  refused: Counts;
}

/** Links of a page: scope, label, depth, and the robots.txt of the page's own host, in that order. */
export function selectPageLinks(
  context: RunContext,
  gate: RobotsGate,
  page: PageRequest,
  links: FoundLink[],
): LinkSelection {
  const { limits } = context.job;
  const depth = page.depth + 1;
  return select(context, page, links, depth, (url) => {
    if (!context.scope(url, page.url)) return 'scope';
    if (limits.maxDepth !== undefined && depth > limits.maxDepth) return 'depth';
    return gate.forbids(url) ? 'robots' : undefined;
  });
}

/** Pages that a source names: in scope by definition; robots.txt is asked when they are fetched. */
export function selectSourceLinks(
  context: RunContext,
  source: PageRequest,
  links: FoundLink[],
): LinkSelection {
  return select(context, source, links, 0, () => undefined);
}

function select(
  context: RunContext,
  from: PageRequest,
  links: FoundLink[],
  depth: number,
  refuse: (url: string) => Refusal | undefined,
): LinkSelection {
  const requests: PageRequest[] = [];
  const refused: Counts = {};
  const taken = new Set<string>();
  const isFromPage = from.kind === 'page' || from.kind === 'rest';
  for (const link of links) {
    const url = context.normalise(link.url);
    if (url === undefined) {
      add(refused, 'refused:url');
      continue;
    }
    if (taken.has(url)) continue;
    taken.add(url);
    const label = link.label ?? context.labelOf(url);
    const refusal = label === undefined ? 'label' : refuse(url);
    if (refusal !== undefined || label === undefined) {
      add(refused, `refused:${refusal}`);
      continue;
    }
    requests.push({
      kind: 'page',
      url,
      label,
      depth,
      attempt: 0,
      ...(isFromPage ? { referrer: from.url } : {}),
    });
  }
  return { requests, refused };
}
