import { afterAll, beforeAll, expect, it } from 'vitest';
import { finishLimits } from '../../functions/finish/limits.ts';
import { makeFinish } from '../../functions/tasks/finish.ts';
import { openWatch } from '../../functions/watch.ts';
import { canaryJob } from '../../shared/deployment/canary.ts';
import { describeWith } from '../aws/describe-with.ts';
import { type FinishAccount, makeFinishedRun, openFinishAccount, readManifest } from './finish-run.ts';

const item = { item: 'page', url: 'https://shop.test/', fields: {} };

await describeWith('ministack', 'a canary', (connection) => {
  let account: FinishAccount;
  beforeAll(async () => {
    account = await openFinishAccount(connection);
  });
  afterAll(() => account.close());

  /** The metrics of its end; a message to a topic would fail. */
  const finishOne = async (id: string, items: (typeof item)[]) => {
    const run = await makeFinishedRun(account, {}, [{ items }], { id });
    const metrics: string[] = [];
    const watch = { ...openWatch({ stack: 'Tested' }), metric: (name: string) => metrics.push(name) };
    const environment = { ...account.environment, topicArn: 'arn:aws:sns:us-east-1:000000000000:none' };
    const call = { environment, stores: account.stores, watch, receives: 1, remainingMs: () => 900_000 };
    await makeFinish(finishLimits)(call, { task: 'finish', run });
    return metrics;
  };

  it('that has its page is counted as finished, tells nobody, and leaves a manifest', async () => {
    const id = `${canaryJob}-20261128-120000-abcd`;
    expect(await finishOne(id, [item])).toEqual(['CanaryFinished']);
    const { stores, environment } = account;
    expect(await readManifest(stores.s3, environment.bucket, id)).toMatchObject({
      run: id,
      state: 'finished',
    });
  });

  it('without its page is not counted', async () => {
    expect(await finishOne(`${canaryJob}-20261128-130000-abcd`, [])).toEqual([]);
  });

  it('is not among the runs that are listed', async () => {
    const run = await makeFinishedRun(account, {}, [{ items: [item] }]);
    const listed = await account.stores.ledger.listRuns();
    expect(listed.map(({ id }) => id)).toContain(run);
    expect(listed.filter(({ id }) => id.startsWith(canaryJob))).toEqual([]);
  });
});
