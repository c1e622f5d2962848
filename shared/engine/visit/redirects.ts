import { refreshOf } from '../../extract/links/meta-refresh.ts';
import type { Extraction } from '../../extract/types.ts';
import { receiveCookies } from '../../fetch/cookies/chain-cookies.ts';
import type { FetchResult } from '../../fetch/types.ts';
import { addressOf, resolveAddress, withoutRoute } from '../../fetch/url.ts';
import type { ChainCookies, PageFact, PageRequest } from '../../model.ts';
import { answerOrTimeout } from '../../patterns/url-patterns.ts';
import { kindOf } from '../../sources/sources.ts';
import { refusalMeanings } from '../counts.ts';
import type { Engine } from '../engine.ts';
import { canonicalKey, digestOf } from '../ids.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/**
 * The target is a request of its own: it gets its own turn, its own robots check and its own place in the counts.
 */
export async function visitRedirect(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
  target: string,
): Promise<Visit> {
  const { url, fault } = resolveAddress(withRouteOf(run, request, target), undefined, run.hasRoutes);
  if (url === undefined) {
    const message = `redirects to what cannot be asked for: ${refusalMeanings[fault]}`;
    return makeVisit(request, { end: 'failed', code: 'REDIRECT_INVALID', message }, result);
  }
  const via = [...(request.via ?? []), request.url];
  const fact = { redirect: url };
  const next = afterRedirect(request, result.status, url);
  if (next === undefined) {
    const message = `answered ${result.status}, which would send its body to another origin: nothing was sent there`;
    return makeVisit(request, { ...fact, end: 'failed', code: 'REDIRECT_BODY', message }, result);
  }
  // As a GET it is another request, even at the same address: a form that was posted leads to its result so.
  const isOther = next.method !== request.method;
  const cookies = await cookiesAfter(request, result);
  if ((!isOther && isLoop(via, url, cookies)) || via.length > run.job.fetch.maxRedirects) {
    return makeVisit(request, { ...fact, end: 'failed', code: 'TOO_MANY_REDIRECTS' }, result);
  }
  const { redirects } = kindOf(request);
  const mayGo = redirects.allows(request, url, (address) => run.scope(address, request.url));
  if (!mayGo) return makeVisit(request, { ...fact, end: 'skipped', code: 'REDIRECT_OUT_OF_SCOPE' }, result);
  if (redirects.hasRead(request, url) && !via.includes(url)) {
    return makeVisit(request, { ...fact, end: 'skipped', code: 'REDIRECTED' }, result);
  }
  const origin = cookies === undefined ? next : { ...next, cookies };
  const visit = moveRequest(run, origin, url, { ...fact, end: 'skipped', code: 'REDIRECTED' }, result);
  return !isOther && isItself(run, request, via, url) ? sameRequest(visit) : visit;
}

/** Where a target has no fragment, that of the request goes on (Fetch Standard, "location URL"). */
function withRouteOf({ hasRoutes }: RunContext, { url }: PageRequest, target: string): string {
  const hash = hasRoutes && !target.includes('#') ? url.indexOf('#') : -1;
  return hash === -1 ? target : target + url.slice(hash);
}

/** Fields that describe a body, and go with it (Fetch Standard, "request-body-header name"). */
const bodyFields = /^content-(encoding|language|location|type)$/i;

/**
 * The request that a redirect asks for (Fetch Standard, "HTTP-redirect fetch"): a POST goes on as a GET without its body after
 * 301, 302 and 303, and as it is after 307 and 308; `undefined` where that would give the body to another origin.
 */
function afterRedirect(request: PageRequest, status: number, target: string): PageRequest | undefined {
  if ((request.method ?? 'GET') === 'GET') return request;
  if (status === 307 || status === 308) {
    const isSameOrigin = new URL(target).origin === new URL(request.url).origin;
    return isSameOrigin || request.body === undefined ? request : undefined;
  }
  const { method: _method, body: _body, headers, ...rest } = request;
  if (headers === undefined) return rest;
  const kept = Object.entries(headers).filter(([name]) => !bodyFields.test(name));
  return { ...rest, headers: Object.fromEntries(kept) };
}

/** The cookies of the chain after this answer. */
function cookiesAfter(request: PageRequest, { setCookies }: FetchResult): Promise<ChainCookies | undefined> {
  const step = request.via?.length ?? 0;
  if (setCookies === undefined) return Promise.resolve(request.cookies);
  return receiveCookies(request.cookies, request.url, setCookies, step);
}

