import { AssetStaging } from 'aws-cdk-lib';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { buildSync } from 'esbuild';
import { type OwnModule, ownModule, threadFiles } from '../shared/own-files.ts';

/**
 * Puts the modules of threads beside a function's own file: a thread is started by the path of a file, and one that loaded
 * the function's would load the SDK as well. What else is done after bundling is done too.
 */
export function withThreadFiles(bundling: BundlingOptions): BundlingOptions {
  const { commandHooks } = bundling;
  return {
    ...bundling,
    commandHooks: {
      beforeInstall: (from, to) => commandHooks?.beforeInstall(from, to) ?? [],
      beforeBundling: (from, to) => commandHooks?.beforeBundling(from, to) ?? [],
      afterBundling(from, to) {
        // The construct also asks what it would call in a container, and calls it nowhere: esbuild is installed.
        if (to !== AssetStaging.BUNDLING_OUTPUT_DIR) bundleThreadFiles(to);
        return commandHooks?.afterBundling(from, to) ?? [];
      },
    },
  };
}

/** What a thread loads on demand, such as the reader of PDFs, is in files of their own. */
export function bundleThreadFiles(folder: string): void {
  for (const [path, file] of Object.entries(threadFiles)) {
    buildSync({
      entryPoints: { [file.replace(/\.mjs$/, '')]: ownModule(path as OwnModule) },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      minifyWhitespace: true,
      minifySyntax: true,
      logLevel: 'error',
    });
  }
}
