import { join } from 'node:path';
import { AssetStaging } from 'aws-cdk-lib';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { buildSync } from 'esbuild';
import { handlerThreadFile } from '../shared/deployment/handler-thread-file.ts';
import { ownModule } from '../shared/own-files.ts';

/**
 * Puts the module of the threads for handler files beside a function's own file: a thread is started by the path of a
 * file, and one that loaded the function's would load the SDK as well. What else is done after bundling is done too.
 */
export function withHandlerThread(bundling: BundlingOptions): BundlingOptions {
  const { commandHooks } = bundling;
  return {
    ...bundling,
    commandHooks: {
      beforeInstall: (from, to) => commandHooks?.beforeInstall(from, to) ?? [],
      beforeBundling: (from, to) => commandHooks?.beforeBundling(from, to) ?? [],
      afterBundling(from, to) {
        // The construct also asks what it would call in a container, and calls it nowhere: esbuild is installed.
        if (to !== AssetStaging.BUNDLING_OUTPUT_DIR) bundleHandlerThread(to);
        return commandHooks?.afterBundling(from, to) ?? [];
      },
    },
  };
}

export function bundleHandlerThread(folder: string): void {
  buildSync({
    entryPoints: [ownModule('shared/extract/handlers/thread/thread-main')],
    outfile: join(folder, handlerThreadFile),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'error',
  });
}
