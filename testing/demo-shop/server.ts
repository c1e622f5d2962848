import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Answer } from './answer.ts';
import { makeCatalogue } from './catalogue.ts';
import { makeRouter, type Router } from './routes.ts';

export interface DemoShopOptions {
  /** @default 0, any free port */
  port?: number;
  /** @default 200 */
  products?: number;
  /** Milliseconds added to every answer. @default 0 */
  latencyMs?: number;
  /** Keep every request in `log`. @default true */
  gapLog?: boolean;
}

export interface LoggedRequest {
  /** When its headers had arrived: epoch ms with fractions, by the monotonic clock. */
  at: number;
  method: string;
  /** Path and query. */
  path: string;
  /** 0 until answered. */
  status: number;
  userAgent: string;
}

export interface DemoShop {
  origin: string;
  /** In order of arrival. */
  log: LoggedRequest[];
  close(): Promise<void>;
}

/** Serves the demo shop on 127.0.0.1: always the same pages for the same options. */
export async function serveDemoShop(options: DemoShopOptions = {}): Promise<DemoShop> {
  const { port = 0, products = 200, latencyMs = 0, gapLog = true } = options;
  const route = makeRouter(makeCatalogue(products));
  const log: LoggedRequest[] = [];
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const entry = describeRequest(request);
    if (gapLog) log.push(entry);
    const answer = answerRequest(request, route);
    entry.status = answer.status;
    // Not awaited: `sendLater` ends the response itself, also after a failure.
    void sendLater(response, answer, latencyMs, closing.signal);
  });
  const origin = await listen(server, port);
  return { origin, log, close: () => close(server, closing) };
}

function describeRequest({ method = '', url = '', headers }: IncomingMessage): LoggedRequest {
  const at = performance.timeOrigin + performance.now();
  return { at, method, path: url, status: 0, userAgent: headers['user-agent'] ?? '' };
}

function answerRequest(request: IncomingMessage, route: Router): Answer {
  const url = URL.parse(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  if (url === null) return { status: 400 };
  return request.method === 'GET' || request.method === 'HEAD' ? route(url) : { status: 405 };
}

async function sendLater(
  response: ServerResponse,
  answer: Answer,
  latencyMs: number,
  signal: AbortSignal,
): Promise<void> {
  const waitMs = latencyMs + (answer.latencyMs ?? 0);
  try {
    if (waitMs > 0) await setTimeout(waitMs, undefined, { signal });
  } catch {
    response.destroy();
    return;
  }
  const body = Buffer.from(answer.body ?? '');
  response.writeHead(answer.status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
    ...answer.headers,
  });
  if (answer.cutAfter === undefined) response.end(body);
  else response.write(body.subarray(0, answer.cutAfter), () => response.destroy());
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  // A TCP server that listens has such an address.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  await closed;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8377' }, products: { type: 'string', default: '200' } },
  });
  const shop = await serveDemoShop({
    port: Number(values.port),
    products: Number(values.products),
    gapLog: false,
  });
  console.log(`The demo shop is open at ${shop.origin}/ (Ctrl+C closes it)`);
}
