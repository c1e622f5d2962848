import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from '../../peers/contestant.ts';
import { install } from '../../peers/install.ts';
import type { InstalledPeer } from '../../peers/installed-peer.ts';
import { runPinned } from '../../peers/run-pinned.ts';
import { checkWebItems } from '../check-web-items.ts';
import type { WebTrial } from '../web-trial.ts';

/**
 * One contestant for each variant. The program is given the variant, `urls.txt` and `trial.json`; it writes
 * `items.jsonl`, and prints how many pages and bytes it took as JSON.
 */
export function webContestantsOf(peer: InstalledPeer): Contestant<WebTrial>[] {
  const { name, steps, command, versionOf, variants } = peer;
  let folder = '';
  return Object.entries(variants).map(([variant, does]) => ({
    name: `${name} ${variant}`,
    does: `takes the list, extracts four fields, writes them as JSONL; ${does}`,
    async obtain(signal) {
      folder = await install({ name, steps, signal });
      return versionOf(folder);
    },
    prepare: writeTrial,
    run(trial) {
      const [program, ...args] = command(folder);
      return runPinned(program, [...args, variant], trial);
    },
    async check({ cwd, addresses, bytes, row }, { stdout }) {
      const done: { pages: number; bytes: number } = JSON.parse(stdout);
      const isAll = done.pages === addresses.length && done.bytes === bytes;
      if (!isAll && !row.isSlow)
        throw new Error(`${stdout.trim()}, not ${addresses.length} pages of ${bytes} bytes`);
      const file = join(cwd, 'items.jsonl');
      const items = await checkWebItems(file, { addresses, urlKey: 'url', mayMiss: row.isSlow });
      return { pages: done.pages, items };
    },
  }));
}

function writeTrial({ cwd, starts, row }: WebTrial): void {
  writeFileSync(join(cwd, 'urls.txt'), `${starts.join('\n')}\n`);
  writeFileSync(join(cwd, 'trial.json'), JSON.stringify({ gapMs: row.gapMs, follows: row.follows }));
}