/** With other cookies than the last time, a chain may come to the same URL again: this is how consent gates work. */
function isLoop(via: string[], url: string, cookies: ChainCookies | undefined): boolean {
  const last = via.lastIndexOf(url);
  return last !== -1 && (cookies?.changedAt ?? -1) < last;
}

/**
 * A page that leads on by itself (`<meta http-equiv=refresh>`) is a redirect, and pages that lead to each other
 * are a loop; one that reloads itself after a while is read as it is.
 */
export function visitRefresh(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
): Promise<Visit> | undefined {
  if (kindOf(request).reads !== 'document') return undefined;
  const refresh = refreshOf({ url: request.url, body: result.body }, result.headers);
  if (refresh === undefined) return undefined;
  const { url } = resolveAddress(refresh.url);
  const isSelf = url === withoutRoute(request.url);
  if (isSelf && refresh.delayS > 0) return undefined;
  return visitRedirect(run, request, result, refresh.url);
}

/**
 * Does a chain of redirects lead to another address of a page that it has visited, such as the one with the site's
 * own order of parameters? To the run it is the same page, which no other request will fetch.
 */
function isItself({ normalise }: RunContext, request: PageRequest, via: string[], target: string): boolean {
  const { sameBy } = kindOf(request).redirects;
  switch (sameBy) {
    case 'nothing':
      return false;
    case 'address':
      return via.includes(target);
    case 'normalForm': {
      const normal = normalise(target);
      return via.some((url) => normalise(url) === normal);
    }
    default:
      return sameBy satisfies never;
  }
}

/** The target replaces the request itself, which has been admitted and has not ended yet. */
function sameRequest({ links, ...visit }: Visit): Visit {
  const [target] = links;
  const fact: PageFact = { ...visit.fact, end: 'retry' };
  return { ...visit, fact, links: [], ...(target === undefined ? {} : { retry: target }) };
}

/** Followed at most once per chain: two pages that name each other must not both be skipped. */
export function canonicalElsewhere(
  run: RunContext,
  request: PageRequest,
  extraction: Extraction,
): string | undefined {
  const url = extraction.canonical === undefined ? undefined : addressOf(extraction.canonical);
  if (url === undefined) return undefined;
  const normal = run.normalise(url);
  const isElsewhere = [request.url, ...(request.via ?? [])].every(
    (other) => run.normalise(withoutRoute(other)) !== normal,
  );
  // What no pattern can judge is not followed, and the page stands.
  const isInScope = isElsewhere && answerOrTimeout(() => run.scope(url, request.url)) === true;
  return isInScope ? url : undefined;
}

export function moveRequest(
  run: RunContext,
  request: PageRequest,
  url: string,
  fact: Partial<PageFact>,
  result?: FetchResult,
): Visit {
  const { notBefore: _past, headers, ...rest } = request;
  const isSameOrigin = new URL(url).origin === new URL(request.url).origin;
  const isLabelledByUrl = run.labelOf(request.url) === request.label;
  const label = isLabelledByUrl ? (run.labelOf(url) ?? request.label) : request.label;
  const address = run.hasRoutes ? run.known.asLabel(run.known.of(url), label).url : url;
  const target: PageRequest = {
    ...rest,
    url: address,
    label,
    attempt: 0,
    via: [...(request.via ?? []), request.url],
  };
  // Headers of a source may be secrets, meant for its own host.
  if (isSameOrigin && headers !== undefined) target.headers = headers;
  const { claims: _, ...visit } = makeVisit(request, fact, result);
  if (kindOf(request).redirects.continuesRequest) return { ...visit, items: [], links: [], retry: target };
  return { ...visit, items: [], links: [target] };
}

/**
 * The page that claims a pair first yields, and that for ever: the rule of admission, with pages instead of
 * batches.
 */
export function firstOfPair(
  engine: Engine,
  { id, normalise }: RunContext,
): (page: string, canonical: string) => Promise<boolean> {
  return async (page, canonical) => {
    const claimant = digestOf(normalise(page));
    const key = canonicalKey(normalise(page), normalise(canonical));
    const [owner] = await engine.ledger.admit(id, claimant, [{ key }]);
    return owner === claimant;
  };
}
