import { DropError, RetryError } from '../errors.ts';
import { isScriptShell } from '../extract/script-shell.ts';
import type { Extraction, Page } from '../extract/types.ts';
import { cookieHeader } from '../fetch/chain-cookies.ts';
import type { FetchResult } from '../fetch/types.ts';
import type { Item, PageFact, PageRequest } from '../model.ts';
import { continueRest } from '../sources/rest.ts';
import { seedRequests } from '../sources/seed.ts';
import { expandSitemap, expandSitemapRobots, isSitemapRobots, sitemapFallback } from '../sources/sitemap.ts';
import type { Expansion } from '../sources/types.ts';
import { readUrlsChunk } from '../sources/urls-file.ts';
import { add } from './counts.ts';
import { ended, factOf, type Visit } from './ended.ts';
import { type LinkOrigin, selectAllLinks, selectPageLinks, selectSourceLinks } from './links.ts';
import { isEmpty, notAPage, withoutValues } from './not-a-page.ts';
import { canonicalElsewhere, moved, redirected, refreshedElsewhere } from './redirects.ts';
import type { RobotsGate } from './robots-gate.ts';
import type { RunContext } from './run-context.ts';
import { visitCell, visitDetails, visitPlace, visitSite, withBill } from './visit-places.ts';

export interface VisitContext {
  run: RunContext;
  /** Id of the batch that is visited. */
  batch: string;
  gate: RobotsGate;
  now(): number;
  /** Told of each link of the page that is refused. @default nobody */
  onRefusedLink?: LinkOrigin['onRefused'];
  /**
   * May `page` be skipped in favour of `canonical`? Of two pages that name each other only one may,
   * though each is found on its own. @default always
   */
  mayYield?(page: string, canonical: string): Promise<boolean>;
  /** Has an earlier run given this place, and does its source want new ones alone? @default never */
  isKnownPlace?(request: PageRequest): boolean;
  /** The same of all places of a cell, by their keys. @default never */
  areKnownPlaces?(request: PageRequest, keys: string[]): Promise<boolean>;
}

/** The protocol's own bound for a sitemap (sitemaps.org), decompressed. */
const maxSitemapBytes = 52_428_800;

/** First pause before a retry; it doubles with each attempt. */
const firstRetryDelayMs = 1_000;

/**
 * Fetches one request and takes from it what its kind says. Never rejects for what the site did.
 * `late`: its turn was over (`startBy`, epoch ms) before it could be sent; it was not.
 */
export async function visit(
  context: VisitContext,
  request: PageRequest,
  startBy = Number.POSITIVE_INFINITY,
): Promise<Visit | 'late'> {
  const { known } = context.run;
  if (known.isForbidden(known.of(request.url), context.gate))
    return ended(request, { end: 'skipped', code: 'ROBOTS_DISALLOWED' });
  let result: FetchResult | undefined;
  try {
    if (request.kind === 'seed') return expanded(context, request, seedsOf(context.run));
    if (request.kind === 'place') return visitPlace(context, request);
    if (request.kind === 'urls') {
      return expanded(context, request, await readUrlsChunk(context.run.job, context.run.openFile, request));
    }
    // The gate has read this robots.txt already.
    if (isSitemapRobots(request) && context.gate.sitemaps !== undefined) {
      return expanded(context, request, expandSitemapRobots(request, context.gate.sitemaps));
    }
    const answer = await fetchRequest(context.run, request, startBy);
    if (answer === 'late') return answer;
    result = answer;
    if (request.kind === 'cell')
      return withBill(context, request, result, await visitCell(context, request, result));
    if (request.kind === 'details') {
      return withBill(context, request, result, visitDetails(context, request, result));
    }
    if (result.redirect !== undefined) return await redirected(context.run, request, result, result.redirect);
    // APIs end their pages so.
    if (request.kind === 'rest' && result.status === 204) {
      return ended(request, { end: 'stored', items: 0, links: 0 }, result);
    }
    const fault = notAPage(result);
    if (fault !== undefined) throw fault;
    if (request.kind === 'sitemap') {
      return expanded(context, request, await expandSitemap(context.run.job, request, result), result);
    }
    const refreshed = await refreshedElsewhere(context.run, request, result);
    if (refreshed !== undefined) return refreshed;
    if (request.kind === 'site') return visitSite(context, request, result);
    return await extracted(context, request, result);
  } catch (error) {
    return withBill(context, request, result, failed(context, request, error, result));
  }
}

