import { setImmediate } from 'node:timers/promises';
import type { Extraction, FoundLink, LinkRefusal, Undecided } from '../../extract/types.ts';
import { resolveAddress } from '../../fetch/url.ts';
import type { Counts, PageRequest } from '../../model.ts';
import { pageRequest } from '../../sources/page.ts';
import type { NamedPage } from '../../sources/types.ts';
import { add, type RefusalReason } from '../counts.ts';
import type { KnownUrl } from '../outcome/known-urls.ts';
import type { RunContext } from '../run-context.ts';
import type { RobotsGate } from '../turns/robots-gate.ts';

/** Links as requests, and the number of those that are refused, by reason. */
export interface LinkSelection {
  requests: PageRequest[];
  /** Links that another batch has brought into the run. */
  known: KnownUrl[];
  /** Refusals by reason, and the number of known links. */
  counts: Counts;
  /** The first of the links that were refused because a regex took too long on them. */
  undecided: Undecided[];
}

type FoundLinks = Pick<Extraction, 'links' | 'moreLinks' | 'refused' | 'undecided'>;

/** Where links were found. */
export interface LinkOrigin {
  request: PageRequest;
  /** The batch of the request: what it has admitted itself, before a crash, it must get again. */
  batch: string;
  /** Called with each link that is refused. */
  onRefused?: ((url: string, reason: RefusalReason) => void) | undefined;
}

/**
 * Links of a page, checked by label, scope, files, traps, depth, and the robots.txt of the page's own host, in that
 * order.
 */
export function selectPageLinks(
  context: RunContext,
  gate: RobotsGate,
  origin: LinkOrigin,
  { links, refused = {}, undecided = [] }: FoundLinks,
): LinkSelection {
  const selection: LinkSelection = { requests: [], known: [], counts: {}, undecided: [...undecided] };
  select(context, gate, origin, links, selection);
  for (const reason in refused) add(selection.counts, `refused:${reason}`, refused[reason as LinkRefusal]);
  add(selection.counts, 'duplicates', selection.known.length);
  return selection;
}

/** Links beyond what the run can still admit, in case some of them are known to other processes. */
const spareLinks = 1_000;

/** As many links of one page wait at most, in a run that fetches the best first: what they are worth is not known before. */
const maxWaitingLinks = 50_000;

/** The number of links that are selected at a time: in between, the process renews its leases. */
const linksPerTurn = 5_000;

/**
 * `selectPageLinks` of a page with very many links, which are selected until there are more than the run can still
 * admit; the rest are counted as over the limit.
 */
export async function selectAllLinks(
  context: RunContext,
  gate: RobotsGate,
  origin: LinkOrigin,
  { links, moreLinks, refused = {}, undecided = [] }: FoundLinks,
): Promise<LinkSelection> {
  const selection: LinkSelection = { requests: [], known: [], counts: {}, undecided: [...undecided] };
  const enough = context.order === undefined ? context.limits.left('pages') + spareLinks : maxWaitingLinks;
  let next = links;
  while (next.length > 0) {
    select(context, gate, origin, next, selection);
    if (selection.requests.length >= enough) break;
    await setImmediate();
    next = moreLinks?.take(linksPerTurn) ?? [];
  }
  add(selection.counts, 'refused:limit', moreLinks?.left());
  for (const reason in refused) add(selection.counts, `refused:${reason}`, refused[reason as LinkRefusal]);
  add(selection.counts, 'duplicates', selection.known.length);
  return selection;
}

