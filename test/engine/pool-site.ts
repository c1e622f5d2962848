import { serveHttp } from '../fetch/local-servers.ts';

export interface PoolSiteOptions {
  /** Pages, `/p/1` and so on. @default 24 */
  pages?: number;
  /** Pages that one visitor sees before the site refuses it. @default all */
  pagesPerVisitor?: number;
  /** How a visitor is refused; with 200, by what the page shows in place of its title. @default 403 */
  refusal?: number;
  /** Keys that the site refuses, in `authorization`. */
  refusedKeys?: string[];
  /** Pages that it refuses to everyone. */
  closed?: string[];
}

/**
 * A site that knows its visitors by a cookie that it gives to whoever has none, or by the authorization header, and
 * refuses those that have seen enough.
 */
export async function openPoolSite(options: PoolSiteOptions = {}) {
  const { pages = 24, pagesPerVisitor = Number.POSITIVE_INFINITY, refusal = 403 } = options;
  const seen = new Map<string, number>();
  const log: { path: string; visitor: string; status: number; isRefused: boolean }[] = [];
  let visitors = 0;
  const origin = await serveHttp((incoming, response) => {
    const { url = '/', headers } = incoming;
    if (url === '/robots.txt') return response.writeHead(404).end();
    const [, sent] = /(?:^|; )visitor=([^;]*)/.exec(headers.cookie ?? '') ?? [];
    if (sent === undefined && headers.authorization === undefined) visitors += 1;
    const visitor = headers.authorization ?? sent ?? `visitor-number-${visitors}`;
    const count = (seen.get(visitor) ?? 0) + 1;
    const isKeyRefused = options.refusedKeys?.some((key) => visitor.endsWith(key)) === true;
    const isRefused = isKeyRefused || count > pagesPerVisitor || options.closed?.includes(url) === true;
    seen.set(visitor, count);
    const status = isRefused ? refusal : url.startsWith('/moved/') ? 302 : 200;
    log.push({ path: url, visitor, status, isRefused });
    const cookie = sent === undefined ? { 'set-cookie': `visitor=${visitor}; Path=/` } : {};
    if (status === 302) return response.writeHead(302, { ...cookie, location: `/p${url.slice(6)}` }).end();
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...cookie });
    const links = Array.from({ length: pages }, (_, index) => `<a href="/p/${index + 1}">p</a>`).join('');
    if (isRefused) return response.end('<p class="sold-out-of-patience">Later</p>');
    return response.end(`<h1>${url === '/' ? 'Home' : `Page ${url}`}</h1>${url === '/' ? links : ''}`);
  });
  /** How many pages each visitor was shown. */
  const shown = () => {
    const found = new Map<string, number>();
    for (const { visitor, status, isRefused } of log) {
      if (status === 200 && !isRefused) found.set(visitor, (found.get(visitor) ?? 0) + 1);
    }
    return found;
  };
  return { origin, host: new URL(origin).host, log, shown };
}

export type PoolSite = Awaited<ReturnType<typeof openPoolSite>>;

/** A job that crawls it with a pool of sessions. */
export function poolJob(
  { origin, host }: PoolSite,
  pool: Record<string, unknown>,
  more: Record<string, unknown> = {},
) {
  return {
    sources: [{ crawl: { start: `${origin}/` } }],
    sessions: { pool: { hosts: [host], ...pool } },
    pages: { default: { follow: ['a'], fields: { title: { select: 'h1', required: true } } } },
    ...more,
  };
}