async function fetchRequest(
  run: RunContext,
  request: PageRequest,
  startBy: number,
): Promise<FetchResult | 'late'> {
  const maxBodyBytes = Math.max(run.job.fetch.maxBodyBytes, request.kind === 'sitemap' ? maxSitemapBytes : 0);
  const readsErrors = request.kind === 'cell' || request.kind === 'details';
  const call = { maxBodyBytes, startBy, readsErrors };
  const revealed = run.concealment.reveal(request);
  if (request.cookies === undefined) return run.fetcher.fetchInTurn(revealed, call);
  const cookies = await cookieHeader(request.cookies, revealed.url);
  return run.fetcher.fetchInTurn(revealed, { ...call, cookies });
}

function seedsOf({ concealment, places }: RunContext): Expansion {
  const seeds = seedRequests(concealment.sources);
  return { ...seeds, next: [...seeds.next, ...(places?.first() ?? [])] };
}

async function extracted(context: VisitContext, request: PageRequest, result: FetchResult): Promise<Visit> {
  const { run } = context;
  const { next, faults, repeats } = stepOfRest(run, request, result);
  if (repeats !== undefined) {
    const fact = { end: 'skipped' as const, code: 'REST_REPEATED', message: repeats };
    return { ...ended(request, fact, result), otherFacts: faults };
  }
  const extraction = await run.extractor.extract(pageOf(run, request, result));
  const elsewhere = canonicalElsewhere(run, request, extraction);
  if (elsewhere !== undefined && (await (context.mayYield?.(request.url, elsewhere) ?? true))) {
    const { cookies: _, ...plain } = request;
    return moved(run, plain, elsewhere, {
      redirect: elsewhere,
      end: 'skipped',
      code: 'CANONICAL_ELSEWHERE',
    });
  }
  const { items, isShell } = judged(run, request, result, extraction);
  const origin = { request, batch: context.batch, onRefused: context.onRefusedLink };
  const select = extraction.moreLinks === undefined ? selectPageLinks : selectAllLinks;
  const { requests, known, counts } = await select(run, context.gate, origin, extraction);
  const links = requests.length + known.length;
  const end: Partial<PageFact> = isShell
    ? { end: 'failed', code: 'JS_SHELL', message: 'it has no text of its own, and scripts to fill it' }
    : { end: 'stored' };
  return {
    ...ended(request, { ...end, items: items.length, links }, result),
    otherFacts: faults,
    items,
    links: next.length === 0 ? requests : [...requests, ...next],
    known,
    linkCounts: counts,
  };
}

/**
 * What a page gave, by whether it is one: an item without a value is never complete, and of a frame for
 * scripts none that lacks any.
 */
function judged(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
  { items, links }: Extraction,
): { items: Item[]; isShell: boolean } {
  const lacks = (item: Item) => item.missing !== undefined || Object.values(item.fields).some(isEmpty);
  const mayBeShell =
    request.kind === 'page' && links.length === 0 && (items.length === 0 || items.some(lacks));
  const isShell = mayBeShell && isScriptShell(pageOf(run, request, result));
  const kept = isShell ? items.filter((item) => !withoutValues(item)) : items;
  return { items: kept.map((item) => (isShell || withoutValues(item) ? incomplete(item) : item)), isShell };
}

/** Each field without a value counts as missing, required or not. */
function incomplete(item: Item): Item {
  const empty = Object.keys(item.fields).filter((field) => isEmpty(item.fields[field]));
  const missing = [...new Set([...(item.missing ?? []), ...empty])];
  return missing.length === 0 ? item : { ...item, missing };
}

/** A fault or a doubt about the paging takes nothing from the page itself: it is told as a fact of its own. */
function stepOfRest(run: RunContext, request: PageRequest, result: FetchResult): PagingStep {
  if (request.kind !== 'rest') return onlyPage;
  try {
    const { next, repeats, doubt } = continueRest(run.concealment.sources, request, result);
    const faults = doubt === undefined ? [] : [pagingFault(request, doubt)];
    return { next, faults, ...(repeats === undefined ? {} : { repeats }) };
  } catch (error) {
    if (!(error instanceof DropError)) throw error;
    return { next: [], faults: [pagingFault(request, error)] };
  }
}

interface PagingStep {
  next: PageRequest[];
  faults: PageFact[];
  repeats?: string;
}

const onlyPage: PagingStep = { next: [], faults: [] };

