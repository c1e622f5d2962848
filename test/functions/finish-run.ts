import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  connectStores,
  type Environment,
  readEnvironment,
  type Stores,
} from '../../functions/environment.ts';
import type { Manifest } from '../../functions/finish/announce-end.ts';
import type { FinishLimits } from '../../functions/finish/limits.ts';
import { makeFinish } from '../../functions/tasks/finish.ts';
import { openWatch } from '../../functions/watch.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { type RunTask, readTask, writeTask } from '../../shared/deployment/messages.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { exportRun } from '../../shared/export/export-run.ts';
import type { ExportKind } from '../../shared/export/records.ts';
import type { ExportFormat } from '../../shared/job/export-formats.ts';
import { type Job, jobSchema } from '../../shared/job/schema.ts';
import type { Counts, Item, Json, Outcome, PageFact } from '../../shared/model.ts';
import { type BareAccount, openBareAccount } from '../aws/bare-account.ts';
import type { AwsConnection } from '../aws/describe-with.ts';
import { enforceUploadChecksums } from '../aws/rules/upload-checksums.ts';
import { fact } from '../export/outcomes-of.ts';

/** The finish function's account, with runs that are over. */
export interface FinishAccount {
  account: BareAccount;
  environment: Environment;
  stores: Stores;
  /** The outcomes of each run. */
  written: Map<string, Outcome[]>;
  close(): Promise<void>;
}

export async function openFinishAccount(connection: AwsConnection): Promise<FinishAccount> {
  const account = await openBareAccount(connection);
  Object.assign(process.env, account.env, { AWS_EC2_METADATA_DISABLED: 'true' });
  const sns = new SNSClient(connection);
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: randomUUID() }));
  sns.destroy();
  const environment = readEnvironment({ ...account.env, [functionEnv.topicArn]: TopicArn });
  const stores = connectStores(environment, { readAhead: 16 });
  enforceUploadChecksums(stores.s3);
  return {
    account,
    environment,
    stores,
    written: new Map(),
    async close() {
      stores.close();
      await account.close();
    },
  };
}

interface FinishedRunOptions {
  id?: string;
  version?: number;
  sources?: object[];
  /** Counts besides those of its items and facts. */
  counts?: Counts;
}

const crawl = [{ crawl: { start: 'https://shop.test/' } }];

/** A run that is over, with outcomes of these items and facts. */
export async function makeFinishedRun(
  { account, written }: FinishAccount,
  output: object,
  parts: { items?: Item[]; pages?: PageFact[] }[],
  {
    id = `run-${randomUUID().slice(0, 8)}`,
    version,
    sources = crawl,
    counts: more = {},
  }: FinishedRunOptions = {},
): Promise<string> {
  const { ledger, outcomes } = account;
  const job: Job = jobSchema.parse({
    name: 'shop',
    sources,
    pages: { default: { fields: { name: 'h1' } } },
    output,
  });
  await ledger.createRun({
    id,
    job: JSON.parse(JSON.stringify(job)),
    baseDir: '',
    state: 'running',
    startedAt: Date.now(),
    ...(version === undefined ? {} : { v: version }),
  });
  const all = parts.map(
    ({ items = [], pages = [] }, index): Outcome => ({
      ...{ run: id, batch: `b${String(index).padStart(4, '0')}`, pages, items },
      ...{ links: [], retries: [], counts: {}, batchSizes: { own: 1, other: 1 } },
    }),
  );
  await Promise.all(all.map((outcome) => outcomes.write(outcome)));
  written.set(id, all);
  const lease = await ledger.lease({ run: id, batch: 'seed', owner: 'test', leaseMs: 60_000 });
  if (lease.state !== 'mine') throw new Error(lease.state);
  const items = all.flatMap((outcome) => outcome.items);
  const failures = all.flatMap((outcome) => outcome.pages).filter(({ end }) => end === 'failed');
  const byCode = Object.entries(Object.groupBy(failures, ({ code = '' }) => `failed:${code}`));
  const incomplete = items.filter(({ missing }) => missing !== undefined).length;
  const counts = {
    ...{ items: items.length - incomplete, incomplete, stored: items.length, failed: failures.length },
    ...Object.fromEntries(byCode.map(([name, of = []]) => [name, of.length])),
    ...more,
  };
  await ledger.commit({ run: id, batch: 'seed', fence: lease.fence, counts, open: { shard: 0, added: {} } });
  await ledger.moveRun(id, ['running'], 'finished');
  return id;
}