function select(
  { known, job, sessions }: RunContext,
  gate: RobotsGate,
  { request: page, batch, onRefused }: LinkOrigin,
  found: FoundLink[],
  selection: LinkSelection,
): void {
  const depth = page.depth + 1;
  const isTooDeep = job.limits.maxDepth !== undefined && depth > job.limits.maxDepth;
  const from = known.of(page.url);
  const refusalOf = (link: KnownUrl): RefusalReason | undefined => {
    if (!known.isInScope(link, from)) return 'scope';
    if (link.isFile) return 'file';
    if (link.trap !== undefined) return `trap:${link.trap.kind}`;
    if (isTooDeep) return 'depth';
    return known.isForbidden(link, gate) ? 'robots' : undefined;
  };

  const listOf = (link: KnownUrl): KnownUrl | undefined => {
    if (link.trap?.base === undefined || !known.isInScope(link, from)) return undefined;
    const list = known.of(link.trap.base);
    return list.trap === undefined ? list : undefined;
  };
  /** Those that were taken in the place of their orders and filters: a page has many links to those. */
  let lists: Set<KnownUrl> | undefined;
  for (const one of found) {
    const written = known.ofLink(one);
    const list = listOf(written);
    if (list !== undefined && written.trap !== undefined) {
      const reason = `trap:${written.trap.kind}` as const;
      add(selection.counts, `refused:${reason}`);
      onRefused?.(written.url, reason);
      lists ??= new Set();
      if (list === from || lists.has(list)) continue;
      lists.add(list);
    }
    const wanted = list ?? written;
    const label = one.label ?? wanted.label;
    const link = label === undefined ? wanted : known.asLabel(wanted, label);
    const { url } = link;
    const allowed = label === undefined ? 'label' : refusalOf(link);
    const isDangerous =
      allowed === undefined && sessions?.of({ label: label ?? '', url })?.isDangerous(url) === true;
    const refusal = isDangerous ? 'action' : allowed;
    if (refusal !== undefined || label === undefined) {
      // A label that the rule names needs no pattern.
      const isUnjudged = link.fault !== undefined && (refusal === 'scope' || refusal === 'label');
      const reason = isUnjudged ? 'regex' : (refusal ?? 'label');
      add(selection.counts, `refused:${reason}`);
      if (isUnjudged) report(selection, link);
      onRefused?.(url, reason);
      continue;
    }
    const isKnown = link.owner !== undefined && link.owner !== batch;
    if (isKnown) selection.known.push(link);
    else {
      const { priority } = one;
      const request = pageRequest({ url, label, depth, referrer: page.url });
      selection.requests.push(priority === undefined ? request : { ...request, priority });
    }
  }
}

/** The number of refused URLs of a page that are reported; the others are counted. */
const maxReportedUrls = 10;

function report({ undecided }: LinkSelection, { url, fault = '' }: KnownUrl): void {
  if (undecided.length < maxReportedUrls) undecided.push({ url, message: fault });
}

/**
 * Pages that a source names are in scope by definition; robots.txt is checked when they are fetched. `source`: the index of the
 * one that does, if it is one alone.
 */
export function selectSourceLinks(
  { known, sourceHeaders, hasRoutes }: RunContext,
  found: NamedPage[],
  source = -1,
): LinkSelection {
  const selection: LinkSelection = { requests: [], known: [], counts: {}, undecided: [] };
  const taken = new Set<string>();
  const own = sourceHeaders.has(source) ? source : undefined;
  for (const { url: written, label: named, headersOf = own } of found) {
    const { url: address, fault } = resolveAddress(written, undefined, hasRoutes);
    if (address === undefined) {
      add(selection.counts, `refused:${fault}`);
      continue;
    }
    const byAddress = known.of(address);
    const label = named ?? byAddress.label;
    const link = known.asLabel(byAddress, label);
    if (taken.size === taken.add(link.key).size) {
      add(selection.counts, 'duplicates');
      continue;
    }
    if (label === undefined) {
      add(selection.counts, link.fault === undefined ? 'refused:label' : 'refused:regex');
      if (link.fault !== undefined) report(selection, link);
    } else {
      const page = pageRequest({ url: link.url, label });
      selection.requests.push(headersOf === undefined ? page : { ...page, headersOf });
    }
  }
  return selection;
}
