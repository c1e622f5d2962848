import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openPool } from '../shared/pool/pool.ts';
import { partial, task } from '../shared/pool/task.ts';
import { openDatabase } from '../shared/stores/local/database.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import {
  batchOf,
  newRequest,
  portsOf,
  type Writing,
  type Written,
  type writeBatches,
} from './writers/write-batches.ts';

export interface WritersOptions {
  /** Numbers of processes, a row each. */
  processes: number[];
  /** A row each. */
  pagesPerBatch: number[];
  seconds: number;
}

const module = new URL('./writers/write-batches.ts', import.meta.url);
const inHand = 8;

/**
 * How many pages a second one store file takes, whatever their pages cost: processes that do with it what a crawl
 * makes them do, and nothing else; and how long each page holds its write lock, of which there is one.
 */
export async function writers({ processes, pagesPerBatch, seconds }: WritersOptions): Promise<object> {
  const rows: object[] = [];
  for (const pages of pagesPerBatch) {
    for (const count of processes) {
      rows.push(await measure(count, pages, seconds));
      console.error(JSON.stringify(rows.at(-1)));
    }
  }
  return { bench: 'writers', seconds, rows };
}

async function measure(processes: number, pagesPerBatch: number, seconds: number): Promise<object> {
  const folder = temporaryFolder();
  const file = join(folder.path, 'store.db');
  const log = watchSize(`${file}-wal`);
  try {
    await fill(file, processes * inHand * 2, pagesPerBatch);
    await using pool = openPool({ size: processes });
    // Time for the processes to start.
    const from = Date.now() + 1_000 + processes * 250;
    const writing: Writing = {
      file,
      run,
      pagesPerBatch,
      knownPerPage: 1,
      inHand,
      from,
      to: from + seconds * 1_000,
    };
    const work = partial(task<typeof writeBatches>(module, 'writeBatches'), writing);
    const written = await pool.map(Array(processes).keys(), work);
    return {
      processes,
      pagesPerBatch,
      ...describe(written, seconds),
      ...sizesOf(file, written),
      logMb: Math.round(log.mostBytes() / 1e6),
    };
  } finally {
    log.end();
    folder.remove();
  }
}

/** The largest size that a file has; it is looked at every quarter of a second. */
function watchSize(file: string): { mostBytes(): number; end(): void } {
  let mostBytes = 0;
  const timer = setInterval(() => {
    mostBytes = Math.max(mostBytes, statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  }, 250);
  return { mostBytes: () => mostBytes, end: () => clearInterval(timer) };
}

const run = 'bench';

async function fill(file: string, batches: number, pagesPerBatch: number): Promise<void> {
  const database = openDatabase(file);
  try {
    const { ledger, queue } = portsOf(database, 'filler');
    await ledger.createRun({ id: run, job: {}, baseDir: '/', state: 'running', startedAt: Date.now() });
    const first = Array.from({ length: batches }, (_, index) => {
      const host = `www.shop-${index}.example`;
      const requests = Array.from({ length: pagesPerBatch }, () => newRequest(host));
      return { batch: batchOf(run, host, requests) };
    });
    await queue.send(first);
  } finally {
    database.close();
  }
}

function describe(written: Written[], seconds: number): object {
  const pages = total(written, (one) => one.pages);
  const perPage = (of: (one: Written) => number) => rounded(total(written, of) / pages);
  const each = written.map((one) => one.pages);
  return {
    pagesPerSecond: Math.round(pages / seconds),
    lockMicrosPerPage: perPage(({ lock }) => lock.heldMicros),
    lockCpuMicrosPerPage: perPage(({ lock }) => lock.heldCpuMicros),
    cpuMicrosPerPage: perPage(({ cpuMicros }) => cpuMicros),
    waitedMicrosPerPage: perPage(({ lock }) => lock.waitedMs.total * 1_000),
    /** The worst of all processes. */
    heldMs: {
      median: most(written, (l) => l.heldMs.median),
      percentile99: most(written, (l) => l.heldMs.percentile99),
    },
    waitedMs: {
      percentile99: most(written, (l) => l.waitedMs.percentile99),
      most: most(written, (l) => l.waitedMs.most),
    },
    refusalsPerTransaction: rounded(
      total(written, ({ lock }) => lock.refusals) / total(written, ({ lock }) => lock.transactions),
    ),
    transactionsPerPage: rounded(total(written, ({ lock }) => lock.transactions) / pages),
    /** Jain's index of fairness: 1 if all wrote as many pages, 1/n if one wrote all. */
    fairness: rounded(pages ** 2 / (each.length * each.reduce((sum, count) => sum + count * count, 0))),
  };
}

function sizesOf(file: string, written: Written[]): object {
  const pages = total(written, (one) => one.pages);
  const { size } = statSync(file);
  return { fileBytesPerPage: Math.round(size / pages) };
}

function total(written: Written[], of: (one: Written) => number): number {
  return written.reduce((sum, one) => sum + of(one), 0);
}

function most(written: Written[], of: (lock: Written['lock']) => number): number {
  return Math.max(...written.map(({ lock }) => of(lock)));
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
