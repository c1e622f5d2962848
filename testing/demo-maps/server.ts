import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answer.ts';
import type { Bill } from './billing.ts';
import type { Block } from './blocks.ts';
import type { CityPlace } from './city-place.ts';
import type { MapsOptions } from './maps-options.ts';
import { openResponder, type RequestKind } from './responder.ts';

export type { MapsOptions } from './maps-options.ts';

export interface Maps {
  /** Origin of both the API and the listing, without a slash at its end. */
  url: string;
  /** Origins of the businesses' websites. */
  siteUrls: string[];
  websiteOf(place: CityPlace): string;
  billed(): Bill;
  /** How many were answered, by kind; those that failed as flaky are only there. */
  requests(): Record<RequestKind, number>;
  /** Blocks the listing from now on, or lets it go again. */
  block(as: Block | undefined): void;
  close(): Promise<void>;
}

/** Serves a stand-in for Google Maps on 127.0.0.1: the Places API, the public listing, and the places' websites. */
export async function startMaps(options: MapsOptions): Promise<Maps> {
  const { port = 0, siteHosts = 1 } = options;
  let siteUrls: string[] = [];
  const pathOf = ({ number }: CityPlace) => `${siteUrls[number % siteHosts]}/site/${number}/`;
  const websiteOf = options.websiteOf ?? pathOf;
  const responder = openResponder({ ...options, websiteOf });
  const google = serve((request, url, body) => responder.answer(request, url, body));
  const sites = Array.from({ length: siteHosts }, () => serve((_, url) => responder.answerSites(url)));
  const url = await listen(google, port);
  siteUrls = await Promise.all(sites.map((site) => listen(site, 0)));
  const { billed, requests, block } = responder;
  const close = async () => {
    await Promise.all([google, ...sites].map(closeServer));
  };
  return { url, siteUrls, websiteOf, billed, requests, block, close };
}

function serve(answer: (request: IncomingMessage, url: URL, body: string) => Answer): Server {
  return createServer(async (request, response) => {
    const url = URL.parse(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    send(response, url === null ? { status: 400 } : answer(request, url, body));
  });
}

function send(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  if (status === 0) {
    response.destroy();
    return;
  }
  const length = Buffer.byteLength(body);
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': length,
    ...headers,
  });
  response.end(body);
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  // A TCP server that listens has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  await closed;
}
