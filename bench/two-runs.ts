import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { runModule } from './run-process.ts';
import { pageHtml } from './site-pages.ts';

const gapMs = 50;
const pagesPerRun = 150;
const timeoutMs = 120_000;

/**
 * Two runs at once on one store, three worker processes each, against one host: how far apart do the
 * requests arrive by the server's monotonic clock, and how far apart were they sent by the workers'?
 */
export async function twoRuns(): Promise<object> {
  const folder = temporaryFolder();
  const ending = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ending.signal]);
  const arrivals: number[] = [];
  const server = createServer((request, response) => {
    arrivals.push(performance.now());
    if (request.url === '/robots.txt') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(pageHtml(request.url ?? ''));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const lateness = monitorEventLoopDelay({ resolution: 1 });
  lateness.enable();
  try {
    await Promise.all(['left', 'right'].map((name) => run(name, { port, cwd: folder.path, signal })));
    lateness.disable();
    const sent = await Promise.all(['left', 'right'].map((name) => sentAt(name, folder.path)));
    return {
      bench: 'two-runs',
      runs: 2,
      processesPerRun: 3,
      requests: arrivals.length,
      gapMs,
      arrived: describeGaps(arrivals),
      sent: describeGaps(sent.flat()),
      /** How late the server itself may have looked: what arrives meanwhile seems to come together. */
      serverLateMaxMs: Math.round(lateness.max / 1e6),
    };
  } finally {
    // If one run failed, the other goes on.
    ending.abort();
    server.close();
    folder.remove();
  }
}

async function run(name: string, { port, ...options }: { port: number; cwd: string; signal: AbortSignal }) {
  writeFileSync(join(options.cwd, `${name}.yaml`), jobYaml(name, port));
  await runModule('cli/spinneret.js', ['run', `${name}.yaml`, '--json', '--processes', '3'], options);
}

/** Epoch ms at which the workers sent the requests for pages. */
async function sentAt(name: string, cwd: string): Promise<number[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const runs = await runModule('cli/spinneret.js', ['status', '--json'], { cwd, signal });
  const id = new RegExp(`"(${name}-[^"]+)"`).exec(runs.stdout)?.[1] ?? '';
  const { stdout } = await runModule('cli/spinneret.js', ['export', id, '--what', 'pages'], { cwd, signal });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => Date.parse((JSON.parse(line) as { fetchedAt: string }).fetchedAt));
}

function describeGaps(times: number[]): object {
  const sorted = times.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, index) => at - (sorted[index] ?? 0));
  gaps.sort((a, b) => a - b);
  const quantile = (share: number) => Number(gaps[Math.floor(share * (gaps.length - 1))]?.toFixed(1));
  return {
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
