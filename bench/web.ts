import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { choose, obtain } from './peers/choose.ts';
import { compare, type Result } from './peers/compare.ts';
import type { Contestant } from './peers/contestant.ts';
import { stopOnSignals } from './peers/stop-on-signals.ts';
import { takeCores } from './peers/take-cores.ts';
import { certificateIn, makeCertificate } from './web/certificate.ts';
import { colly } from './web/contestants/colly.ts';
import { crawlee } from './web/contestants/crawlee.ts';
import { rawUndici } from './web/contestants/raw-undici.ts';
import { scrapy } from './web/contestants/scrapy.ts';
import { spider } from './web/contestants/spider.ts';
import { spinneret } from './web/contestants/spinneret.ts';
import { wget } from './web/contestants/wget.ts';
import { webFiguresOf } from './web/figures.ts';
import { openNames } from './web/open-names.ts';
import { openWeb, writePages } from './web/open-web.ts';
import { runInside } from './web/own-network.ts';
import { quickRows, rowOf, type WebRow, webRows } from './web/rows.ts';
import { bytesOf, firstAddresses, shuffledAddresses, type WebFiles } from './web/site.ts';
import { faultOf } from './web/slowness.ts';
import type { WebTrial } from './web/web-trial.ts';

export interface WebBenchOptions {
  /** Names of rows, or others of lists, such as `20x10`; all that have names by default. */
  rows: string[] | undefined;
  /** Of every contestant on every row, in turn. */
  runs: number;
  /** Names, or their first words, of those that Spinneret is compared with; all by default. */
  contestants: string[] | undefined;
  /** Fewer pages, and beside Spinneret raw undici alone: for before and after a change. */
  quick: boolean;
  /** Set by the bench itself: the folder of a process in its own network. */
  inside: string | undefined;
}

/** The first is what the others are compared with. */
const contestants: Contestant<WebTrial>[] = [
  spinneret,
  rawUndici,
  wget,
  ...scrapy,
  ...crawlee,
  ...colly,
  ...spider,
];
const quickContestants = [rawUndici.name];
/** Distinct pages; every host serves all of them. */
const pages = { full: 2_000, quick: 400 };
/** For one run of one contestant. */
const timeoutMs = 15 * 60_000;

/**
 * Lists of addresses of many hosts, over TLS, with pages as the real web has them, taken by Spinneret and by others,
 * each pinned to one core, in turn. The items of each are checked against the truth; a failed check gives no figures.
 */
export async function web(options: WebBenchOptions): Promise<object> {
  const rows = chooseRows(options);
  const only = options.contestants ?? (options.quick ? quickContestants : undefined);
  const chosen = choose(contestants, only);
  using stop = stopOnSignals();
  const { present, skipped } = await obtain(chosen, stop.signal);
  if (options.inside !== undefined) {
    const bench = { ...options, folder: options.inside, rows, stop: stop.signal };
    return { bench: 'web', runs: options.runs, ...(await runRows(bench, present)), skipped };
  }
  const folder = temporaryFolder();
  try {
    const { ca } = makeCertificate(folder.path);
    // What Node adds to its own authorities, and what OpenSSL, Go and rustls take for the system's.
    const env = { NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: ca };
    return await runInside(folder.path, { env, signal: stop.signal });
  } finally {
    folder.remove();
  }
}

function chooseRows({ rows: names, quick }: WebBenchOptions): WebRow[] {
  const all = quick ? quickRows : webRows;
  return names === undefined ? all : names.map((name) => rowOf(name, all));
}

interface Bench {
  folder: string;
  rows: WebRow[];
  runs: number;
  quick: boolean;
  stop: AbortSignal;
}

type Present = Contestant<WebTrial> & { version: string };

async function runRows(bench: Bench, present: Present[]): Promise<object> {
  const cores = takeCores();
  const packings = [...new Set(['gzip' as const, ...bench.rows.map(({ packing }) => packing)])];
  const files = writePages(bench.folder, bench.quick ? pages.quick : pages.full, packings);
  const rows: object[] = [];
  for (const row of bench.rows) {
    const inRow = present.filter(({ name }) => row.contestants?.includes(name) !== false);
    const results: Result[][] = [];
    for (let run = 0; run < bench.runs; run += 1) {
      const round: Result[] = [];
      for (const contestant of inRow) {
        round.push(await tryOnce(contestant, { ...bench, row, files, cores }));
        console.error(JSON.stringify({ row: row.name, run, name: contestant.name, ...round.at(-1) }));
      }
      results.push(round);
    }
    rows.push({ row: row.name, ...compare(inRow, results) });
  }
  const bytes = files.sizes.reduce((sum, size) => sum + size, 0);
  return { cores, site: { pages: files.pages, bytesPerPage: Math.round(bytes / files.pages) }, rows };
}

interface Turn {
  folder: string;
  row: WebRow;
  files: WebFiles;
  cores: { client: number; server: number };
  stop: AbortSignal;
}

/** Server and name server are restarted, so that no connection or cache of the contestant before is left. */
async function tryOnce(contestant: Contestant<WebTrial>, turn: Turn): Promise<Result> {
  const { folder, row, files, cores, stop } = turn;
  const cwd = join(folder, 'trial');
  mkdirSync(cwd);
  try {
    await using names = await openNames();
    await using site = await openWeb({
      row,
      files,
      folder,
      core: cores.server,
      certificate: certificateIn(folder),
    });
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
    const all = shuffledAddresses(row.list, files);
    const starts = row.follows ? firstAddresses(row.list, files) : all;
    const addresses = row.isSlow ? all.filter((address) => faultOf(address) !== 'always') : all;
    const bytes = bytesOf(addresses, files);
    const trial = { row, starts, addresses, bytes, cwd, core: cores.client, signal };
    contestant.prepare(trial);
    await site.forgetTraffic();
    const [serverBefore, queriesBefore] = [site.serverCpuMs(), await names.queries()];
    const done = await contestant.run(trial);
    const serverMs = site.serverCpuMs() - serverBefore;
    const dnsQueries = (await names.queries()) - queriesBefore;
    const traffic = await site.traffic();
    const checked = await contestant.check(trial, done);
    return webFiguresOf({ done, checked, serverMs, bytes, dnsQueries, traffic });
  } catch (error) {
    stop.throwIfAborted();
    process.exitCode = 1;
    return { failed: String(error) };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
