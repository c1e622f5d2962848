import {
  createReadStream,
  createWriteStream,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type Finished, runModule } from './run-process.ts';
import { openSite, type Site } from './site.ts';

export interface UrlListOptions {
  urls: number;
  /** One variant each. */
  hosts: number[];
  /** Worker processes; one measurement each. */
  processes: number[];
  server: Site['server'];
}

/** For all variants together. */
const timeoutMs = 15 * 60_000;
/** As many requests as a worker has under way: `fetch.concurrencyPerHost` for one host, times `batchesPerProcess` for many. */
const concurrency = { oneHost: 8, manyHosts: 64 };

/**
 * Scrapes a file of URLs from a site on loopback with the real command line, each time next to raw
 * undici on the same URLs, and checks that every page was stored and exported once.
 */
export async function urlList(options: UrlListOptions): Promise<object> {
  const signal = AbortSignal.timeout(timeoutMs);
  const variants: object[] = [];
  for (const hosts of options.hosts) {
    for (const processes of options.processes) {
      const folder = temporaryFolder();
      try {
        await using site = await openSite(options.server, hosts, folder.path);
        const measured = await measure({ ...options, site, processes, folder: folder.path, signal });
        variants.push({ hosts, processes, server: site.server, ...measured });
        console.error(JSON.stringify(variants.at(-1)));
      } finally {
        folder.remove();
      }
    }
  }
  return { bench: 'url-list', urls: options.urls, variants };
}

interface Variant {
  site: Site;
  urls: number;
  processes: number;
  folder: string;
  signal: AbortSignal;
}

async function measure(variant: Variant): Promise<object> {
  await writeUrls(variant);
  const before = await fetchRaw(variant);
  const scraped = await scrape(variant);
  const after = await fetchRaw(variant);
  const rawPagesPerS = (before.pagesPerS + after.pagesPerS) / 2;
  const rawCpuMs = (before.cpuMsPerPage + after.cpuMsPerPage) / 2;
  return {
    ratioToRaw: rounded(scraped.pagesPerS / rawPagesPerS, 3),
    peakMb: Math.max(...scraped.memory.map(({ peakMb }) => peakMb)),
    ...scraped,
    raw: { pagesPerS: Math.round(rawPagesPerS), cpuMsPerPage: rounded(rawCpuMs, 3), runs: [before, after] },
  };
}

async function scrape(variant: Variant) {
  const { folder, processes, urls, signal } = variant;
  writeFileSync(join(folder, 'job.yaml'), jobYaml(urls));
  const args = ['run', 'job.yaml', '--json', '--processes', String(processes)];
  const done = await runModule('cli/spinneret.js', args, { cwd: folder, signal, watch: true });
  const { run, counts, startedAt, finishedAt } = resultOf(done, folder);
  const exported = ['export', run, '--what', 'pages', '--output', 'pages.jsonl', '--json'];
  await runModule('cli/spinneret.js', exported, { cwd: folder, signal });
  const items = await checkOnce(join(folder, 'output', run, 'items.jsonl'), variant, '_url');
  const pages = await checkOnce(join(folder, 'pages.jsonl'), variant, 'url');
  if (counts['stored'] !== urls)
    throw new Error(`${counts['stored']} of ${urls} pages are counted as stored`);
  return {
    pagesPerS: Math.round((urls / done.ms) * 1_000),
    /** Without starting processes and writing the export. */
    pagesPerSScraping: Math.round((urls / (Date.parse(finishedAt) - Date.parse(startedAt))) * 1_000),
    cpuMsPerPage: rounded(done.processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / urls, 3),
    storeBytesPerPage: Math.round(storeBytes(folder) / urls),
    exactlyOnce: { items, pages },
    memory: done.processes,
  };
}

async function fetchRaw({ site, folder, processes, signal }: Variant) {
  const underWay = site.hosts.length === 1 ? concurrency.oneHost : concurrency.manyHosts;
  const startedAt = performance.now();
  const shares = await Promise.all(
    Array.from({ length: processes }, (_, share) => {
      const args = ['urls.txt', share, processes, underWay].map(String);
      return runModule('bench/raw-fetch.ts', args, { cwd: folder, signal });
    }),
  );
  const ms = performance.now() - startedAt;
  const results = shares.map(({ stdout }) => JSON.parse(stdout) as { pages: number; cpuMs: number });
  const pages = results.reduce((sum, result) => sum + result.pages, 0);
  const cpuMs = results.reduce((sum, result) => sum + result.cpuMs, 0);
  return { pagesPerS: Math.round((pages / ms) * 1_000), cpuMsPerPage: rounded(cpuMs / pages, 3) };
}

async function writeUrls({ site, urls, folder }: Variant): Promise<void> {
  function* lines() {
    for (let index = 0; index < urls; index += 1) yield `${urlAt(site, index)}\n`;
  }
  await pipeline(lines(), createWriteStream(join(folder, 'urls.txt')));
}

function urlAt({ hosts }: Site, index: number): string {
  return `http://${hosts[index % hosts.length]}/p/${index}`;
}

function jobYaml(urls: number): string {
  return `name: url-list
sources: [{ urls: { file: urls.txt } }]
pages:
  page:
    fields: { title: { select: title, required: true } }
limits: { maxPages: ${urls} }
politeness: { gapMs: 0 }
network: allowPrivate
`;
}

interface RunManifest {
  run: string;
  counts: Record<string, number>;
  startedAt: string;
  finishedAt: string;
}

function resultOf({ stdout }: Finished, folder: string): RunManifest {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  const { runs }: { runs: { run: string }[] } = JSON.parse(last);
  const id = runs[0]?.run ?? '';
  return JSON.parse(readFileSync(join(folder, 'output', id, 'run.json'), 'utf8'));
}

/** Every URL of the list is there once, and nothing else. Returns how many. */
async function checkOnce(file: string, { site, urls }: Variant, key: string): Promise<number> {
  const seen = new Uint8Array(urls);
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const record: Record<string, unknown> = JSON.parse(line);
    const url = String(record[key]);
    const index = Number(/\d+$/.exec(url)?.[0]);
    if (url !== urlAt(site, index)) throw new Error(`${file}: ${url} is not in the list`);
    if (record['title'] !== undefined && record['title'] !== `Page /p/${index}`)
      throw new Error(`${file}: ${line}`);
    seen[index] = (seen[index] ?? 0) + 1;
  }
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong !== -1) throw new Error(`${file}: ${urlAt(site, wrong)} is there ${seen[wrong]} times`);
  return urls;
}

function storeBytes(folder: string): number {
  const store = join(folder, '.spinneret');
  return readdirSync(store).reduce((sum, name) => sum + statSync(join(store, name)).size, 0);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
