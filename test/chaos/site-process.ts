/** The hostile site of a chaos round: a port for each host, and a log of every arrival by the monotonic clock. */
import { once } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { firstOrders, reportToParent } from './child.ts';
import type { Failure, SiteModel, SitePage } from './site-model.ts';

export interface SiteOrders {
  site: SiteModel;
  /** Gets a line per arrival. */
  logFile: string;
}

/** When a request's headers had arrived. */
export interface Arrival {
  /** Epoch ms with fractions, by the monotonic clock. */
  at: number;
  host: number;
  path: string;
}

/** Longer than any time-out of the jobs. */
const hangMs = 5_000;
const slowChunkMs = 60;
/** More than the jobs take. */
const largeBytes = 300_000;

const { site, logFile } = await firstOrders<SiteOrders>();
const log = openSync(logFile, 'a');
const pages = new Map(site.pages.map((page) => [`${page.host} ${page.path}`, page]));
const asked = new Map<string, number>();

const servers = site.hosts.map((_, host) =>
  createServer({ keepAliveTimeout: 3_000 }, (request, response) => {
    const at = performance.timeOrigin + performance.now();
    const path = (request.url ?? '').split('?')[0] ?? '';
    writeSync(log, `${JSON.stringify({ at, host, path } satisfies Arrival)}\n`);
    answer(host, path, request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1'),
);
await Promise.all(servers.map((server) => once(server, 'listening')));
const origins = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
reportToParent({ origins });

async function answer(
  host: number,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const key = `${host} ${path}`;
  const earlier = asked.get(key) ?? 0;
  asked.set(key, earlier + 1);
  if (path === '/robots.txt') return robots(host, earlier, response);
  const page = pages.get(key);
  if (page === undefined) return end(response, 404, 'no such page');
  const failure = page.failures[earlier];
  if (failure !== undefined) return fail(failure, request, response);
  await show(page, response);
}

function robots(host: number, earlier: number, response: ServerResponse): void {
  const { crawlDelayMs = 0, robotsFailures = 0 } = site.hosts[host] ?? {};
  if (earlier < robotsFailures) {
    end(response, 503, 'not now');
    return;
  }
  const delay = crawlDelayMs > 0 ? `Crawl-delay: ${crawlDelayMs / 1_000}\n` : '';
  response.setHeader('content-type', 'text/plain');
  end(response, 200, `User-agent: *\nDisallow: /private/\n${delay}`);
}

async function fail(failure: Failure, { socket }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (failure === 'status500') return end(response, 500, 'broken');
  if (failure === 'status502') return end(response, 502, 'broken');
  if (failure === 'busy') {
    response.setHeader('retry-after', '1');
    return end(response, 429, 'slower, please');
  }
  if (failure === 'reset') {
    socket.resetAndDestroy();
    return;
  }
  if (failure === 'hang') {
    await sleep(hangMs);
    response.destroy();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html', 'content-length': '5000' });
  response.write('<h1>half a');
  if (failure === 'stall') await sleep(hangMs);
  else await sleep(20);
  socket.destroy();
}

async function show(page: SitePage, response: ServerResponse): Promise<void> {
  const target = page.target === undefined ? '' : urlOf(page.target);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (page.kind === 'missing') return end(response, 404, 'gone');
  if (page.kind === 'broken') return end(response, 500, 'broken for good');
  if (page.kind === 'comeBackTomorrow') {
    response.setHeader('retry-after', '86400');
    return end(response, 503, 'closed today');
  }
  if (page.kind === 'redirect') {
    response.setHeader('location', target);
    return end(response, page.id % 2 === 0 ? 301 : 302, '');
  }
  if (page.kind === 'corrupt') {
    response.setHeader('content-encoding', 'gzip');
    return end(response, 200, 'this was never compressed');
  }
  if (page.kind === 'tooLarge') return end(response, 200, 'x'.repeat(largeBytes));
  const html = htmlOf(page, target);
  if (page.kind === 'zipped') {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(html));
    return;
  }
  if (page.kind !== 'slow') return end(response, 200, html);
  for (let at = 0; at < html.length; at += 40) {
    response.write(html.slice(at, at + 40));
    await sleep(slowChunkMs);
  }
  response.end();
}

/** Every other link is written in another way of the same URL. */
function htmlOf(page: SitePage, canonical: string): string {
  const links = page.links.map((id, index) => {
    const suffix = ['', '#part', '?utm_source=chaos', ''][(id + index) % 4];
    return `<a href="${urlOf(id)}${suffix}">${id}</a>`;
  });
  const head = canonical === '' ? '' : `<link rel="canonical" href="${canonical}">`;
  return `<!doctype html><head><title>${page.id}</title>${head}</head><body><h1>${page.token}</h1>${links.join('\n')}`;
}

function urlOf(id: number): string {
  const page = site.pages[id];
  return page === undefined ? '/' : `${origins[page.host]}${page.path}`;
}

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status).end(body);
}
