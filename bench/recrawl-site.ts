import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site with validators on loopback. */
export interface ChangingSite extends AsyncDisposable {
  origin: string;
  counts: { requests: number; notModified: number; bytes: number };
  /** So many pages change, so many are new, and so many are gone. */
  change(count: number): void;
}

const paragraph = '<p class=text>Lorem ipsum dolor sit amet, consectetur adipiscing elit. </p>';

/** Pages of 2 KB with an ETag, and a sitemap that lists those that are there. */
export async function openChangingSite(pages: number): Promise<ChangingSite> {
  const counts = { requests: 0, notModified: 0, bytes: 0 };
  const versions = new Map(Array.from({ length: pages }, (_, index) => [`/p/${index}`, 1]));
  const dead = new Set<string>();
  const send = (response: ServerResponse, status: number, body: string, etag?: string) => {
    counts.bytes += Buffer.byteLength(body);
    response.writeHead(status, etag === undefined ? {} : { etag }).end(body);
  };
  const server = createServer(({ url = '/', headers }, response) => {
    counts.requests += 1;
    if (url === '/sitemap.xml') return send(response, 200, sitemapOf(origin(), versions, dead));
    const version = versions.get(url);
    if (version === undefined) return send(response, 404, '');
    const etag = `"${version}"`;
    if (headers['if-none-match'] !== etag) return send(response, 200, pageOf(url, version), etag);
    counts.notModified += 1;
    return send(response, 304, '', etag);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: origin(),
    counts,
    change(count) {
      const paths = [...versions.keys()];
      for (const path of paths.slice(0, count)) versions.set(path, 2);
      for (const [index, path] of paths.slice(count, 2 * count).entries()) {
        versions.delete(path);
        // Of those that are gone half are listed still, and answer 404.
        if (index % 2 === 0) dead.add(path);
      }
      for (let index = 0; index < count; index += 1) versions.set(`/n/${index}`, 1);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function sitemapOf(origin: string, versions: Map<string, number>, dead: ReadonlySet<string>): string {
  const urls = [...versions.keys(), ...dead].map((path) => `<url><loc>${origin}${path}</loc></url>`);
  return `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls.join('')}</urlset>`;
}

function pageOf(path: string, version: number): string {
  return `<!doctype html><h1>${path}</h1><b>${version}</b>${paragraph.repeat(24)}<p class=text>${version}</p>`;
}
