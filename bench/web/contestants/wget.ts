import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from '../../peers/contestant.ts';
import { runPinned } from '../../peers/run-pinned.ts';
import { wget as shopWget } from '../../peers/wget.ts';
import { pageNumber } from '../site.ts';
import type { WebTrial } from '../web-trial.ts';

const args = ['--no-config', '--quiet', '--force-directories', '--compression=auto', '--input-file=urls.txt'];

/** wget sends one request at a time, to one host after the other. */
export const wget: Contestant<WebTrial> = {
  name: 'wget',
  does: 'wget --input-file: takes the list, writes the pages as files, extracts nothing',
  obtain: shopWget.obtain,
  prepare({ cwd, starts }) {
    writeFileSync(join(cwd, 'urls.txt'), `${starts.join('\n')}\n`);
  },
  run: (trial) => {
    const ca = `--ca-certificate=${process.env['SSL_CERT_FILE']}`;
    return runPinned('wget', [...args, ca], trial);
  },
  async check({ cwd, addresses, bytes }) {
    let found = 0;
    for (const address of addresses) {
      const file = join(cwd, address.slice('https://'.length));
      const isPage = readFileSync(file, 'utf8').includes(`<article data-id="${pageNumber(address)}">`);
      if (!isPage) throw new Error(`${file} is not the page of ${address}`);
      found += statSync(file).size;
    }
    if (found !== bytes) throw new Error(`${found} bytes and not ${bytes}`);
    return { pages: addresses.length, items: 0 };
  },
};
