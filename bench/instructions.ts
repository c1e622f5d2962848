import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type OpenShop, openShop } from './peers/open-shop.ts';
import { runPinned } from './peers/run-pinned.ts';
import { crawlArguments, spinneret } from './peers/spinneret.ts';
import { takeCores } from './peers/take-cores.ts';

export interface InstructionsOptions {
  /** A small shop and a larger one: what both differ in is of their pages alone, not of the worker's start. */
  products: [number, number];
  /** Folders of other states of the project, to be set beside this one. */
  beside: string[];
  /** Of every state, in turn. */
  runs: number;
}

/** Valgrind makes a program some fifty times as slow, and a busy machine makes that slower still. */
const timeoutMs = 60 * 60_000;
/** So that neither a lease ends nor the worker counts as stuck. */
const patientSettings = 'leaseMs: 600000\n';

/**
 * V8 compiles and collects garbage on its main thread, and hashes alike in every process: when it does so depends on what the
 * program has done, and not on what else the machine does.
 */
const steadily = ['--single-threaded', '--hash-seed=1', '--random-seed=1'];

/** What counts something of a worker, as a module that is loaded before its command, and where the count stands in the end. */
interface Counter {
  module: string;
  log: string;
  count: RegExp;
}

const instructionCounter: Counter = {
  module: 'worker-under-valgrind.ts',
  log: 'valgrind.log',
  count: /I\s+refs:\s+([\d,]+)/,
};
const promiseCounter: Counter = {
  module: 'count-promises.ts',
  log: 'promises.log',
  count: /promises: (\d+)/,
};

/**
 * Processor instructions that a worker executes for a page of the shop, in user mode, by Valgrind's count: the same on a
 * busy machine as on an idle one, unlike CPU time. The kernel's part is not in it.
 */
export function instructions(options: InstructionsOptions): Promise<object> {
  return compareCounts('instructions', instructionCounter, options);
}

/** Promises that a worker makes for a page of the shop: what waits for one costs a microtask. Counted within seconds. */
export function promises(options: InstructionsOptions): Promise<object> {
  return compareCounts('promises', promiseCounter, options);
}

async function compareCounts(
  bench: string,
  counter: Counter,
  { products, beside, runs }: InstructionsOptions,
): Promise<object> {
  const roots = [join(import.meta.dirname, '..'), ...beside.map((root) => resolve(root))];
  const states = roots.map((root) => ({ root, perPage: [] as number[], firstPages: [] as number[] }));
  const cores = takeCores();
  const folder = temporaryFolder();
  const inFolder = (name: string) => join(folder.path, name);
  const open = (size: number) =>
    openShop({ products: size, folder: made(inFolder(String(size))), core: cores.server });
  try {
    await using small = await open(products[0]);
    await using large = await open(products[1]);
    const count = (shop: OpenShop, root: string) => {
      const cache = inFolder(`cache-${roots.indexOf(root)}`);
      return countOfCrawl(shop, { root, cache, cwd: inFolder('trial'), core: cores.client, counter });
    };
    // Not counted: the first crawl of a state compiles its TypeScript, and the next ones find that in the cache.
    for (const { root } of states) await count(small, root);
    for (let run = 0; run < runs; run += 1) {
      for (const { root, perPage, firstPages } of states) {
        const [whole, first] = [await count(large, root), await count(small, root)];
        perPage.push(Math.round((whole - first) / (large.pages - small.pages)));
        firstPages.push(Math.round(first / small.pages));
        console.error(JSON.stringify({ run, root, perPage: perPage.at(-1), firstPages: firstPages.at(-1) }));
      }
    }
  } finally {
    folder.remove();
  }
  return {
    bench,
    unit: `${bench} a page of the worker`,
    products,
    states: states.map(({ root, perPage, firstPages }) => ({
      root,
      ...summaryOf(perPage, states[0]?.perPage),
      /** Of the small shop, with the worker's start and V8's compiling. */
      firstPages: summaryOf(firstPages, states[0]?.firstPages),
    })),
  };
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

interface CountedCrawl {
  root: string;
  /** Where Node keeps the compiled code of this state, for all crawls but the first. */
  cache: string;
  cwd: string;
  core: number;
  counter: Counter;
}

/** Of the worker of one crawl, from its start to its end. */
async function countOfCrawl(
  shop: OpenShop,
  { root, cache, cwd, core, counter }: CountedCrawl,
): Promise<number> {
  writeFileSync(join(made(join(cwd, 'config')), 'settings.yaml'), patientSettings);
  try {
    const trial = { shop, cwd, core, signal: AbortSignal.timeout(timeoutMs) };
    spinneret.prepare(trial);
    const before = join(import.meta.dirname, 'instructions', counter.module);
    const command = [join(root, 'cli/spinneret.js'), ...crawlArguments.slice(1)];
    const node = [process.execPath, '--import', before, ...steadily, ...command];
    const done = await runPinned('env', [`NODE_COMPILE_CACHE=${cache}`, ...node], trial);
    await spinneret.check(trial, done);
    const [, count] = counter.count.exec(readFileSync(join(cwd, counter.log), 'utf8')) ?? [];
    if (count === undefined) throw new Error('nothing was counted: the worker did not come to its end');
    return Number(count.replaceAll(',', ''));
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function summaryOf(perPage: number[], own: number[] = []): object {
  const mean = meanOf(perPage);
  return {
    perPage: Math.round(mean),
    /** Between the runs, as a share of their mean: a smaller difference between two states says nothing. */
    runsApart: Number(((Math.max(...perPage) - Math.min(...perPage)) / mean).toFixed(4)),
    thisIsTimes: Number((meanOf(own) / mean).toFixed(3)),
  };
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
