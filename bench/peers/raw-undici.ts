import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import undici from 'undici/package.json' with { type: 'json' };
import type { Contestant } from './contestant.ts';
import { runPinned } from './run-pinned.ts';
import { urlsOf } from './shop.ts';

const client = join(import.meta.dirname, '../raw-fetch.ts');
/** Once is over in a second or two, of which starting Node would be a good part. */
const rounds = 5;
const underWay = 64;

/** The limit: no crawl, a list of all URLs, several times over. */
export const rawUndici: Contestant = {
  name: 'raw undici',
  does: `undici.request on a list of all URLs, ${rounds} times over, bodies read, nothing parsed`,
  obtain: async () => `${undici.version}, Node ${process.versions.node}`,
  prepare({ shop, cwd }) {
    const urls = `${[...urlsOf(shop)].join('\n')}\n`;
    writeFileSync(join(cwd, 'urls.txt'), urls.repeat(rounds));
  },
  run: (trial) => runPinned(process.execPath, [client, 'urls.txt', '0', '1', String(underWay)], trial),
  async check({ shop }, { stdout }) {
    const { pages, bytes }: { pages: number; bytes: number } = JSON.parse(stdout);
    const isAll = pages === rounds * shop.pages && bytes === rounds * shop.bytes;
    if (!isAll)
      throw new Error(`${pages} pages of ${bytes} bytes, not ${rounds} × ${shop.pages} of ${shop.bytes}`);
    return { pages, items: 0 };
  },
};