/** Items of several shapes, some incomplete, and failures: some batches have none. */
export function someParts(batches: number, perBatch: number): { items: Item[]; pages: PageFact[] }[] {
  return Array.from({ length: batches }, (_, batch) => {
    const items = Array.from({ length: batch % 5 === 4 ? 0 : perBatch }, (_unused, index): Item => {
      const n = batch * perBatch + index;
      const fields: Record<string, Json> = {
        name: `näme ${(n * 7919) % 37}\u{1f600}`,
        rating: n % 3 === 0 ? null : (n * 31) % 11,
        location: { lat: n % 90, lng: n % 180 },
        ...(n % 4 === 0 ? { [`extra${n % 7}`]: `=${n}` } : {}),
      };
      const missing = n % 13 === 12 ? { missing: ['rating'] } : {};
      return { item: n % 2 === 0 ? 'book' : 'shelf', url: `https://shop.test/${n}`, fields, ...missing };
    });
    const pages =
      batch % 3 === 0 ? [fact('failed', { url: `https://shop.test/f${batch}`, code: 'HTTP_404' })] : [];
    return { items, pages };
  });
}

export interface Driving {
  limits: FinishLimits;
  remainingMs?: number;
  /** Call of S3, counted over all calls of the function, at which the process is killed; each once. */
  killAt?: number[];
  /** Whoever writes an object of such a key is killed. */
  killAlways?: RegExp;
}

/** What the finish queue did until it was empty. */
export interface Driven {
  calls: number;
  /** Messages that the function sent. */
  sent: number;
  kills: number;
}

/** Is the finish queue for one run: delivers each message until it is acknowledged, once in its order. */
export async function driveFinish(
  { environment, stores }: FinishAccount,
  run: string,
  { limits, remainingMs = 900_000, killAt = [], killAlways }: Driving,
): Promise<Driven> {
  const finish = makeFinish(limits);
  const watch = openWatch({ stack: 'Tested' });
  const driven: Driven = { calls: 0, sent: 0, kills: 0 };
  const messages = [{ body: writeTask({ task: 'finish', run }), receives: 1 }];
  const deaths = new Set(killAt);
  let requests = 0;
  for (let message = messages.shift(); message !== undefined; message = messages.shift()) {
    driven.calls += 1;
    if (driven.calls > 2_000) throw new Error('it never ends');
    let isDead = false;
    const s3 = new Proxy(stores.s3, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'send' || typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          requests += 1;
          const { input } = args[0] as { input: { Key?: string } };
          isDead ||= deaths.delete(requests) || killAlways?.test(input.Key ?? '') === true;
          if (isDead) throw new Error('killed');
          return Reflect.apply(value, target, args);
        };
      },
    });
    const call = {
      environment,
      stores: { ...stores, s3, outcomes: stores.outcomes },
      watch,
      receives: message.receives,
      remainingMs: () => remainingMs,
    };
    const read = readTask(message.body);
    if (read.state !== 'task' || read.task.task !== 'finish') throw new Error(read.state);
    const { task } = read;
    try {
      const next = await stores.meter.during(run, () => finish(call, task));
      if (isDead) throw new Error('killed');
      const bodies = next.map(({ task }: { task: RunTask }) => writeTask(task));
      driven.sent += bodies.length;
      messages.push(...bodies.map((body) => ({ body, receives: 1 })));
    } catch (error) {
      if (!(error instanceof Error) || (error.message !== 'killed' && !isDead)) throw error;
      driven.kills += 1;
      messages.unshift({ body: message.body, receives: message.receives + 1 });
    }
  }
  return driven;
}

export async function readManifest(s3: S3Client, bucket: string, run: string): Promise<Manifest> {
  return JSON.parse((await readObject(s3, bucket, objectKeys.manifest(run))).toString());
}

export async function readObject(s3: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** All members of gzip. */
export async function readText(s3: S3Client, bucket: string, ...keys: string[]): Promise<string> {
  const bodies = await Promise.all(keys.map((key) => readObject(s3, bucket, key)));
  return bodies.map((body) => gunzipSync(body).toString()).join('');
}

export async function listKeys(s3: S3Client, Bucket: string, Prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
  }
  return keys;
}

/** What one export in one go gives of what was written. */
export async function exportedAtOnce(
  { written }: FinishAccount,
  run: string,
  format: ExportFormat,
  { sort, what = 'items' }: { sort?: string | undefined; what?: ExportKind } = {},
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const to = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const outcomes = {
    async *list(id: string) {
      yield* written.get(id) ?? [];
    },
  };
  await exportRun({ outcomes, run, what, format, to, sort });
  return Buffer.concat(chunks);
}
