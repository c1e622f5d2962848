import { execFile } from 'node:child_process';
import { mkdtempDisposable, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';

/** What a Lambda instance pays before its first event. */
export interface ColdStart {
  bundle: string;
  megabytes: number;
  /** Median of `import(bundle)`, each in a fresh process, and the quickest. */
  wallMs: { median: number; least: number };
  /** CPU time of the import, by all threads of the process. */
  cpuMs: { median: number; least: number };
}

const root = join(import.meta.dirname, '..');
const functions = ['start', 'worker', 'finish', 'dead-letter'];
const repeats = 15;
const largestMegabytes = 1.5;
const execute = promisify(execFile);

/** To compare with: nothing at all, and the part of AWS's SDK that the worker cannot do without. */
const yardsticks = {
  empty: 'export const handler = () => {};',
  'aws-sdk': `export { DynamoDBClient } from '@aws-sdk/client-dynamodb';
export { S3Client } from '@aws-sdk/client-s3';
export { SQSClient } from '@aws-sdk/client-sqs';`,
};

/** Size and import time of the functions' bundles. Throws when one is larger than the promise. */
export async function coldStart(): Promise<{ bundles: ColdStart[] }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'spinneret-'));
  const files = [
    ...Object.keys(yardsticks).map((name) => [name, join(folder.path, `${name}.mjs`)] as const),
    ...functions.map((name) => [name, join(folder.path, `${name}.mjs`)] as const),
  ];
  await bundleAll(folder.path);
  const samples = new Map<string, Sample[]>();
  // In turn, so that what else the machine does meets all of them alike.
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const [name, file] of files) {
      samples.set(name, [...(samples.get(name) ?? []), await importIn(file)]);
    }
  }
  const bundles = await Promise.all(
    files.map(([name, file]) => summarise(name, file, samples.get(name) ?? [])),
  );
  const large = bundles.find(({ megabytes }) => megabytes > largestMegabytes);
  if (large !== undefined) throw new Error(`${large.bundle}: ${large.megabytes} MB of ${largestMegabytes}`);
  return { bundles };
}

async function bundleAll(folder: string): Promise<void> {
  const bundling = await deployedBundling();
  for (const name of functions) {
    const entryPoints = [join(root, 'functions', `${name}.ts`)];
    await build({ ...bundling, entryPoints, outfile: join(folder, `${name}.mjs`) });
  }
  for (const [name, contents] of Object.entries(yardsticks)) {
    const stdin = { contents, resolveDir: root };
    await build({ ...bundling, stdin, outfile: join(folder, `${name}.mjs`) });
  }
}

/** The deployment's options, in esbuild's own words. */
async function deployedBundling(): Promise<BuildOptions> {
  // Other benches need not wait for the CDK to load.
  const { bundling } = await import('../infra/functions.ts');
  const { target = '', minify = false, keepNames = false, mainFields = [], banner = '' } = bundling;
  const aliases = Object.entries(bundling.esbuildArgs ?? {}).map(([argument, path]) => {
    if (!argument.startsWith('--alias:')) throw new Error(`${argument} is not known here`);
    return [argument.slice('--alias:'.length), String(path)];
  });
  return {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target,
    minify,
    keepNames,
    mainFields,
    banner: { js: banner },
    alias: Object.fromEntries(aliases),
    logLevel: 'error',
  };
}

interface Sample {
  wallMs: number;
  cpuMs: number;
}

/** The process says what its import took, so that starting Node is left out: Lambda's has started. */
async function importIn(file: string): Promise<Sample> {
  const url = JSON.stringify(pathToFileURL(file).href);
  const code = `const cpu = process.cpuUsage(); const from = performance.now();
await import(${url});
const wallMs = performance.now() - from; const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', code]);
  return JSON.parse(stdout);
}

async function summarise(bundle: string, file: string, samples: Sample[]): Promise<ColdStart> {
  const { size } = await stat(file);
  return {
    bundle,
    megabytes: Math.round(size / 10_000) / 100,
    wallMs: medianAndLeast(samples.map(({ wallMs }) => wallMs)),
    cpuMs: medianAndLeast(samples.map(({ cpuMs }) => cpuMs)),
  };
}

function medianAndLeast(values: number[]): { median: number; least: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const rounded = (index: number) => Math.round(sorted[index] ?? Number.NaN);
  return { median: rounded(Math.floor(sorted.length / 2)), least: rounded(0) };
}
