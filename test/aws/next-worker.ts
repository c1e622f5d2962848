import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundle } from '../../bench/lambda/bundle.ts';
import { bundleThreadFiles } from '../../infra/thread-files.ts';
import { formatVersion } from '../../shared/model.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const constant = `formatVersion: number = ${formatVersion};`;

/** What the next version deploys: today's worker, but for the version that it marks what it writes with. */
const raiseVersion: Plugin = {
  name: 'raise-version',
  setup(build) {
    build.onLoad({ filter: /shared\/model\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(constant)) throw new Error(`${path} does not say ${constant}`);
      return {
        contents: source.replace(constant, `formatVersion: number = ${formatVersion + 1};`),
        loader: 'ts',
      };
    });
  },
};

/** The worker of the next version, bundled as the deployment does. */
export async function bundleNextWorker(): Promise<AsyncDisposable & { folder: string }> {
  const { path, remove } = temporaryFolder();
  await bundle({ function: 'worker' }, join(path, 'index.mjs'), { plugins: [raiseVersion] });
  bundleThreadFiles(path);
  return { folder: path, [Symbol.asyncDispose]: async () => remove() };
}
