import { expect, it } from 'vitest';
import { makeLocks } from '../../../shared/coordination/lock.ts';
import { makeDynamoCoordination } from '../../../shared/stores/aws/dynamo-coordination.ts';
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
    const coordination = makeDynamoCoordination({ client, table, keepDays: 1 });
    return { proxy, ledger, coordination, stop };
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

  it('draws every page that waits once, whatever is answered in vain, and though half of the processes die on the way', async () => {
    const { proxy, ledger, stop } = await openFaulty();
    const urls = Array.from({ length: 240 }, (_, at) => `http://a.test/${at}`);
    const requestOf = (url: string) => ({ kind: 'page' as const, url, label: 'page', depth: 0, attempt: 0 });
    const [putters, drawers] = [batches.slice(0, 8), batches.slice(8, 20)];
    for (const batch of [...putters, ...drawers]) {
      await ledger.lease({ run: 'r', batch, owner: 'w', leaseMs: 60_000 });
    }
    let calls = 0;
    let diesAt = Number.POSITIVE_INFINITY;
    proxy.intercept((call) => {
      calls += 1;
      if (calls > diesAt) return dynamoFaults.denied;
      if (calls % 19 === 0) return lost;
      if (calls % 13 === 0) return dynamoFaults.throttled;
      return isTransaction(call) && calls % 4 === 0 ? conflict(call) : undefined;
    });
    /** The first attempt gets no further than so many calls. */
    const twice = async <T>(callsBefore: number, body: () => Promise<T>): Promise<T> => {
      diesAt = calls + callsBefore;
      await body().catch(() => undefined);
      diesAt = Number.POSITIVE_INFINITY;
      return body();
    };
    for (const [at, batch] of putters.entries()) {
      const own = urls.slice(at * 30, at * 30 + 30);
      const entries = own.map((url, index) => ({
        host: 'a.test',
        priority: index % 5,
        depth: 0,
        request: requestOf(url),
      }));
      await twice(at % 4, () => ledger.putInFrontier('r', batch, entries));
    }
    const drawn: string[] = [];
    for (const [at, batch] of drawers.entries()) {
      const draw = { run: 'r', batch, host: 'a.test', count: 20, maxPages: 1_000 };
      const answer = await twice(at % 5, () => ledger.drawFromFrontier(draw));
      drawn.push(...(answer?.granted ?? []).map(({ url }) => url));
    }
    proxy.intercept(() => undefined);
    expect(drawn.toSorted()).toEqual(urls.toSorted());
    expect(await ledger.readCounts('r')).toMatchObject({ 'reserved:pages': urls.length });
    await stop();
  });

  it('adds to a counter once, and keeps its locks, whatever is answered in vain', async () => {
    const { proxy, coordination, stop } = await openFaulty();
    let calls = 0;
    proxy.intercept(() => {
      calls += 1;
      return calls % 11 === 0 ? lost : calls % 17 === 0 ? dynamoFaults.throttled : undefined;
    });
    await Promise.all(batches.map(() => coordination.addToCounter('n', 3)));
    const locks = makeLocks(coordination, { owner: 'p' });
    const addOne = ({ fence }: { fence: number }) =>
      coordination
        .readRegister('r')
        .then(({ value }) => coordination.writeRegister('r', Number(value ?? 0) + 1, fence));
    await Promise.all(batches.slice(0, 8).map(() => locks.with('l', addOne)));
    proxy.intercept(() => undefined);
    expect(await coordination.readCounter('n')).toBe(3 * batches.length);
    expect((await coordination.readRegister('r')).value).toBe(8);
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
    expect(await ledger.acquireLock({ name: 'l', token: 'w', leaseMs: 60_000 })).toMatchObject({
      state: 'mine',
      fence: 2,
    });
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

  it('sends a batch back to wait where others write the clock of its host before each of its own writes', async () => {
    const { proxy, ledger, stop } = await openFaulty();
    let writes = 0;
    proxy.intercept(({ operation }) => {
      if (!operation.endsWith('UpdateItem')) return undefined;
      writes += 1;
      return dynamoFaults.refused;
    });
    const answer = await ledger.reserveSlots({
      host: 'h',
      count: 1,
      gapMs: 1_000,
      slackMs: 20,
      horizonMs: 60_000,
    });
    expect(answer).toMatchObject({ state: 'busy', until: expect.any(Number) });
    expect(writes).toBe(30);
    await stop();
  });
});
