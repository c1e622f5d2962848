import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openScriptedShop, type ScriptedShop } from './browser/apps.ts';
import { type BrowserTrial, crawlee, scrapy, spinneret } from './browser/contestants.ts';
import { choose, obtain } from './peers/choose.ts';
import { compare, figuresOf, type Result } from './peers/compare.ts';
import type { Contestant } from './peers/contestant.ts';
import { stopOnSignals } from './peers/stop-on-signals.ts';
import { type Cores, takeCores } from './peers/take-cores.ts';
import { watchTree } from './watch-processes.ts';

export interface BrowserBenchOptions {
  pages: number;
  /** Of every contestant, in turn. */
  runs: number;
  /** Names of those that Spinneret is compared with; all by default. */
  only: string[] | undefined;
}

/** The first is what the others are compared with. */
const contestants: Contestant<BrowserTrial>[] = [spinneret, crawlee, scrapy];

/** A page that takes longer than this, all in all, is one that hangs. */
const timeoutMsPerPage = 3_000;
const points = 20;

/**
 * The same pages, which a script fills in, read in the same Chromium by Spinneret and by others, each with its browser pinned to one core,
 * in turn. The items of each are checked against the truth. `memoryMb`: of the whole tree, at equal distances from start to end.
 */
export async function browser({ pages, runs, only }: BrowserBenchOptions): Promise<object> {
  using stop = stopOnSignals();
  const { present, skipped } = await obtain(choose(contestants, only), stop.signal);
  const cores = takeCores();
  const folder = temporaryFolder();
  try {
    await using shop = await openScriptedShop(pages);
    const results: Result[][] = [];
    const memoryMb: Record<string, number[]> = {};
    for (let run = 0; run < runs; run += 1) {
      const round: Result[] = [];
      for (const contestant of present) {
        const tried = await tryOnce(contestant, {
          shop,
          cores,
          folder: join(folder.path, 'trial'),
          stop: stop.signal,
        });
        round.push(tried.result);
        memoryMb[contestant.name] = tried.memoryMb;
        console.error(JSON.stringify({ run, name: contestant.name, ...tried }));
      }
      results.push(round);
    }
    return { bench: 'browser', runs, cores, pages, ...compare(present, results), memoryMb, skipped };
  } finally {
    folder.remove();
  }
}

interface Round {
  shop: ScriptedShop;
  cores: Cores;
  folder: string;
  stop: AbortSignal;
}

async function tryOnce(
  contestant: Contestant<BrowserTrial>,
  { shop, cores, folder, stop }: Round,
): Promise<{ result: Result; memoryMb: number[] }> {
  mkdirSync(folder);
  const watched = watchTree(process.pid);
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(60_000 + shop.products * timeoutMsPerPage)]);
    const trial = { shop, cwd: folder, core: cores.client, signal };
    contestant.prepare(trial);
    const before = process.cpuUsage();
    const done = await contestant.run(trial);
    const { user, system } = process.cpuUsage(before);
    const figures = figuresOf(done, await contestant.check(trial, done), (user + system) / 1_000);
    const pagesPerMinute = Number(((figures.pages / done.ms) * 60_000).toFixed(1));
    const result = { ...figures, pagesPerMinute };
    return { result, memoryMb: atEqualDistances(watched.end()) };
  } catch (error) {
    stop.throwIfAborted();
    process.exitCode = 1;
    return { result: { failed: String(error) }, memoryMb: atEqualDistances(watched.end()) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function atEqualDistances(samples: number[]): number[] {
  const count = Math.min(points, samples.length);
  return Array.from({ length: count }, (_, at) => samples[Math.floor((at * samples.length) / count)] ?? 0);
}
