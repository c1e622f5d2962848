import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Contestant } from './contestant.ts';
import { runPinned } from './run-pinned.ts';

/**
 * Follows what Spinneret follows, `a` elements; keeps the pages as files. It takes the text of a script for
 * elements, so the link in there is ruled out.
 */
const args = [
  '--no-config',
  '--quiet',
  '--no-host-directories',
  '--recursive',
  '--level=inf',
  '--follow-tags=a',
  '--reject-regex=/not/',
];

export const wget: Contestant = {
  name: 'wget',
  does: 'wget --recursive: crawls from the front page, writes the pages as files, extracts nothing',
  async obtain() {
    const { stdout } = await promisify(execFile)('wget', ['--version']);
    return /\d[\d.]*/.exec(stdout)?.[0] ?? '';
  },
  prepare() {},
  run: (trial) => runPinned('wget', [...args, `${trial.shop.origin}/`], trial),
  async check({ shop, cwd }) {
    for (const file of readdirSync(shop.folder, { recursive: true, withFileTypes: true })) {
      if (!file.name.endsWith('.html')) continue;
      const path = join(file.parentPath.slice(shop.folder.length), file.name);
      const { size } = statSync(join(cwd, path));
      if (size !== statSync(join(shop.folder, path)).size) throw new Error(`${path} has ${size} bytes`);
    }
    return { pages: shop.pages, items: 0 };
  },
};
