import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import undici from 'undici/package.json' with { type: 'json' };
import type { Contestant } from '../../peers/contestant.ts';
import { runPinned } from '../../peers/run-pinned.ts';
import type { WebTrial } from '../web-trial.ts';

const client = join(import.meta.dirname, '../raw-fetch.ts');
const underWay = 64;

/** The limit: bodies read and unpacked, two connections a host at most. */
export const rawUndici: Contestant<WebTrial> = {
  name: 'raw undici',
  does: `undici.request on the list, ${underWay} under way, bodies read and unpacked, nothing parsed or stored`,
  obtain: async () => `${undici.version}, Node ${process.versions.node}`,
  prepare({ cwd, addresses }) {
    writeFileSync(join(cwd, 'urls.txt'), `${addresses.join('\n')}\n`);
  },
  run: (trial) =>
    runPinned(process.execPath, [client, 'urls.txt', String(underWay), trial.row.packing], trial),
  async check({ addresses, bytes, row }, { stdout }) {
    const done: { pages: number; bytes: number } = JSON.parse(stdout);
    const isAll = done.pages === addresses.length && done.bytes === bytes;
    if (!isAll && !row.isSlow) throw new Error(`${stdout}, not ${addresses.length} pages of ${bytes} bytes`);
    return { pages: done.pages, items: 0 };
  },
};