/** Not of kind rest: the page has its one end already. */
function pagingFault(request: PageRequest, { code, message }: DropError): PageFact {
  return { ...factOf(request), kind: 'seed', label: '', end: 'failed', code, message };
}

export function pageOf(run: RunContext, request: PageRequest, result: FetchResult): Page {
  const itemsPath = request.kind === 'rest' ? run.job.sources[request.source ?? -1]?.rest?.items : undefined;
  return {
    url: request.url,
    label: request.label,
    kind: request.kind === 'rest' ? 'rest' : 'page',
    status: result.status,
    contentType: result.headers['content-type'] ?? '',
    body: result.body,
    fetchedAt: new Date(result.startedAt).toISOString(),
    depth: request.depth,
    ...(itemsPath === undefined ? {} : { itemsPath }),
    ...(request.referrer === undefined ? {} : { referrer: request.referrer }),
  };
}

/** A source led to pages and to more of itself. */
function expanded(
  context: VisitContext,
  request: PageRequest,
  expansion: Expansion,
  result?: FetchResult,
): Visit {
  const { requests, counts } = selectSourceLinks(context.run, expansion.links);
  const otherFacts = expansion.invalid.map(
    ({ url, message }): PageFact => ({
      ...factOf(request),
      url,
      end: 'failed',
      code: 'URL_INVALID',
      message,
    }),
  );
  for (const reason of ['pattern', 'modified'] as const) {
    add(counts, `refused:${reason}`, expansion.refused?.[reason] ?? 0);
  }
  for (const name of ['source:failed', 'source:failed:URL_INVALID'])
    add(counts, name, expansion.otherInvalid ?? 0);
  const facts = { end: 'stored' as const, links: requests.length };
  // The source's next part goes first, to be read while the pages of this one keep the workers busy.
  return {
    ...ended(request, facts, result),
    otherFacts,
    links: [...expansion.next, ...requests],
    linkCounts: counts,
  };
}

/** A minute's quota is no fault of the request, and others may be using it up. */
const quotaAttempts = 30;

function isQuota({ kind }: PageRequest, { code }: RetryError): boolean {
  return code === 'HTTP_429' && (kind === 'cell' || kind === 'details');
}

/** Of these nobody knows whether the service has answered, and billed it: asked again, it is paid for again. */
const mayBeBilled = new Set<string>([
  'TIMEOUT',
  'HEADERS_TIMEOUT',
  'BODY_TIMEOUT',
  'CONNECTION_LOST',
  'BODY_CORRUPT',
]);

/** The visit of a request whose fetch or extraction threw. Errors that are not the site's are thrown again. */
export function failed(
  context: VisitContext,
  request: PageRequest,
  error: unknown,
  result?: FetchResult,
): Visit {
  if (!(error instanceof RetryError || error instanceof DropError)) throw error;
  const { politeness, fetch } = context.run.job;
  const fact = { code: error.code, message: error.message };
  // Where robots.txt is obeyed, the gate has read it, and what failed is something else.
  const isUnread = error instanceof DropError && politeness.robots === 'ignore';
  const fallback = isUnread ? sitemapFallback(request) : [];
  if (fallback.length > 0) return { ...ended(request, { end: 'stored' }, result), links: fallback };
  if (!(error instanceof RetryError)) return ended(request, { ...fact, end: 'failed' }, result);

  const delayMs = Math.min(politeness.maxDelayMs, firstRetryDelayMs * 2 ** request.attempt);
  const retryAt = error.retryAt ?? context.now() + delayMs;
  // Only an answer asks for a pause; an unreachable host is looked at again when this project wants to.
  const isAskedFor = error.retryAt !== undefined && error.code.startsWith('HTTP_');
  const isTooLong = isAskedFor && retryAt > context.now() + politeness.maxDelayMs;
  const pause = isAskedFor && !isTooLong ? { pauseUntil: retryAt } : {};
  if (isTooLong) return ended(request, { ...fact, end: 'failed', code: 'RETRY_AFTER_TOO_LONG' }, result);
  if (request.attempt + 1 >= (isQuota(request, error) ? quotaAttempts : fetch.attempts))
    return { ...ended(request, { ...fact, end: 'failed' }, result), ...pause };
  const { isPaid, ...unpaid } = request;
  const paid = isPaid && !mayBeBilled.has(error.code) ? { isPaid } : {};
  const retry = { ...unpaid, ...paid, attempt: request.attempt + 1, notBefore: Math.ceil(retryAt) };
  return { ...ended(request, { ...fact, end: 'retry' }, result), retry, ...pause };
}
