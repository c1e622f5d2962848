import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type PinnedRun, runPinned } from '../peers/run-pinned.ts';
import { checkCrawl } from './check-crawl.ts';
import { type OpenTree, openTree } from './open-tree.ts';
import { originOf, pathOf, type TreeSite } from './tree-site.ts';
import { folderBytes, watchFolder } from './watch-folder.ts';

/** One point of a curve: a site, and how many worker processes crawl it. */
export interface Plan extends TreeSite {
  processes: number;
}

export interface Place {
  /** The client's; as a list for taskset (util-linux) where there is more than one. */
  cores: { first: number; list: string };
  signal: AbortSignal;
}

export interface Point extends Plan {
  /** Of the whole command: with starting, and writing the items. */
  pagesPerS: number;
  /** From the run's start to the last page. */
  pagesPerSScraping: number;
  /** User and system time of the command and its workers. */
  cpuMsPerPage: number;
  largestProcessMb: number;
  /** Every process's own peak, added up. */
  treeMb: number;
  /** The store's folder when the run is over, and the most it was meanwhile, with the write-ahead log. */
  storeBytesPerPage: number;
  storePeakBytesPerPage: number;
  outputBytesPerPage: number;
  pagesPerBatch: number;
  kbPerPage: number;
  /** Cores that the server was busy for, of 1, over the whole command. */
  serverBusy: number;
  /** The same of the bench itself, which looks at the processes from time to time. */
  benchBusy: number;
  seconds: number;
}

const main = join(import.meta.dirname, '../../cli/spinneret.js');

/** Crawls a site by `spinneret run`, in a folder of its own, and checks that every page was stored once. */
export async function crawlTree(plan: Plan, { cores, signal }: Place): Promise<Point> {
  const folder = temporaryFolder();
  const store = join(folder.path, '.spinneret');
  const watched = watchFolder(store);
  try {
    await using site = await openTree(plan);
    writeFileSync(join(folder.path, 'job.yaml'), jobYaml(site));
    const args = [main, 'run', 'job.yaml', '--json', '--processes', String(plan.processes)];
    const before = { server: site.serverCpuMs(), bench: process.cpuUsage() };
    // Within the one it is started by: only this one may name several cores.
    const done = await runPinned('taskset', ['-c', cores.list, process.execPath, ...args], {
      core: cores.first,
      cwd: folder.path,
      signal,
    });
    const { user, system } = process.cpuUsage(before.bench);
    const busy = { server: site.serverCpuMs() - before.server, bench: (user + system) / 1_000 };
    const disk = { store, peak: watched.end(), output: join(folder.path, 'output') };
    return await toPoint({ plan, site, done, busy, disk });
  } finally {
    watched.end();
    folder.remove();
  }
}

/** Robots.txt is obeyed and all else is the default but the gap. */
function jobYaml(site: OpenTree): string {
  return `name: growth
sources: [{ crawl: { start: ${originOf(site, 0)}${pathOf(0)} } }]
pages:
  page:
    follow: ['a[href]']
    fields:
      name: { select: h1.name, required: true }
      sku: { select: .sku, required: true }
      price: { select: .price, type: number, required: true }
scope: { hosts: ['*.1'] }
# Room for one more, so that a page too many is noticed.
limits: { maxPages: ${site.pages + 1} }
politeness: { gapMs: 0 }
network: allowPrivate
`;
}

interface Measured {
  plan: Plan;
  site: OpenTree;
  done: PinnedRun;
  busy: { server: number; bench: number };
  disk: { store: string; peak: number; output: string };
}

async function toPoint({ plan, site, done, busy, disk }: Measured): Promise<Point> {
  const { pages } = plan;
  const { id, counts, scrapingMs } = manifestOf(done, disk.output);
  await checkCrawl(site, { counts, file: join(disk.output, id, 'items.jsonl') });
  return {
    ...plan,
    pagesPerS: Math.round((pages / done.ms) * 1_000),
    pagesPerSScraping: Math.round((pages / scrapingMs) * 1_000),
    cpuMsPerPage: rounded(done.cpuMs / pages, 3),
    largestProcessMb: done.largestMb,
    treeMb: done.peakMb,
    storeBytesPerPage: Math.round(folderBytes(disk.store) / pages),
    storePeakBytesPerPage: Math.round(disk.peak / pages),
    outputBytesPerPage: Math.round(folderBytes(disk.output) / pages),
    pagesPerBatch: rounded(pages / batchesIn(disk.store), 1),
    kbPerPage: rounded((counts['bytes'] ?? 0) / pages / 1_000, 1),
    serverBusy: rounded(busy.server / done.ms, 3),
    benchBusy: rounded(busy.bench / done.ms, 3),
    seconds: rounded(done.ms / 1_000, 1),
  };
}

interface Manifest {
  counts: Record<string, number>;
  startedAt: string;
  finishedAt: string;
}

function manifestOf({ stdout }: PinnedRun, output: string) {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  const { runs }: { runs: { run: string }[] } = JSON.parse(last);
  const id = runs[0]?.run ?? '';
  const manifest: Manifest = JSON.parse(readFileSync(join(output, id, 'run.json'), 'utf8'));
  const scrapingMs = Date.parse(manifest.finishedAt) - Date.parse(manifest.startedAt);
  return { id, counts: manifest.counts, scrapingMs };
}

function batchesIn(store: string): number {
  const database = new DatabaseSync(join(store, 'store.db'), { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS count FROM outcomes').get()?.['count']);
  } finally {
    database.close();
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
