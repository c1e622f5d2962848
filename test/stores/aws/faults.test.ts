import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { type AwsCall, dynamoFaults, openFaultProxy } from '../../aws/fault-proxy.ts';
import { makeTable } from './make-table.ts';

await describeWith('dynamoDbLocal', 'makeDynamoLedger on a bad day', (connection) => {
  const openFaulty = async () => {
    const proxy = await openFaultProxy();
    proxy.forwardTo(connection.endpoint);
    const { client, table, close } = await makeTable({ ...connection, endpoint: proxy.endpoint });
    const ledger = makeDynamoLedger({ client, table, keepDays: 1 });
    await ledger.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
    const stop = async () => {
      proxy.intercept(() => undefined);
      await close();
      await proxy.close();
    };
    return { proxy, ledger, stop };
  };
  const conflict = ({ body }: AwsCall) =>
    dynamoFaults.conflict(JSON.parse(body.toString()).TransactItems.length);
  const isTransaction = ({ operation }: AwsCall) => operation.endsWith('TransactWriteItems');
  const lost = { ...dynamoFaults.internal, isDone: true };
  const batches = Array.from({ length: 40 }, (_, index) => `b${index}`);

  it('loses nothing and counts nothing twice, whatever conflicts, is throttled or is answered in vain', async () => {
    const { proxy, ledger, stop } = await openFaulty();
    const made = { calls: 0, conflicts: 0 };
    proxy.intercept((call) => {
      made.calls += 1;
      if (made.calls % 23 === 0) return lost;
      if (made.calls % 13 === 0) return dynamoFaults.throttled;
      if (!isTransaction(call) || made.calls % 4 > 0) return undefined;
      made.conflicts += 1;
      return conflict(call);
    });
    await Promise.all(
      batches.map(async (batch, index) => {
        const lease = await ledger.lease({ run: 'r', batch, owner: 'w', leaseMs: 60_000 });
        if (lease.state !== 'mine') throw new Error(`${batch} is ${lease.state}`);
        await ledger.reserve('r', batch, 'pages', 5, 10_000);
        const open = { shard: 0, added: { [index % 4]: 2 } };
        const commit = { run: 'r', batch, fence: lease.fence, counts: { stored: 5 }, open };
        expect(await ledger.commit(commit)).toMatchObject({ state: 'done' });
      }),
    );
    expect(made.conflicts).toBeGreaterThan(20);
    proxy.intercept(() => undefined);
    expect(await ledger.readCounts('r')).toMatchObject({
      ...{ open: 1 + batches.length, stored: 5 * batches.length, 'reserved:pages': 5 * batches.length },
    });
    await stop();
  });

  it('knows its own lease, lock and move again when their answer was lost', async () => {
    const { proxy, ledger, stop } = await openFaulty();
    let losses = 0;
    const loseNext = () => {
      const before = losses;
      proxy.intercept(() => {
        if (losses > before) return undefined;
        losses += 1;
        return lost;
      });
    };
    loseNext();
    expect(await ledger.lease({ run: 'r', batch: 'b', owner: 'w', leaseMs: 60_000 })).toMatchObject({
      ...{ state: 'mine', fence: 1 },
    });
    loseNext();
    expect(await ledger.acquireLock('l', 'w', 60_000)).toMatchObject({ state: 'mine', fence: 1 });
    loseNext();
    expect(await ledger.moveRun('r', ['running'], 'finished')).toBe(true);
    expect(losses).toBe(3);
    await stop();
  });

  it('gives up in the end, and says what DynamoDB said', async () => {
    const { proxy, ledger, stop } = await openFaulty();
    await ledger.lease({ run: 'r', batch: 'b', owner: 'w', leaseMs: 60_000 });
    proxy.intercept((call) => (isTransaction(call) ? conflict(call) : undefined));
    const open = { shard: 0, added: {} };
    const commit = ledger.commit({ run: 'r', batch: 'b', fence: 1, counts: {}, open });
    await expect(commit).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    proxy.intercept(() => undefined);
    expect(await ledger.readCounts('r')).toEqual({ open: 1 });
    await stop();
  });
});
