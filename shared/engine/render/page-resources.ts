import type { ResourceRefusal, ResourceRequest } from '../../browser/types.ts';
import { DropError, RetryError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions } from '../sessions/batch-sessions.ts';
import type { OwnTurn } from '../turns/pace.ts';
import type { RobotsGate } from '../turns/robots-permission.ts';
import type { StaticCache } from './static-cache.ts';

/** How what a page loads is asked for: as politely as pages. */
export interface ResourceManners {
  /** What robots.txt of the URL's host says; `undefined` where nobody knows. */
  gateOf(url: string, session: string | undefined): Promise<RobotsGate | undefined>;
  /** A turn on the clock of the URL's host. Throws `RetryError` RENDER_TIMEOUT where it is too far ahead. */
  turnOf(url: string, gate: RobotsGate): Promise<OwnTurn>;
}

export interface ResourceScope {
  run: RunContext;
  manners: ResourceManners;
  cache: StaticCache;
  sessions: BatchSessions | undefined;
}

/** As for a page. */
const maxRedirects = 10;
/** What failed is asked for once more, as a browser's reader would. */
const attempts = 2;

/**
 * Fetches what a page in a browser asks for: each request in a turn of its host's clock, where robots.txt allows it, guarded and
 * signed as pages are, in the session of the page. Scripts and styles are fetched once for all pages of this process. Methods
 * that change something are refused.
 */
export async function fetchResource(
  scope: ResourceScope,
  page: PageRequest,
  wanted: ResourceRequest,
): Promise<FetchResult | ResourceRefusal> {
  const { method } = wanted;
  if (method !== 'GET' && method !== 'POST') return { refused: 'method' };
  if (!/^https?:/.test(wanted.url)) return { refused: 'blocked' };
  const ask = () => askAgain(scope, page, { ...wanted, method });
  if (!wanted.isStatic || method !== 'GET') return ask();
  return scope.cache.get(`${sessionOf(scope, page, wanted.url)?.name ?? ''} ${wanted.url}`, ask);
}

type Asked = ResourceRequest & { method: 'GET' | 'POST' };

async function askAgain(
  scope: ResourceScope,
  page: PageRequest,
  wanted: Asked,
): Promise<FetchResult | ResourceRefusal> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await follow(scope, page, wanted);
    } catch (error) {
      if (error instanceof DropError) return { refused: 'failed' };
      if (!(error instanceof RetryError) || error.code === 'RENDER_TIMEOUT') throw error;
      if (attempt === attempts) return { refused: 'failed' };
    }
  }
}

/** The browser is given the end of a chain: it would ask for what a redirect names by itself. */
async function follow(
  scope: ResourceScope,
  page: PageRequest,
  wanted: Asked,
): Promise<FetchResult | ResourceRefusal> {
  let asked = wanted;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const answer = await ask(scope, page, asked);
    if ('refused' in answer || answer.redirect === undefined) return answer;
    const { body: _, ...bodyless } = asked;
    const keepsMethod = answer.status === 307 || answer.status === 308;
    asked = keepsMethod
      ? { ...asked, url: answer.redirect }
      : { ...bodyless, method: 'GET', url: answer.redirect };
  }
  return { refused: 'failed' };
}

async function ask(
  scope: ResourceScope,
  page: PageRequest,
  { url, method, headers, body }: Asked,
): Promise<FetchResult | ResourceRefusal> {
  const { run, manners } = scope;
  const session = sessionOf(scope, page, url);
  const gate = await manners.gateOf(url, session?.name);
  if (gate === undefined || gate.forbids(url)) return { refused: 'robots' };
  const request = {
    url,
    method,
    headers: { ...headers, ...session?.headers },
    ...(body === undefined ? {} : { body }),
  };
  const own = session === undefined ? {} : { session: session.name, cookies: session.cookies(url) };
  for (;;) {
    const { startBy, sent } = await manners.turnOf(url, gate);
    const call = { startBy, onSent: sent, readsErrors: true, ...own };
    const answer = await run.fetcher.fetchInTurn(request, call);
    if (answer === 'late') continue;
    session?.receive(answer);
    return answer;
  }
}

/** A session sends its cookies and headers to its own hosts alone. */
function sessionOf({ sessions }: ResourceScope, page: PageRequest, url: string) {
  const session = sessions?.of({ ...page, url });
  return session === undefined || session.isOver() || session.isInsecure(url) ? undefined : session;
}
