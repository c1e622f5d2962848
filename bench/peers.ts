import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { choose, obtain } from './peers/choose.ts';
import { colly } from './peers/colly.ts';
import { compare, figuresOf, type Result } from './peers/compare.ts';
import type { Contestant } from './peers/contestant.ts';
import { crawlee } from './peers/crawlee.ts';
import { type OpenShop, openShop } from './peers/open-shop.ts';
import { rawUndici } from './peers/raw-undici.ts';
import { scrapy } from './peers/scrapy.ts';
import { spider } from './peers/spider.ts';
import { spinneret } from './peers/spinneret.ts';
import { stopOnSignals } from './peers/stop-on-signals.ts';
import { type Cores, takeCores } from './peers/take-cores.ts';
import { wget } from './peers/wget.ts';

export interface PeersOptions {
  /** One listing per ten comes on top, and the front page. */
  products: number;
  /** Of every contestant, in turn. */
  runs: number;
  /** Names, or their first words, of those that Spinneret is compared with; all by default. */
  only: string[] | undefined;
}

/** The first is what the others are compared with. */
const contestants: Contestant[] = [spinneret, rawUndici, wget, ...scrapy, ...crawlee, ...colly, ...spider];
/** For one run of one contestant. */
const timeoutMs = 10 * 60_000;

/**
 * The same shop, crawled by Spinneret and by others, each pinned to one core, in turn, several times.
 * The pages and items of each are checked against the truth; a contestant that fails the check has no figures.
 */
export async function peers({ products, runs, only }: PeersOptions): Promise<object> {
  const chosen = choose(contestants, only);
  using stop = stopOnSignals();
  const { present, skipped } = await obtain(chosen, stop.signal);
  const cores = takeCores();
  const folder = temporaryFolder();
  try {
    await using shop = await openShop({ products, folder: folder.path, core: cores.server });
    const results: Result[][] = [];
    for (let run = 0; run < runs; run += 1) {
      const round: Result[] = [];
      for (const contestant of present) {
        const trial = { shop, cores, folder: join(folder.path, 'trial'), stop: stop.signal };
        round.push(await tryOnce(contestant, trial));
        console.error(JSON.stringify({ run, name: contestant.name, ...round.at(-1) }));
      }
      results.push(round);
    }
    return { bench: 'peers', runs, cores, ...describe(shop), ...compare(present, results), skipped };
  } finally {
    folder.remove();
  }
}

interface Round {
  shop: OpenShop;
  cores: Cores;
  folder: string;
  stop: AbortSignal;
}

async function tryOnce(contestant: Contestant, { shop, cores, folder, stop }: Round): Promise<Result> {
  mkdirSync(folder);
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
    const trial = { shop, cwd: folder, core: cores.client, signal };
    contestant.prepare(trial);
    const serverBefore = shop.serverCpuMs();
    const done = await contestant.run(trial);
    const serverMs = shop.serverCpuMs() - serverBefore;
    return figuresOf(done, await contestant.check(trial, done), serverMs);
  } catch (error) {
    stop.throwIfAborted();
    process.exitCode = 1;
    return { failed: String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ pages, products, listings, bytes, linksPerPage, server }: OpenShop): object {
  return {
    site: { server, pages, products, listings, bytesPerPage: Math.round(bytes / pages), linksPerPage },
  };
}
