import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSBatchResponse } from 'aws-lambda';
import { type Measured, measureSample } from '../../cli/estimate/measure-sample.ts';
import { type Usage, usageOf } from '../../shared/cost/cost.ts';
import { functionEnv, functionSettings } from '../../shared/deployment/function-settings.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { loadJobs } from '../../shared/job/load.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Counts, Outcome } from '../../shared/model.ts';
import { type BareAccount, openBareAccount } from '../../test/aws/bare-account.ts';
import { type LambdaProcess, startLambda } from '../../test/aws/lambda-process.ts';
import type { Trial } from '../peers/contestant.ts';
import { spinneret } from '../peers/spinneret.ts';
import { bundle } from './bundle.ts';
import type { EmulatedAws } from './emulated-aws.ts';
import { type Reading, writeProbe } from './probe.ts';

export interface CrawlOptions extends Trial {
  /** AWS's runtime client. */
  runtimeClient: string;
  aws: EmulatedAws;
  settings: Settings['aws'];
  /** Of /sys/fs/cgroup/cpu, for the worker's process. */
  group?: string;
}

/** An event of the worker, as its answer, its log and the caller's clock report it. */
export interface WorkedEvent extends Reading {
  batches: number;
  /** Pages that came to their end. */
  pages: number;
  /** From the event's hand-out to its answer. */
  billedMs: number;
}

export interface LambdaCrawl {
  events: WorkedEvent[];
  counts: Counts;
  usage: Usage;
  /** Calls of the SDK by operation, as they reached the emulator. */
  calls: Map<string, number>;
  /** Written by the function itself. */
  logBytes: number;
  sample: Measured;
  batches: number;
}

const connection = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const run = 'shop';

/**
 * Crawls the shop by one process of the deployed `worker` under AWS's runtime client, event by event, as
 * the event source mapping would feed it; throws unless every page was stored.
 */
export async function crawlOnLambda(options: CrawlOptions): Promise<LambdaCrawl> {
  const { aws, settings, shop } = options;
  const account = await openBareAccount({ endpoint: aws.endpoint, ...connection });
  aws.calls.clear();
  try {
    const folder = await prepareFunction(options);
    await using worker = await startLambda(options.runtimeClient, folder, {
      ...account.env,
      AWS_ENDPOINT_URL: aws.countedEndpoint,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.workerMemoryMb),
      [functionEnv.settings]: JSON.stringify({ ...functionSettings(settings), allowPrivate: true }),
    });
    await enqueue(account, options);
    const answers = await feed(account, worker, options);
    const counts = await account.ledger.readCounts(run);
    if (counts['stored'] !== shop.pages)
      throw new Error(`not ${shop.pages} pages: ${JSON.stringify(counts)}`);
    const log = worker.log();
    return {
      events: withPages(answers, log),
      counts,
      usage: usageOf(counts),
      calls: new Map(aws.calls),
      logBytes: Buffer.byteLength(log),
      ...(await sampleOf(account, settings.batchSize)),
    };
  } finally {
    await account.close();
  }
}

async function prepareFunction({ cwd, core, group }: CrawlOptions): Promise<string> {
  const folder = join(cwd, 'function');
  mkdirSync(folder);
  await bundle({ function: 'worker' }, join(folder, 'worker.mjs'));
  writeProbe(folder, { core, ...(group === undefined ? {} : { group }) });
  return folder;
}

async function enqueue(account: BareAccount, options: CrawlOptions): Promise<void> {
  spinneret.prepare(options);
  const [loaded] = await loadJobs(join(options.cwd, 'job.yaml'));
  if (loaded === undefined) throw new Error('no job');
  const start = { id: run, job: loaded.job, baseDir: '', startedAt: Date.now() };
  await startRun(account.ledger, account.queue, start);
}

type Answer = SQSBatchResponse & { reading: Reading; batches: number; billedMs: number };

async function feed(
  account: BareAccount,
  worker: LambdaProcess,
  { settings, signal }: CrawlOptions,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (;;) {
    signal.throwIfAborted();
    const Records = await account.receive();
    if (Records.length === 0) {
      if ((await account.finished()).length > 0) return answers;
      continue;
    }
    const startedAt = performance.now();
    const end = await worker.invoke({ Records }, settings.workerTimeoutMs);
    const billedMs = performance.now() - startedAt;
    if ('error' in end) throw new Error(JSON.stringify(end.error));
    const response = end.response as SQSBatchResponse & { reading: Reading };
    answers.push({ ...response, batches: Records.length, billedMs });
    await account.settle(Records, response);
  }
}

/** The function says in its log how many pages an event was of. */
function withPages(answers: Answer[], log: string): WorkedEvent[] {
  const lines = log.split('\n').filter((line) => line.includes('"event done"'));
  if (lines.length !== answers.length) throw new Error(`${lines.length} lines of ${answers.length} events`);
  return answers.map(({ reading, batches, billedMs }, index) => {
    const { counts }: { counts: Counts } = JSON.parse(lines[index] ?? '');
    return { ...reading, batches, billedMs, pages: counts['stored'] ?? 0 };
  });
}

async function sampleOf(account: BareAccount, batchSize: number) {
  const outcomes: Outcome[] = [];
  for await (const outcome of account.outcomes.list(run)) outcomes.push(outcome);
  async function* inOrder() {
    yield* outcomes;
  }
  return { sample: await measureSample(inOrder(), batchSize, () => false), batches: outcomes.length };
}
