import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { runModule } from './run-process.ts';
import { pageHtml } from './site-pages.ts';

const gapMs = 50;
const pagesPerRun = 150;
const timeoutMs = 120_000;

/**
 * Two runs at once on one store, three worker processes each, against one host: how far apart do the
 * requests arrive, by the server's own monotonic clock?
 */
export async function twoRuns(): Promise<object> {
  const folder = temporaryFolder();
  const ending = new AbortController();
  const arrivals: number[] = [];
  const server = createServer((request, response) => {
    arrivals.push(performance.now());
    if (request.url === '/robots.txt') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(pageHtml(request.url ?? ''));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ending.signal]);
    await Promise.all(
      ['left', 'right'].map((name) => {
        writeFileSync(join(folder.path, `${name}.yaml`), jobYaml(name, port));
        const args = ['run', `${name}.yaml`, '--json', '--processes', '3'];
        return runModule('cli/main.ts', args, { cwd: folder.path, signal });
      }),
    );
  } finally {
    // If one run failed, the other goes on.
    ending.abort();
    server.close();
    folder.remove();
  }
  return { bench: 'two-runs', runs: 2, processesPerRun: 3, ...describeGaps(arrivals) };
}

function describeGaps(arrivals: number[]): object {
  const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
  gaps.sort((a, b) => a - b);
  const quantile = (share: number) => Number(gaps[Math.floor(share * (gaps.length - 1))]?.toFixed(1));
  return {
    gapMs,
    requests: arrivals.length,
    minMs: quantile(0),
    percentile1Ms: quantile(0.01),
    medianMs: quantile(0.5),
    belowGap: gaps.filter((ms) => ms < gapMs).length,
  };
}

function jobYaml(name: string, port: number): string {
  const urls = Array.from({ length: pagesPerRun }, (_, index) => `http://127.0.0.1:${port}/${name}/${index}`);
  return `name: ${name}
sources: [{ urls: { list: [${urls.join(', ')}] } }]
pages:
  page:
    fields: { title: { select: title, required: true } }
politeness: { gapMs: ${gapMs} }
network: allowPrivate
`;
}
