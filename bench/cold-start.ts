import { execFile } from 'node:child_process';
import { mkdtempDisposable, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { bundle } from './lambda/bundle.ts';

/** What a Lambda instance pays before its first event. */
export interface ColdStart {
  bundle: string;
  megabytes: number;
  /** Median of `import(bundle)`, each in a fresh process, and the quickest. */
  wallMs: { median: number; min: number };
  /** CPU time of the import, by all threads of the process. */
  cpuMs: { median: number; min: number };
}

const functions = ['start', 'worker', 'finish', 'dead-letter'];
const repeats = 15;
const largestMegabytes = 2;
const packagesShown = 20;
const execute = promisify(execFile);

/**
 * To compare with: nothing at all, and what the worker takes of each dependency, alone. Two that share
 * parts count them twice.
 */
const dependencies = {
  empty: 'export const handler = () => {};',
  dynamodb: `export { DynamoDBClient, UpdateItemCommand, GetItemCommand, BatchGetItemCommand,
TransactWriteItemsCommand, TransactGetItemsCommand, QueryCommand } from '@aws-sdk/client-dynamodb';`,
  s3: `export { S3Client, GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';`,
  sqs: `export { SQSClient, SendMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';`,
  ssm: `export { SSMClient, GetParametersCommand } from '@aws-sdk/client-ssm';`,
  undici: `export { buildConnector, Pool } from './shared/fetch/undici.cjs';`,
  powertools: `export { Logger } from '@aws-lambda-powertools/logger';
export { Metrics } from '@aws-lambda-powertools/metrics';`,
  extract: `export * from './shared/extract/extractor.ts';`,
};
/** The part of AWS's SDK that the worker cannot do without. */
const sdk = [dependencies.dynamodb, dependencies.s3, dependencies.sqs].join('\n');

/** Size and import time of the functions' bundles and of what is in them. Throws when one is larger than the promise. */
export async function coldStart(): Promise<{ bundles: ColdStart[]; workerKb: Record<string, number> }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'spinneret-'));
  const texts = Object.entries({ ...dependencies, 'aws-sdk': sdk });
  const names = [...texts.map(([name]) => name), ...functions];
  const files = names.map((name) => [name, join(folder.path, `${name}.mjs`)] as const);
  for (const [name, contents] of texts) await bundle({ contents }, join(folder.path, `${name}.mjs`));
  const made = new Map<string, Metafile>();
  for (const name of functions) {
    made.set(name, await bundle({ function: name }, join(folder.path, `${name}.mjs`)));
  }
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
  return { bundles, workerKb: kilobytesByPackage(made.get('worker')) };
}

/** Of the largest packages, and of the project's own folders. */
function kilobytesByPackage(metafile: Metafile | undefined): Record<string, number> {
  const bytes = new Map<string, number>();
  const [output] = Object.values(metafile?.outputs ?? {});
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const name = packageOf(path);
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  const sorted = [...bytes].sort(([, a], [, b]) => b - a).slice(0, packagesShown);
  return Object.fromEntries(sorted.map(([name, sum]) => [name, Math.round(sum / 1_000)]));
}

function packageOf(path: string): string {
  const [, inPackage] = /node_modules\/(?!.*node_modules\/)(.+)/.exec(path) ?? [];
  const parts = (inPackage ?? path).split('/');
  const depth = inPackage === undefined || parts[0]?.startsWith('@') ? 2 : 1;
  return parts.slice(0, depth).join('/');
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
    wallMs: medianAndMin(samples.map(({ wallMs }) => wallMs)),
    cpuMs: medianAndMin(samples.map(({ cpuMs }) => cpuMs)),
  };
}

function medianAndMin(values: number[]): { median: number; min: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const rounded = (index: number) => Math.round(sorted[index] ?? Number.NaN);
  return { median: rounded(Math.floor(sorted.length / 2)), min: rounded(0) };
}
