import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { ownFile } from '../shared/own-files.ts';

/** Bundled dependencies in CommonJS call `require`, which an ES module does not have. */
const makesRequire =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** How a function is bundled into one file. The reason for each option: docs/decisions/less-to-load.md. */
export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  // The runtime's SDK is another version, and slower to load than the parts of it that are used.
  bundleAwsSDK: true,
  define: { esbuildDetection: '1' },
  // Bundled dependencies in CommonJS call `require`, which an ES module does not have.
  esbuildArgs: {
    '--minify-whitespace': true,
    '--minify-syntax': true,
    '--external:../llhttp/llhttp-wasm.js': true,
    // Only needed for bodies of type FormData, which the fetcher never sends.
    '--external:../web/fetch/body.js': true,
    '--external:../web/fetch/formdata': true,
    '--external:../web/webidl': true,
    '--alias:zod': ownFile('functions/zod.mjs'),
    '--alias:folder-of-zod': folderOf('zod'),
    '--alias:@smithy/core/event-streams': ownFile('functions/event-streams.mjs'),
    '--alias:folder-of-smithy-core': folderOf('@aws-sdk/client-s3', '@smithy/core'),
    '--alias:@aws-sdk/credential-provider-node': ownFile('functions/credentials.mjs'),
    '--alias:folder-of-credential-provider-env': folderOf(
      '@aws-sdk/client-s3',
      '@aws-sdk/credential-provider-node',
      '@aws-sdk/credential-provider-env',
    ),
    // Every import of node:http that is not a `require` also loads Node's own fetch.
    '--alias:node:http': ownFile('functions/http.cjs'),
    '--alias:http': ownFile('functions/http.cjs'),
  },
  banner: makesRequire,
  commandHooks: {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_, outputDir) => [
      ...putBeside(outputDir, 'eld', join('src', 'entries', 'static.extrasmall.js')),
      ...putBeside(outputDir, 'file-type', join('source', 'index.js')),
      ...putBeside(outputDir, 'warcio', join('dist', 'index.cjs')),
    ],
  },
};

/**
 * What few jobs need is a file of its own beside the bundle, read by the first of them: the language of a text, a megabyte
 * (`shared/extract/words/eld.ts`), the types of files (`shared/engine/downloads/load-file-type.ts`), and archives of pages
 * (`shared/warc/load-warcio.ts`).
 */
function putBeside(outputDir: string, name: string, entry: string): string[] {
  const from = folderOf(name);
  const to = join(outputDir, 'node_modules', name);
  const esbuild = join(folderOf('esbuild'), 'bin', 'esbuild');
  const format = entry.endsWith('.cjs') ? ['--format=cjs'] : ['--format=esm', `--banner:js=${makesRequire}`];
  const options = ['--bundle', ...format, '--platform=node', '--log-level=warning'];
  return [
    [esbuild, join(from, entry), ...options, `--outfile=${join(to, entry)}`],
    ['cp', join(from, 'package.json'), join(to, 'package.json')],
  ].map((command) => command.map((part) => `"${part}"`).join(' '));
}

/**
 * The folder of the last of these packages, each a dependency of the one before. The files of `functions/` import
 * parts of packages that these do not export, wherever npm has installed them.
 */
function folderOf(...names: string[]): string {
  let base = import.meta.filename;
  for (const name of names) {
    const found = findPackageJSON(name, base);
    if (found === undefined) throw new Error(`${name}, which ${base} needs, is not installed`);
    base = found;
  }
  return dirname(base);
}
