import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { handler } from '../../functions/start.ts';
import { canaryJob } from '../../shared/deployment/canary.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import type { StartEvent } from '../../shared/deployment/messages.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { secretPath } from '../../shared/deployment/stack.ts';
import type { Json } from '../../shared/model.ts';
import { readMessage } from '../../shared/stores/aws/batch-message.ts';
import { type BareAccount, functionSettings, openBareAccount } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { readMetrics } from '../aws/emf.ts';

const job = {
  name: 'shop',
  sources: [{ crawl: { start: 'https://shop.test/' } }],
  pages: { default: { fields: { name: 'h1' } } },
} satisfies Json;
const scheduledAt = '2026-11-28T06:00:00Z';

await describeWith('ministack', 'the start function', (connection) => {
  let account: BareAccount;
  let s3: S3Client;
  beforeAll(async () => {
    account = await openBareAccount(connection);
    Object.assign(process.env, account.env, { AWS_EC2_METADATA_DISABLED: 'true' });
    s3 = new S3Client({ ...connection, forcePathStyle: true });
  });
  afterAll(async () => {
    s3.destroy();
    await account.close();
  });

  /** The batches that wait to be worked on. */
  const sent = async () => {
    const records = await account.receive();
    await account.settle(records, { batchItemFailures: [] });
    return records.map(({ body }) => {
      const read = readMessage(body);
      return { run: read?.run, id: read?.id, requests: read?.requests.length };
    });
  };
  const seedOf = (run: string) => ({ run, id: 'seed', requests: 1 });

  it('starts a run under a name of its own: its record, then its first batch', async () => {
    const before = Date.now();
    const answer = await handler({ job });
    if (!('run' in answer)) throw new Error(answer.message);
    expect(answer).toEqual({
      run: expect.stringMatching(/^shop-\d{8}-\d{6}-[0-9a-f]{4}$/),
      state: 'created',
    });
    const run = await account.ledger.readRun(answer.run);
    expect(run).toMatchObject({ state: 'running', job: { name: 'shop' } });
    expect(run?.startedAt).toBeGreaterThanOrEqual(before);
    expect(await account.ledger.readCounts(answer.run)).toMatchObject({ open: 1 });
    expect(await sent()).toEqual([seedOf(answer.run)]);
    const other = await handler({ job });
    expect(other).not.toEqual(answer);
    expect(await sent()).toHaveLength(1);
  });

  it.each([
    ['named by its caller', { run: 'shop-mine' }],
    ['of a schedule', { scheduledAt }],
  ])('starts a run %s once, and sends its first batch again, in case it was lost', async (_, event) => {
    const first = await handler({ job, ...event });
    const again = await handler({ job, ...event });
    expect([first, again]).toMatchObject([{ state: 'created' }, { state: 'exists' }]);
    const { run } = first as { run: string };
    expect(again).toMatchObject({ run });
    if ('scheduledAt' in event) expect(run).toMatch(/^shop-20261128-060000-[0-9a-f]{4}$/);
    expect(await account.ledger.readCounts(run)).toMatchObject({ open: 1 });
    expect(await sent()).toEqual([seedOf(run), seedOf(run)]);
  });

  it('tells runs of one schedule apart by the time they were meant for', async () => {
    const day = (date: number) => handler({ job, scheduledAt: `2026-12-0${date}T06:00:00Z` });
    expect(await day(1)).not.toEqual(await day(2));
    expect(await sent()).toHaveLength(2);
  });

  it('copies the files of the job to where the run looks for them, before anybody works on it', async () => {
    const Bucket = process.env[functionEnv.bucket] ?? '';
    await s3.send(new PutObjectCommand({ Bucket, Key: 'assets/a file+1.txt', Body: 'https://shop.test/1' }));
    const files = { 'lists/urls.txt': { bucket: Bucket, key: 'assets/a file+1.txt' } };
    const answer = await handler({ job, run: 'shop-with-files', files });
    expect(answer).toEqual({ run: 'shop-with-files', state: 'created' });
    const Key = objectKeys.file('shop-with-files', 'lists/urls.txt');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe('https://shop.test/1');
    await sent();
    const missing = { 'lists/urls.txt': { bucket: Bucket, key: 'assets/none.txt' } };
    await expect(handler({ job, run: 'shop-without', files: missing })).rejects.toThrow();
    expect(await account.ledger.readRun('shop-without')).toBeUndefined();
    expect(await sent()).toEqual([]);
    // A run that is there has its files; its caller's may be gone by now.
    expect(await handler({ job, run: 'shop-with-files', files: missing })).toMatchObject({ state: 'exists' });
    await sent();
  });

  const secretJob = (name: string) => ({
    ...job,
    fetch: { headers: { authorization: `Bearer \${env:${name}}` } },
  });

  it('knows the secrets of its stack, and keeps none of them in the record', async () => {
    const ssm = new SSMClient(connection);
    const Name = `${secretPath(functionSettings.stack)}START_TOKEN`;
    await ssm.send(new PutParameterCommand({ Name, Value: 's3cr3t-value', Type: 'SecureString' }));
    ssm.destroy();
    const answer = await handler({ job: secretJob('START_TOKEN'), run: 'shop-with-secret' });
    expect(answer).toEqual({ run: 'shop-with-secret', state: 'created' });
    expect(JSON.stringify(await account.ledger.readRun('shop-with-secret'))).not.toContain('s3cr3t');
    await sent();
  });

  it.each<[what: string, event: { job: Json }, answer: object]>([
    [
      'is no job',
      { job: { name: 'shop' } },
      { code: 'JOB_INVALID', message: expect.stringMatching(/^sources: expected ./) },
    ],
    [
      'does not fit the stack',
      { job: { ...job, fetch: { timeoutMs: 900_000 } } },
      { code: 'JOB_UNFIT', message: expect.stringContaining('shop: ') },
    ],
    [
      'names a secret that is not there',
      { job: secretJob('START_NONE') },
      { code: 'ENV_MISSING', message: expect.stringContaining('START_NONE') },
    ],
  ])('answers a caller whose job %s, fails for a schedule, and starts nothing', async (_, event, answer) => {
    expect(await handler(event)).toEqual(answer);
    await expect(handler({ ...event, scheduledAt })).rejects.toMatchObject({
      code: Object.values(answer)[0],
    });
    expect(await sent()).toEqual([]);
  });

  it('leaves the name of the stack’s own job to its schedule', async () => {
    const answer = { code: 'JOB_UNFIT', message: expect.stringContaining(canaryJob) };
    expect(await handler({ job: { ...job, name: canaryJob } })).toEqual(answer);
  });

  it('refuses a time that is none', async () => {
    await expect(handler({ job, scheduledAt: 'noon' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('counts the runs that it started, once, and no canary', async () => {
    const stdout = vi.spyOn(process.stdout, 'write');
    const started = async (event: StartEvent) => {
      stdout.mockClear();
      await handler(event);
      const metrics = readMetrics(stdout.mock.calls.map(([chunk]) => String(chunk)).join(''));
      return metrics.filter(({ name }) => name === 'RunsStarted').map(({ values }) => values);
    };
    try {
      expect(await started({ job, run: 'shop-counted' })).toEqual([[1]]);
      expect(await started({ job, run: 'shop-counted' })).toEqual([]);
      const canary = { ...job, name: canaryJob };
      expect(await started({ job: canary, scheduledAt: '2026-12-03T06:00:00Z' })).toEqual([]);
    } finally {
      stdout.mockRestore();
    }
  });
});
