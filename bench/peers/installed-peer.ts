import { join } from 'node:path';
import { checkItems } from './check-items.ts';
import type { Contestant } from './contestant.ts';
import { install } from './install.ts';
import { runPinned } from './run-pinned.ts';

/** A program of ours on a framework that is not part of the project. */
export interface InstalledPeer {
  /** Of its folder in here. */
  name: string;
  steps: [program: string, ...args: string[]][];
  /** What runs it in the folder of its installation; variant and origin come behind. */
  command(folder: string): [program: string, ...args: string[]];
  versionOf(folder: string): string;
  /** What each of its variants does. */
  variants: Record<string, string>;
}

/**
 * One contestant for each variant. The program crawls from the front page of the origin, writes `items.jsonl`,
 * and prints how many pages and bytes it took as JSON.
 */
export function contestantsOf({ name, steps, command, versionOf, variants }: InstalledPeer): Contestant[] {
  let folder = '';
  return Object.entries(variants).map(([variant, does]) => ({
    name: `${name} ${variant}`,
    does: `crawls from the front page, extracts five fields, writes them as JSONL; ${does}`,
    async obtain(signal) {
      folder = await install({ name, steps, signal });
      return versionOf(folder);
    },
    prepare() {},
    run(trial) {
      const [program, ...args] = command(folder);
      return runPinned(program, [...args, variant, trial.shop.origin], trial);
    },
    async check({ shop, cwd }, { stdout }) {
      const { pages, bytes }: { pages: number; bytes: number } = JSON.parse(stdout);
      const isAll = pages === shop.pages && bytes === shop.bytes;
      if (!isAll) throw new Error(`${pages} pages of ${bytes} bytes, not ${shop.pages} of ${shop.bytes}`);
      return { pages, items: await checkItems(join(cwd, 'items.jsonl'), shop, 'url') };
    },
  }));
}
