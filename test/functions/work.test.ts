import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import {
  connectStores,
  type Environment,
  readEnvironment,
  type Stores,
} from '../../functions/environment.ts';
import { awsEnvironment } from '../../functions/job-environment.ts';
import { openStackKeys } from '../../functions/stack-keys.ts';
import { makeWorkHandler } from '../../functions/work.ts';
import { usageOf } from '../../shared/cost/cost.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { makeLimiter } from '../../shared/fetch/limiter.ts';
import type { Run } from '../../shared/model.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type BareAccount, openBareAccount, recordWith } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { numbered, paths, serveSite } from '../engine/site.ts';
import { makeJob } from '../engine/world.ts';

const call = { getRemainingTimeInMillis: () => 120_000 };

await describeWith('ministack', 'the worker function', (connection) => {
  let account: BareAccount;
  let environment: Environment;
  let stores: Stores;
  beforeAll(async () => {
    account = await openBareAccount(connection);
    Object.assign(process.env, account.env, { AWS_EC2_METADATA_DISABLED: 'true' });
    environment = readEnvironment();
    stores = connectStores(environment);
  });
  afterAll(async () => {
    stores.close();
    await account.close();
  });

  it('scrapes a run to its end, which pays for the calls, and has it finished', async () => {
    const delayMs = 150;
    const slow = Object.entries(numbered(6)).map(([path, page]) => [path, { ...page, delayMs }]);
    const site = await serveSite(Object.fromEntries(slow));
    onTestFinished(() => site.close());
    const job = makeJob({
      sources: [{ urls: { list: paths(6, site.origin) } }],
      pages: { default: { fields: { title: 'h1' } } },
      politeness: { robots: 'ignore' },
    });
    await startRun(account.ledger, account.queue, { id: 'r', job, baseDir: '', startedAt: Date.now() });
    const work = makeWorkHandler();
    const callMs: number[] = [];
    for (let records = await account.receive(); records.length > 0; records = await account.receive()) {
      const startedAt = Date.now();
      const answer = await work({ Records: records }, call);
      callMs.push(Date.now() - startedAt);
      expect(answer).toEqual({ batchItemFailures: [] });
      await account.settle(records, answer);
    }
    expect(paths(6).map(site.hits)).toEqual([1, 1, 1, 1, 1, 1]);
    const counts = await account.ledger.readCounts('r');
    expect(counts).toMatchObject({ open: 0, stored: 6, items: 6 });
    expect(await account.finished()).toEqual(['r']);
    const { lambdaMbMs = 0, lambdaRequests = 0, sqsRequests = 0, logBytes = 0 } = usageOf(counts);
    // What a call uses after its last commit is the next one's to pay.
    const maxInitMs = 10_000;
    const sumMs = (all: number[]) => all.reduce((sum, ms) => sum + ms, 0);
    const paidMs = lambdaMbMs / environment.memoryMb;
    expect(paidMs).toBeGreaterThan(0.9 * sumMs(callMs.slice(0, -1)) + delayMs - 50);
    expect(paidMs).toBeLessThan(sumMs(callMs) + maxInitMs);
    expect(lambdaRequests).toBe(callMs.length - 1);
    expect(sqsRequests).toBeGreaterThanOrEqual(3 * lambdaRequests);
    expect(logBytes).toBe(2_500 * lambdaRequests);
  });

  it('gives back a message that is no batch, and only that', async () => {
    const rubbish = recordWith('{"what":"is this"}');
    const unknown = recordWith({ run: 'forgotten', id: 'b', host: '', requests: [] });
    const { batchItemFailures } = await makeWorkHandler()({ Records: [rubbish, unknown] }, call);
    expect(batchItemFailures).toEqual([{ itemIdentifier: rubbish.messageId }]);
  });

  const files = async (path: string) => {
    const { path: folder, remove } = temporaryFolder();
    onTestFinished(remove);
    const Bucket = process.env[functionEnv.bucket] ?? '';
    const Body = 'export default () => ({});';
    await stores.s3.send(new PutObjectCommand({ Bucket, Key: objectKeys.file('r', path), Body }));
    const job = makeJob({
      sources: [{ crawl: { start: 'https://a.test/' } }],
      pages: { default: { handler: path } },
    });
    const run: Run = {
      id: 'r',
      job: JSON.parse(JSON.stringify(job)),
      baseDir: '',
      state: 'running',
      startedAt: 0,
    };
    const keys = openStackKeys(environment, stores, { mayMake: true });
    const of = awsEnvironment({
      ...{ s3: stores.s3, bucket: Bucket, stack: 'Tested', keys, folder, maxFetchMs: 7 },
      ...{ keepDays: 30, now: Date.now, room: makeLimiter(1) },
    });
    return { folder, Body, made: of(run) };
  };

  it('has the handlers of a job in a folder of its run', async () => {
    const { Body, made } = await files('handlers/price.ts');
    const { baseDir, env, maxFetchMs } = await made;
    expect(readFileSync(join(baseDir, 'handlers/price.ts'), 'utf8')).toBe(Body);
    expect([env, maxFetchMs]).toEqual([{}, 7]);
  });

  it.each(['../outside.ts', '../../outside.ts', '../r-other/outside.ts'])(
    'writes no handler outside of it: %s',
    async (path) => {
      const { folder, made } = await files(path);
      await expect(made).rejects.toMatchObject({ code: 'HANDLER_INVALID' });
      expect(existsSync(join(folder, 'spinneret/r', path))).toBe(false);
    },
  );
});
