import type { ResourceRefusal, ResourceRequest } from '../../browser/types.ts';
import { DropError, isBusyStatus, RetryError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { RunContext } from '../run-context.ts';
import type { SessionOfRequest } from '../sessions/batch-sessions.ts';
import type { OwnTurn } from '../turns/pace.ts';
import type { RobotsGate } from '../turns/robots-gate.ts';
import type { ResourceAnswer } from './resource-answer.ts';
import type { StaticCache } from './static-cache.ts';

/** How what a page loads is asked for: as politely as pages. */
export interface ResourceManners {
  /** What robots.txt of the URL's host says; `undefined` where nobody knows. */
  gateOf(url: string, session: string | undefined): Promise<RobotsGate | undefined>;
  /** A turn on the clock of the URL's host. Throws `RetryError` RENDER_TIMEOUT where it is too far ahead. */
  turnOf(url: string, gate: RobotsGate): Promise<OwnTurn>;
  /** Has the host left alone as long as an answer of it asks for (429, 503, Retry-After). */
  heedPause(answer: FetchResult): Promise<void>;
}

export interface ResourceScope {
  run: RunContext;
  manners: ResourceManners;
  cache: StaticCache;
  /** The session in which the page would ask for a URL. */
  sessionFor(url: string): SessionOfResource | undefined;
  /** Whether the page itself is one of a session. */
  isInSession: boolean;
  answers: AnswerTime;
  /** A login: a form that is sent twice is two attempts, so nothing is, and its failure is thrown. */
  isLogin: boolean;
}

/**
 * How long the hosts may still take to answer what one page asks for, all requests together. Turns do not count. Without it a page whose
 * answers drip could keep its place in the browser for hours, since what it waits for is not its own time.
 */
export interface AnswerTime {
  leftMs: number;
}

/** For a page that has `timeoutMs` of its own. */
export function answerTimeFor(timeoutMs: number): AnswerTime {
  return { leftMs: 10 * timeoutMs };
}

/** What of a session takes part in what its pages load. */
export type SessionOfResource = Pick<
  SessionOfRequest,
  'name' | 'headers' | 'cookies' | 'receive' | 'isOver' | 'isInsecure'
>;

/** As for a page. */
const maxRedirects = 10;

/** What failed, or was answered for want of time, is asked for once more, as a browser's reader would. */
const attempts = 2;

/**
 * Fetches what a page in a browser asks for: each request in a turn of its host's clock, where robots.txt allows it, guarded and
 * signed as pages are, in the session of the page. Scripts and styles are fetched once for all pages of this process. Methods
 * that change something are refused. Of a document that the page goes to itself the redirect is the answer, and a failure is thrown.
 */
export async function fetchResource(
  scope: ResourceScope,
  wanted: ResourceRequest,
): Promise<ResourceAnswer | ResourceRefusal> {
  const { method } = wanted;
  if (method !== 'GET' && method !== 'POST') return { refused: 'method' };
  if (!/^https?:/.test(wanted.url)) return { refused: 'blocked' };
  if (scope.answers.leftMs <= 0) return { refused: 'limit' };
  if (wanted.isDocument) return ask(scope, { ...wanted, method });
  const asking = () => askAgain(scope, { ...wanted, method });
  if (!wanted.isStatic || method !== 'GET') return asking();
  const session = sessionOf(scope, wanted.url)?.name ?? '';
  // Some servers share an answer with other origins (CORS) only where the request names one.
  const { origin = '' } = wanted.headers;
  return scope.cache.get(JSON.stringify([session, origin, wanted.askedBy, wanted.url]), asking);
}

type Asked = ResourceRequest & { method: 'GET' | 'POST' };

async function askAgain(scope: ResourceScope, wanted: Asked): Promise<ResourceAnswer | ResourceRefusal> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await follow(scope, wanted);
      const mayPass = 'status' in answer && isBusyStatus(answer.status) && wanted.method === 'GET';
      if (!mayPass || attempt === attempts) return answer;
    } catch (error) {
      if (error instanceof DropError) return { refused: 'failed' };
      if (!(error instanceof RetryError) || error.code === 'RENDER_TIMEOUT') throw error;
      if (scope.isLogin && wanted.method === 'POST') throw error;
      if (attempt === attempts) return { refused: 'failed' };
    }
  }
}

