import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SiteRequest {
  /** Epoch ms with fractions, by the monotonic clock: when its headers had arrived. */
  at: number;
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** How often the path was asked for before. */
  earlier: number;
}

export interface SiteAnswer {
  /** @default 200 */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  delayMs?: number;
  /** The connection is closed after the body, though its headers promise more. */
  isCut?: boolean;
}

/** Answers by path and query, or else by path; 404 for others. */
export type SitePages = Record<
  string,
  SiteAnswer | ((request: SiteRequest) => SiteAnswer | Promise<SiteAnswer>)
>;

export interface Site {
  origin: string;
  /** In order of arrival. */
  log: SiteRequest[];
  /** How often a path was asked for. */
  hits(path: string): number;
  close(): Promise<void>;
}

/** Serves pages on 127.0.0.1, on a port of its own: each site is a host of its own. */
export async function serveSite(pages: SitePages): Promise<Site> {
  const log: SiteRequest[] = [];
  const hits = (path: string) => log.filter((request) => request.path === path).length;
  const server = createServer(async (incoming, response) => {
    const at = performance.timeOrigin + performance.now();
    const { method = '', url: path = '/', headers } = incoming;
    const request: SiteRequest = { at, method, path, headers, body: '', earlier: hits(path) };
    log.push(request);
    request.body = await text(incoming);
    const page = pages[path] ?? pages[path.split('?')[0] ?? ''] ?? { status: 404 };
    const {
      status = 200,
      headers: own,
      body = '',
      delayMs,
      isCut = false,
    } = typeof page === 'function' ? await page(request) : page;
    if (delayMs !== undefined) await sleep(delayMs);
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...own });
    if (isCut) response.write(body, () => response.destroy());
    else response.end(body);
  });
  // On a busy machine a connection could else be closed just as the next request is sent on it.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    // A TCP server that listens has such an address.
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    hits,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A page with a heading and links. */
export function page(title: string, ...links: string[]): SiteAnswer {
  const anchors = links.map((link) => `<a href="${link}">${link}</a>`).join('\n');
  return { body: `<!doctype html><title>${title}</title><h1>${title}</h1>\n${anchors}` };
}

/** Many plain pages: `/1` to `/count`. */
export function numbered(count: number): SitePages {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`/${index + 1}`, page(`Page ${index + 1}`)]),
  );
}

/** `/1` to `/count`, as links or, with an origin, as URLs. */
export function paths(count: number, origin = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${origin}/${index + 1}`);
}

export function redirect(location: string, status = 302): SiteAnswer {
  return { status, headers: { location } };
}

export function robots(body: string): SiteAnswer {
  return { headers: { 'content-type': 'text/plain' }, body };
}

export function json(value: unknown): SiteAnswer {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function sitemap(...urls: string[]): SiteAnswer {
  const entries = urls.map((url) => `<url><loc>${url}</loc></url>`).join('');
  return { body: `<?xml version="1.0"?><urlset>${entries}</urlset>` };
}

export function sitemapIndex(...urls: string[]): SiteAnswer {
  const entries = urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('');
  return { body: `<?xml version="1.0"?><sitemapindex>${entries}</sitemapindex>` };
}
