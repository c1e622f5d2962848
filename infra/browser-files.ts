import { cpSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AssetStaging } from 'aws-cdk-lib';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { buildSync } from 'esbuild';
import { HaltError } from '../shared/errors.ts';

/** What drives Chromium, and Chromium itself. Of both the function loads files by their paths, so neither is part of its bundle. */
const driver = 'playwright-core';
const program = '@sparticuz/chromium';

/** Of the driver: its command, its declarations, and pages of its tools. */
const unused = new Set(['bin', 'types', 'vite', 'tools']);

/** The folder of the Chromium that a project has for Lambda. Throws `HaltError` BROWSER_NOT_PACKED where it has none. */
export function findPackedChromium(projectDir: string): string {
  return folderOf(program, join(projectDir, 'package.json'));
}

/** Puts a browser beside a function. */
export function withBrowser(bundling: BundlingOptions, projectDir = process.cwd()): BundlingOptions {
  const { commandHooks, externalModules = [] } = bundling;
  return {
    ...bundling,
    externalModules: [...externalModules, driver, program],
    commandHooks: {
      beforeInstall: (input, to) => commandHooks?.beforeInstall(input, to) ?? [],
      beforeBundling: (input, to) => commandHooks?.beforeBundling(input, to) ?? [],
      afterBundling(input, to) {
        // As with threads, the construct also asks what it would call in a container.
        if (to !== AssetStaging.BUNDLING_OUTPUT_DIR)
          putBrowser(findPackedChromium(projectDir), join(to, 'node_modules'));
        return commandHooks?.afterBundling(input, to) ?? [];
      },
    },
  };
}

function putBrowser(chromium: string, to: string): void {
  const playwright = folderOf(driver, import.meta.filename);
  cpSync(playwright, join(to, driver), {
    recursive: true,
    filter: (path) => path === playwright || !unused.has(basename(path)),
  });
  for (const part of ['package.json', 'bin']) {
    cpSync(join(chromium, part), join(to, program, part), { recursive: true });
  }
  // With what unpacks it, which is a package of its own.
  buildSync({
    entryPoints: [join(chromium, 'build', 'index.js')],
    outfile: join(to, program, 'build', 'index.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
}

function folderOf(name: string, base: string): string {
  const found = packageFile(name, base);
  if (found === undefined) {
    throw new HaltError('BROWSER_NOT_PACKED', `aws.browser is set, and the package ${name} is not installed`);
  }
  return dirname(found);
}

/** Node throws for a package that is nowhere above `base`. */
function packageFile(name: string, base: string): string | undefined {
  try {
    return findPackageJSON(name, base);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
