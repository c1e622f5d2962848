import type { HaltError } from '../../errors.ts';
import { cookieHeader } from '../../fetch/chain-cookies.ts';
import type { FetchCall, FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { makeVisit, type Visit } from '../visit/make-visit.ts';
import type { SessionOfRequest } from './batch-sessions.ts';

/** How often a request goes on after its session has ended; then it has failed. */
const maxEnds = 2;

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
  hasChanged: boolean,
): { request: PageRequest; answer: FetchResult } {
  if (!hasChanged || answer.redirect === undefined) return { request, answer };
  const received = request.cookies?.received ?? [];
  return { request: { ...request, cookies: { received, changedAt: request.via?.length ?? 0 } }, answer };
}

/** The request goes on in the session that is opened next, and no attempt is counted. */
export function visitOfEndedSession(
  request: PageRequest,
  { name }: SessionOfRequest,
  why: string,
  answer: FetchResult,
): Visit {
  const ends = (request.sessionEnds ?? 0) + 1;
  const fact = { code: 'SESSION_ENDED', message: `session ${name} has ended: ${why}` };
  if (ends > maxEnds)
    return { ...makeVisit(request, { ...fact, end: 'failed' }, answer), hasEndedSession: true };
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
