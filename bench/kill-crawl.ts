/**
 * Crawls a folder of pages served from loopback while killing workers and parents with SIGKILL at
 * random moments, resumes after each, and compares with an undisturbed run:
 *
 *   node bench/kill-crawl.ts --job examples/python-docs.yaml --folder /usr/share/doc/python3-doc/html --kills 50
 *
 * The job's origin http://127.0.0.1:8000 is replaced by the server's.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { makeRandom } from './random.ts';

const { values } = parseArgs({
  options: {
    job: { type: 'string', default: 'examples/python-docs.yaml' },
    folder: { type: 'string', default: '/usr/share/doc/python3-doc/html' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    gap: { type: 'string', default: '40' },
  },
});
const kills = Number(values.kills);
const gapMs = Number(values.gap);
const random = makeRandom(Number(values.seed));
const main = join(import.meta.dirname, '../cli/spinneret.js');

const site = await serveFolder(values.folder);
const calm = temporaryFolder();
const stormy = temporaryFolder();
try {
  const job = readFileSync(values.job, 'utf8').replaceAll('http://127.0.0.1:8000', site.origin);
  writeFileSync(join(calm.path, 'job.yaml'), job);
  writeFileSync(join(stormy.path, 'job.yaml'), job.replace(/gapMs: \d+/, `gapMs: ${gapMs}`));

  await finished(startCli(calm.path, ['run', 'job.yaml']));
  const expected = sortedItems(calm.path);
  site.arrivals.length = 0;

  const done = await killAndResume(stormy.path);
  const actual = sortedItems(stormy.path);
  const gaps = site.arrivals.slice(1).map((at, index) => at - (site.arrivals[index] ?? 0));
  const urls = new Set(actual.map((line) => JSON.parse(line)._url));
  console.log(
    JSON.stringify(
      {
        kills: done,
        items: actual.length,
        distinctPages: urls.size,
        identicalToUndisturbed: actual.join('\n') === expected.join('\n'),
        requests: site.arrivals.length,
        gapMs,
        smallestGapMs: Math.round(Math.min(...gaps) * 10) / 10,
        gapsBelow: gaps.filter((gap) => gap < gapMs).length,
      },
      null,
      2,
    ),
  );
} finally {
  site.close();
  calm.remove();
  stormy.remove();
}

/** Kills, at random: a worker, every worker, the parent, or all of them; then resumes if need be. */
async function killAndResume(folder: string): Promise<Record<string, number>> {
  const done: Record<string, number> = { 'one worker': 0, 'every worker': 0, parent: 0, everything: 0 };
  let cli = startCli(folder, ['run', 'job.yaml']);
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(600 + random() * 900);
    if (cli.exitCode !== null) break;
    const workers = childrenOf(cli.pid ?? 0);
    const target = Object.keys(done)[Math.floor(random() * 4)] ?? '';
    const victims =
      target === 'one worker'
        ? workers.slice(0, 1)
        : [...(target === 'parent' ? [] : workers), ...(target === 'every worker' ? [] : [cli.pid ?? 0])];
    for (const pid of victims) tryKill(pid);
    done[target] = (done[target] ?? 0) + 1;
    if (!victims.includes(cli.pid ?? 0)) continue;
    await cli.closed;
    cli = startCli(folder, ['resume', '--last']);
  }
  await finished(cli);
  return done;
}

function startCli(folder: string, parameters: string[]) {
  const cli = spawn(process.execPath, [main, ...parameters], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  cli.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return Object.assign(cli, {
    said,
    closed: new Promise<void>((resolve) => cli.once('close', () => resolve())),
  });
}

async function finished(cli: ReturnType<typeof startCli>): Promise<void> {
  await cli.closed;
  if (cli.exitCode !== 0)
    throw new Error(`the command ended with ${cli.exitCode}:\n${cli.said.join('').slice(-2_000)}`);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean);
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process had just ended by itself.
  }
}

function sortedItems(folder: string): string[] {
  const output = join(folder, 'output');
  const [run = ''] = readdirSync(output);
  return readFileSync(join(output, run, 'items.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .sort();
}

async function serveFolder(folder: string) {
  const arrivals: number[] = [];
  const server = createServer(async (request, response) => {
    arrivals.push(performance.now());
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const body = await readFile(join(folder, path)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, arrivals, close: () => server.close() };
}
