/**
 * Many hosts for the polite bench, a process of its own: `polite-server.ts HOSTS`. Sends its ports once it listens;
 * asked by its parent, it says what arrived, by one clock.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { pageHtml, robotsTxt } from './site-pages.ts';

/** What arrived at all hosts together. */
export interface Arrivals {
  requests: number;
  connections: number;
  /** Of two requests to one host, milliseconds. */
  leastGapMs: number;
}

const robots = robotsTxt.replaceAll('\\n', '\n');
const arrivals: Arrivals = { requests: 0, connections: 0, leastGapMs: Number.POSITIVE_INFINITY };

const hosts = Number(process.argv[2]);
const ports = await Promise.all(Array.from({ length: hosts }, openHost));
process.on('message', () => process.send?.(arrivals));
process.on('disconnect', () => process.exit());
process.send?.(ports);

async function openHost(): Promise<number> {
  let last = Number.NEGATIVE_INFINITY;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const at = performance.now();
    arrivals.requests += 1;
    arrivals.leastGapMs = Math.min(arrivals.leastGapMs, at - last);
    last = at;
    const isRobots = request.url === '/robots.txt';
    response.setHeader('content-type', `${isRobots ? 'text/plain' : 'text/html'}; charset=utf-8`);
    response.end(isRobots ? robots : pageHtml(request.url ?? '/'));
  });
  server.on('connection', () => {
    arrivals.connections += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
