import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handler as finish } from '../../functions/finish.ts';
import { handler as look } from '../../functions/watchdog.ts';
import { usageOf } from '../../shared/cost/cost.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { writeTask } from '../../shared/deployment/messages.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import type { Run } from '../../shared/model.ts';
import { type BareAccount, functionSettings, openBareAccount, recordWith } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { readMetrics } from '../aws/emf.ts';

const job = jobSchema.parse({
  name: 'books',
  sources: [{ crawl: { start: 'https://a.example/' } }],
  pages: { default: {} },
});

const call = { getRemainingTimeInMillis: () => 900_000 };

await describeWith('ministack', 'the watchdog', (connection) => {
  let account: BareAccount;
  let s3: S3Client;
  beforeEach(async () => {
    account = await openBareAccount(connection);
    for (const [name, value] of Object.entries(account.env)) vi.stubEnv(name, value);
    s3 = new S3Client({ ...connection, forcePathStyle: true });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    s3.destroy();
    await account.close();
  });

  const start = (id: string, startedAt = Date.now()) =>
    startRun(account.ledger, account.queue, { id, job, baseDir: '', startedAt });
  /** A message as its worker leaves it: gone. */
  const loseMessages = async () => {
    const records = await account.receive();
    await account.settle(records, { batchItemFailures: [] });
  };
  const commitSeed = async (run: string) => {
    const lease = await account.ledger.lease({ run, batch: 'seed', owner: 'w', leaseMs: 60_000 });
    if (lease.state !== 'mine') throw new Error(lease.state);
    const open = { shard: 0, added: {} };
    await account.ledger.commit({ run, batch: 'seed', fence: lease.fence, counts: { stored: 1 }, open });
  };
  const bodies = (records: SQSRecord[]) => records.map(({ body }) => JSON.parse(body));
  const stateOf = async (id: string) => ((await account.ledger.readRun(id)) as Run).state;

  /** What is measured of stalled runs. */
  const stalledBy = async (call: () => Promise<void>) => {
    const stdout = vi.spyOn(process.stdout, 'write');
    try {
      await call();
      const metrics = readMetrics(stdout.mock.calls.map(([chunk]) => String(chunk)).join(''));
      return metrics.filter(({ name }) => name === 'RunsStalled').map(({ values }) => values);
    } finally {
      stdout.mockRestore();
    }
  };

  it('has a run whose messages are gone swept at the second look, and its batches are sent again', async () => {
    await start('lost');
    await loseMessages();
    expect(await stalledBy(look)).toEqual([]);
    expect(await account.takeTasks()).toEqual([]);
    expect(await stalledBy(look)).toEqual([[1]]);
    const tasks = await account.takeTasks();
    expect(bodies(tasks)).toEqual([{ v: 1, task: 'sweep', run: 'lost' }]);
    await account.settleTasks(tasks, await finish({ Records: tasks }, call));
    expect(bodies(await account.receive())).toMatchObject([{ run: 'lost', id: 'seed' }]);
    // The run pays for it: reads, a message, time.
    const {
      readUnits = 0,
      sqsRequests = 0,
      lambdaMbMs = 0,
    } = usageOf(await account.ledger.readCounts('lost'));
    expect([readUnits, sqsRequests, lambdaMbMs].every((used) => used > 0)).toBe(true);
    // A message is there: it is held for waiting.
    await look();
    await look();
    expect(await account.takeTasks()).toEqual([]);
  });

  it('has nothing swept of a run that was forgotten meanwhile', async () => {
    const records = [recordWith(writeTask({ task: 'sweep', run: 'forgotten' }))];
    expect(await finish({ Records: records }, call)).toEqual({ batchItemFailures: [] });
    expect([await account.receive(), await account.takeTasks()]).toEqual([[], []]);
  });

  it('leaves a run alone that has its messages, is paused, or makes progress', async () => {
    await start('waits');
    for (let looks = 0; looks < 3; looks += 1) await look();
    await loseMessages();
    await account.ledger.moveRun('waits', ['running'], 'paused');
    for (let looks = 0; looks < 3; looks += 1) await look();
    expect(await account.takeTasks()).toEqual([]);
  });

  it('brings a run to its end whose end was lost, once, and forgets it', async () => {
    await start('ended');
    await loseMessages();
    await commitSeed('ended');
    await look();
    await look();
    const tasks = await account.takeTasks();
    expect(bodies(tasks)).toEqual([{ v: 1, task: 'sweep', run: 'ended' }]);
    await account.settleTasks(tasks, await finish({ Records: tasks }, call));
    expect(await stateOf('ended')).toBe('finished');
    const next = await account.takeTasks();
    expect(bodies(next)).toEqual([{ v: 1, task: 'finish', run: 'ended' }]);
    await account.settleTasks(next, { batchItemFailures: [] });
    const { [functionEnv.bucket]: Bucket } = account.env;
    await s3.send(new PutObjectCommand({ Bucket, Key: objectKeys.manifest('ended'), Body: '{}' }));
    for (let looks = 0; looks < 6; looks += 1) await look();
    expect(await account.takeTasks()).toEqual([]);
  });

  it('gives a run up that is older than what is known of it, and says so', async () => {
    const { keepDays } = functionSettings;
    await start('old', Date.now() - keepDays * 86_400_000 - 10_000);
    await loseMessages();
    await look();
    await look();
    const tasks = await account.takeTasks();
    expect(bodies(tasks)).toEqual([{ v: 1, task: 'sweep', run: 'old' }]);
    await account.settleTasks(tasks, await finish({ Records: tasks }, call));
    expect(await account.receive()).toEqual([]);
    expect(await account.ledger.readRun('old')).toMatchObject({
      state: 'cancelled',
      reason: { code: 'RUN_EXPIRED', message: expect.stringContaining('1 batch of old was lost') },
    });
    // Whoever waits for the run gets a message, too: with what there is.
    const next = await account.takeTasks();
    expect(bodies(next)).toEqual([{ v: 1, task: 'finish', run: 'old' }]);
    await account.settleTasks(next, { batchItemFailures: [] });
    for (let looks = 0; looks < 3; looks += 1) await look();
    expect(await account.takeTasks()).toEqual([]);
  });
});
