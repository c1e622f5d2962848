import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce, run } from './cached-install.ts';
import type { Skipped } from './emulators.ts';

const name = '@sparticuz/chromium';
const version = '153.0.0';

/** The folder of packages of a project that has Chromium for Lambda, 70 MB; installed if need be. */
export async function installChromium(): Promise<string | Skipped> {
  try {
    const folder = await installOnce(`sparticuz-chromium-${version}`, async (draft) => {
      await mkdir(draft, { recursive: true });
      await writeFile(join(draft, 'package.json'), JSON.stringify({ private: true }));
      const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
      await run(
        'env',
        '-u',
        'npm_config_local_prefix',
        'npm',
        'install',
        '--prefix',
        draft,
        ...quiet,
        `${name}@${version}`,
      );
    });
    return join(folder, 'node_modules');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      skipped: `${name} is not installed, and not to be had: ${reason.replaceAll(/\s+/g, ' ').slice(-200)}`,
    };
  }
}
