import type { Code, HaltError } from '../../errors.ts';
import { cookieHeader } from '../../fetch/cookies/chain-cookies.ts';
import type { FetchCall, FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import { isOfProxies } from '../proxies/visit-without-proxy.ts';
import type { SessionEnd, SessionOfRequest } from './batch-sessions.ts';

/**
 * How often a request goes on after it was the first to show the end of a session; then it has failed. A login that had
 * answered nothing before says that the page itself looks like an end. One that had answered others may as well have
 * been short: each such end comes after pages that were stored. An end that was known already is held against nobody.
 */
const maxEnds = { ofNew: 2, ofProven: 10 };

/** Headers and cookies of the session, besides those of the request. */
export async function withSession(
  request: PageRequest,
  session: SessionOfRequest,
): Promise<{ headers: Record<string, string>; call: Pick<FetchCall, 'cookies' | 'readsErrors'> }> {
  const { url, headers } = request;
  const ofChain = request.cookies === undefined ? '' : await cookieHeader(request.cookies, url);
  const cookies = [session.cookies(url), ofChain].filter((part) => part !== '').join('; ');
  return { headers: { ...session.headers, ...headers }, call: { cookies, readsErrors: true } };
}

/**
 * The answer as it is judged further, and its request: the cookies are the session's, which a chain of redirects only has
 * to know of, to tell a gate from a loop.
 */
export function receiveInSession(
  request: PageRequest,
  { setCookies: _, ...answer }: FetchResult,
  { hasChanged, seat }: { hasChanged: boolean; seat: number | undefined },
): { request: PageRequest; answer: FetchResult } {
  if (answer.redirect === undefined) return { request, answer };
  // Where a redirect leads is for the session that was sent there.
  const placed = inSeat(request, seat);
  if (!hasChanged) return { request: placed, answer };
  const received = request.cookies?.received ?? [];
  return { request: { ...placed, cookies: { received, changedAt: request.via?.length ?? 0 } }, answer };
}

function inSeat(request: PageRequest, seat: number | undefined): PageRequest {
  return seat === undefined ? request : { ...request, session: { seat, turns: request.session?.turns ?? 0 } };
}

/** The next page of a list is asked for in the session that got the page before: its cursor may be known to it alone. */
export function keepListInSession(request: PageRequest, visit: Visit, seat: number | undefined): Visit {
  if (seat === undefined || request.source === undefined || visit.links.length === 0) return visit;
  const links = visit.links.map((link) =>
    link.source === request.source && link.kind === request.kind ? inSeat(link, seat) : link,
  );
  return { ...visit, links };
}

/**
 * A request that has failed in a session of a pool: for some failures it goes on in the next session, and no attempt is
 * counted. A pause that the host asked for is kept, whatever the session.
 */
export function visitAfterFailure(
  request: PageRequest,
  session: SessionOfRequest,
  failed: Visit,
  answer: FetchResult | undefined,
): Visit {
  const { code, message } = failed.fact;
  if (code === undefined || code === 'RETRY_AFTER_TOO_LONG') return failed;
  // Of the session they say nothing.
  if (isOfProxies(code as Code)) return failed;
  const after = session.fail(code, request.session?.turns ?? 0);
  if (after === undefined) return failed;
  const ended = after.isRetired ? ({ hasEndedSession: true } as const) : {};
  if (after.next === undefined) return { ...failed, ...ended };
  const { pauseUntil } = failed;
  const fact = { code, end: 'retry', ...(message === undefined ? {} : { message }) } as const;
  const later = pauseUntil === undefined ? {} : { notBefore: Math.ceil(pauseUntil) };
  return {
    ...makeVisit(request, fact, answer),
    ...(pauseUntil === undefined ? {} : { pauseUntil }),
    ...ended,
    linkCounts: { 'sessions:rotated': 1 },
    retry: { ...request, ...later, session: after.next },
  };
}

/**
 * The request goes on in the session that is opened next, and no attempt is counted. `undefined`: it was asked for often enough,
 * and the answer is the page's own.
 */
export function visitOfEndedSession(
  request: PageRequest,
  { name }: SessionOfRequest,
  { why, of, isOpen }: SessionEnd,
  answer: FetchResult,
): Visit | undefined {
  const { ofNew = 0, ofProven = 0 } = request.sessionEnds ?? {};
  const ends = {
    ofNew: ofNew + (of === 'new' ? 1 : 0),
    ofProven: ofProven + (of === 'proven' ? 1 : 0),
  };
  const isLast = ends.ofNew > maxEnds.ofNew || ends.ofProven > maxEnds.ofProven;
  if (isOpen) {
    if (isLast) return undefined;
    const message = `${why}: the page is refused to session ${name}, or its key is`;
    const visit = makeVisit(request, { code: 'SESSION_ENDED', message, end: 'retry' }, answer);
    return { ...visit, retry: { ...request, sessionEnds: ends } };
  }
  const fact = { code: 'SESSION_ENDED', message: `session ${name} has ended: ${why}` };
  if (isLast) return { ...makeVisit(request, { ...fact, end: 'failed' }, answer), hasEndedSession: true };
  const visit = makeVisit(request, { ...fact, end: 'retry' }, answer);
  return { ...visit, retry: { ...request, sessionEnds: ends }, hasEndedSession: true };
}

/** The request was not sent: its session had ended by itself. */
export function visitBeforeSession(request: PageRequest, { name }: SessionOfRequest): Visit {
  const message = `session ${name} has come to the end that its token names`;
  const visit = makeVisit(request, { end: 'retry', code: 'SESSION_ENDED', message });
  return { ...visit, retry: request, hasEndedSession: true };
}

/** Nothing can be fetched without the session: the requests are repeated when the run is resumed. */
export function visitsWithoutSession(requests: PageRequest[], error: HaltError, at: number): Visit[] {
  const { code, message } = error;
  return requests.map((request) => ({
    ...makeVisit(request, { end: 'retry', code, message }),
    retry: request,
    halt: { code, message, at },
  }));
}