/** The browser is given the end of a chain: it would ask for what a redirect names by itself. */
async function follow(scope: ResourceScope, wanted: Asked): Promise<ResourceAnswer | ResourceRefusal> {
  const redirects: FetchResult[] = [];
  let asked = wanted;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await ask(scope, asked);
    if ('refused' in answer) return answer;
    if (answer.redirect === undefined) return redirects.length === 0 ? answer : { ...answer, redirects };
    redirects.push(answer);
    const next = afterRedirect(asked, answer.status, answer.redirect);
    if (next === undefined) return { refused: 'failed' };
    asked = next;
  }
  return { refused: 'failed' };
}

/** What a page's scripts say for one origin: the browser added its cookies, and scripts add what they log in with. */
const ofOneOrigin = /^(cookie|.*auth.*|.*token.*|.*api-?key.*)$/;
const bodyFields = /^content-(encoding|language|location|type)$/;

/**
 * The request that a redirect asks for, as of a page; `undefined` where it would leave https, or take a body to another origin.
 * An origin that has sent the request on to another one is among those that ask for it.
 */
function afterRedirect(asked: Asked, status: number, url: string): Asked | undefined {
  const [from, to] = [new URL(asked.url), new URL(url)];
  if (from.protocol === 'https:' && to.protocol !== 'https:') return undefined;
  const isElsewhere = from.origin !== to.origin;
  const keepsMethod = asked.method === 'GET' || status === 307 || status === 308;
  if (keepsMethod && isElsewhere && asked.body !== undefined) return undefined;
  const { body, headers, ...rest } = asked;
  const dropped = (name: string) =>
    (isElsewhere && ofOneOrigin.test(name)) || (!keepsMethod && bodyFields.test(name));
  return {
    ...rest,
    url,
    method: keepsMethod ? asked.method : 'GET',
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped(name))),
    ...(keepsMethod && body !== undefined ? { body } : {}),
    askedBy: isElsewhere ? [...asked.askedBy, from.origin] : asked.askedBy,
  };
}

async function ask(
  scope: ResourceScope,
  { url, method, headers, body, askedBy }: Asked,
): Promise<FetchResult | ResourceRefusal> {
  const { run, manners, answers } = scope;
  const session = sessionOf(scope, url);
  if (isForeign(scope, url, askedBy)) return { refused: 'foreign' };
  const gate = await manners.gateOf(url, session?.name);
  if (gate === undefined || gate.forbids(url)) return { refused: 'robots' };
  const request = {
    url,
    method,
    headers: { ...headersOf(scope, headers, session !== undefined), ...session?.headers },
    ...(body === undefined ? {} : { body }),
  };
  const own = session === undefined ? {} : { session: session.name, cookies: session.cookies(url) };
  for (;;) {
    const { startBy, sent } = await manners.turnOf(url, gate);
    const call = {
      ...{ startBy, onSent: sent, readsErrors: true, ...own },
      wantsSent: run.archive !== undefined && !scope.isLogin,
    };
    const sentAt = performance.now();
    const answer = await run.fetcher.fetchInTurn(request, call).finally(() => {
      answers.leftMs -= performance.now() - sentAt;
    });
    if (answer === 'late') continue;
    session?.receive(answer);
    await manners.heedPause(answer);
    return answer;
  }
}

/**
 * Would a frame of another site ask here as who is logged in, or with the job's own headers for the host? Browsers leave it to the
 * site to see through that.
 */
function isForeign({ sessionFor, run }: ResourceScope, url: string, askedBy: string[]): boolean {
  const { origin } = new URL(url);
  const name = sessionFor(url)?.name;
  if (name === undefined && !run.isSentSecrets(origin)) return false;
  const isOfSession = (asker: string) =>
    name !== undefined && asker !== 'null' && sessionFor(`${asker}/`)?.name === name;
  const isKnown = (asker: string) => asker === origin || isOfSession(asker) || run.isSentSecrets(asker);
  return !askedBy.every(isKnown);
}

/** In a page of a session, the cookies that its scripts could read go to no host but the session's. */
function headersOf(
  scope: ResourceScope,
  headers: Record<string, string>,
  isInSession: boolean,
): Record<string, string> {
  if (isInSession || !scope.isInSession) return headers;
  const { cookie: _, ...others } = headers;
  return others;
}

/** A session sends its cookies and headers to its own hosts alone. */
function sessionOf({ sessionFor }: ResourceScope, url: string) {
  const session = sessionFor(url);
  return session === undefined || session.isOver() || session.isInsecure(url) ? undefined : session;
}
