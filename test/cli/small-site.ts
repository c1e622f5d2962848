import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SmallSite extends AsyncDisposable {
  origin: string;
  /** Paths asked for, robots.txt included. */
  seen: string[];
  /** From the next request on, answers wait until `release`. */
  hold(): void;
  release(): void;
  /** Resolves when that many pages were asked for. */
  asked(pages: number): Promise<void>;
}

export interface SiteFile {
  type: string;
  body: Buffer;
}

/**
 * A site on 127.0.0.1: `/` links to `/p/1` … `/p/<pages>`, to `/gone` (404), `/private` (robots.txt) and
 * to another host. Every tenth page has no price. `/api` echoes the header x-key. `files`: what else there is, by path.
 */
export async function serveSmallSite(
  pages: number,
  files: Readonly<Record<string, SiteFile>> = {},
): Promise<SmallSite> {
  const seen: string[] = [];
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  let onSeen: () => void = () => undefined;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    seen.push(path);
    onSeen();
    if (path !== '/robots.txt') await gate.promise;
    const file = files[path];
    const { status, type, body } =
      file === undefined
        ? answer(path, pages, String(request.headers['x-key'] ?? ''))
        : { status: 200, ...file };
    response
      .writeHead(status, { 'content-type': type, ...(status === 302 ? { location: '/p/1' } : {}) })
      .end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    hold() {
      gate = Promise.withResolvers<void>();
    },
    release: () => gate.resolve(),
    async asked(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = () => {
        if (seen.filter((path) => path !== '/robots.txt').length >= count) resolve();
      };
      onSeen = check;
      check();
      await promise;
    },
    async [Symbol.asyncDispose]() {
      gate.resolve();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(path: string, pages: number, key: string): { status: number; type: string; body: string } {
  const html = (body: string, status = 200) => ({
    status,
    type: 'text/html',
    body: `<title>Small</title>${body}`,
  });
  if (path === '/robots.txt') {
    return { status: 200, type: 'text/plain', body: 'User-agent: *\nDisallow: /private' };
  }
  if (path === '/api') {
    const data = [{ id: 1, key }, { id: 2 }];
    return { status: 200, type: 'application/json', body: JSON.stringify({ data }) };
  }
  if (path === '/moved') return { status: 302, type: 'text/html', body: '' };
  if (path === '/') return html(`<h1>Start</h1>${links(pages)}`);
  const number = Number(/^\/p\/(\d+)$/.exec(path)?.[1]);
  if (!(number <= pages)) return html('<h1>Gone</h1>', 404);
  const price = number % 10 === 0 ? '' : `<p class="price">$${number}.50</p>`;
  return html(`<h1>Page ${number}</h1>${price}<a href="/">home</a>`);
}

function links(pages: number): string {
  const paths = Array.from({ length: pages }, (_, index) => `/p/${index + 1}`);
  const hrefs = [...paths, '/gone', '/private', 'http://other.test/'];
  return hrefs.map((href) => `<a href="${href}">x</a>`).join('');
}

/** A job for the small site. */
export function smallJob(origin: string, more = ''): string {
  return `name: small
sources:
  - crawl: { start: ${origin}/, label: home }
  ${more}
pages:
  home: { follow: [a] }
  product:
    match: /p/*
    follow: [a]
    fields:
      title: h1
      price: { select: .price, type: number, required: true }
  gone: { match: [/gone, /private] }
politeness: { gapMs: 0, slowDown: false }
fetch: { concurrencyPerHost: 2 }
network: allowPrivate
`;
}
