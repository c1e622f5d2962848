import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { compare, figuresOf, type Result } from './peers/compare.ts';
import type { Contestant } from './peers/contestant.ts';
import { type OpenShop, openShop } from './peers/open-shop.ts';
import { rawUndici } from './peers/raw-undici.ts';
import { spinneret } from './peers/spinneret.ts';
import { type Cores, takeCores } from './peers/take-cores.ts';
import { wget } from './peers/wget.ts';

export interface PeersOptions {
  /** One listing per ten comes on top, and the front page. */
  products: number;
  /** Of every contestant, in turn. */
  runs: number;
}

/** The first is what the others are compared with. */
const contestants: Contestant[] = [spinneret, rawUndici, wget];
/** For one run of one contestant. */
const timeoutMs = 10 * 60_000;

/**
 * The same shop, crawled by Spinneret and by others, each pinned to one core, in turn, several times.
 * What each fetched and extracted is checked against the truth; who fails that has no figures.
 */
export async function peers({ products, runs }: PeersOptions): Promise<object> {
  const cores = takeCores();
  const folder = temporaryFolder();
  try {
    await using shop = await openShop({ products, folder: folder.path, core: cores.server });
    const present = contestants.filter((contestant) => contestant.missing() === undefined);
    const results: Result[][] = [];
    for (let run = 0; run < runs; run += 1) {
      const round: Result[] = [];
      for (const contestant of present) {
        round.push(await tryOnce(contestant, { shop, cores, folder: join(folder.path, 'trial') }));
        console.error(JSON.stringify({ run, name: contestant.name, ...round.at(-1) }));
      }
      results.push(round);
    }
    return {
      bench: 'peers',
      runs,
      cores,
      ...describe(shop),
      ...compare(present, results),
      skipped: skipped(),
    };
  } finally {
    folder.remove();
  }
}

async function tryOnce(
  contestant: Contestant,
  { shop, cores, folder }: { shop: OpenShop; cores: Cores; folder: string },
): Promise<Result> {
  mkdirSync(folder);
  try {
    const trial = { shop, cwd: folder, core: cores.client, signal: AbortSignal.timeout(timeoutMs) };
    contestant.prepare(trial);
    const serverBefore = shop.serverCpuMs();
    const done = await contestant.run(trial);
    const serverMs = shop.serverCpuMs() - serverBefore;
    return figuresOf(done, await contestant.check(trial, done), serverMs);
  } catch (error) {
    process.exitCode = 1;
    return { failed: String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function skipped(): object[] {
  return contestants.flatMap(({ name, missing }) => {
    const reason = missing();
    return reason === undefined ? [] : [{ name, reason }];
  });
}

function describe({ pages, products, listings, bytes, linksPerPage, server }: OpenShop): object {
  return {
    site: { server, pages, products, listings, bytesPerPage: Math.round(bytes / pages), linksPerPage },
  };
}
