import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `/CHAIN/1` links to `/CHAIN/2`, and so on to the last. */
export interface ChainSite extends AsyncDisposable {
  origin: string;
  /** How often each path was asked for. */
  asked: Map<string, number>;
}

export async function serveChains(length: number): Promise<ChainSite> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const [, chain, page] = /^\/(\w+)\/(\d+)$/.exec(path) ?? [];
    if (page === undefined) return response.writeHead(404).end();
    const next = Number(page) + 1;
    const link = next > length ? '' : `<a class="next" href="/${chain}/${next}">next</a>`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    return response.end(`<!doctype html><title>t</title><h1>${chain} ${page}</h1>${link}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server that listens has such an address.
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
