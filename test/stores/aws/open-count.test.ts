import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import type { Ledger, OpenChange } from '../../../shared/coordination/ports.ts';
import { countShards, shardsOfChildren } from '../../../shared/engine/shards.ts';
import type { Run } from '../../../shared/model.ts';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

const run: Run = { id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 };

async function close(ledger: Ledger, batch: string, open: OpenChange): Promise<number | undefined> {
  const lease = await ledger.lease({ run: 'r', batch, owner: 'w', leaseMs: 60_000 });
  if (lease.state !== 'mine') throw new Error(`${batch} is ${lease.state}`);
  return (await ledger.commit({ run: 'r', batch, fence: lease.fence, counts: { stored: 1 }, open })).open;
}

await describeWith('dynamoDbLocal', 'the open batches that makeDynamoLedger counts', (connection) => {
  it('are seen to be none by whoever closes the last of 200, over all shards, and not before', async () => {
    const { client, table, close: drop } = await makeTable(connection);
    const processes = Array.from({ length: 4 }, () => makeDynamoLedger({ client, table, keepDays: 1 }));
    await processes[0]?.createRun(run);
    const total = 200;
    const waiting = [{ id: 'seed', shard: 0 }];
    let made = 1;
    let closed = 0;
    const seenAt: number[] = [];
    const work = async (ledger: Ledger): Promise<void> => {
      while (closed < total) {
        const [batch] = waiting.splice(Math.floor(Math.random() * waiting.length), 1);
        if (batch === undefined) {
          await new Promise(setImmediate);
          continue;
        }
        const wanted = made < 10 ? 3 : Math.floor(Math.random() * 3);
        const children = Math.min(total - made, waiting.length === 0 ? Math.max(1, wanted) : wanted);
        made += children;
        const shards = shardsOfChildren(batch, children);
        const open = await close(ledger, batch.id, { shard: batch.shard, added: countShards(shards) });
        closed++;
        if (open === 0) seenAt.push(closed);
        for (const [index, shard] of shards.entries()) waiting.push({ id: `${batch.id}-${index}`, shard });
      }
    };
    await Promise.all(processes.flatMap((ledger) => [work(ledger), work(ledger), work(ledger)]));
    expect(seenAt.length).toBeGreaterThan(0);
    // The answers of the last commits may overtake each other, no more.
    expect(Math.min(...seenAt)).toBeGreaterThan(total - 12);
    expect(await processes[1]?.readCounts('r')).toMatchObject({ open: 0, stored: total });
    await drop();
  });

  it('are not taken for none when a batch moves from shard to shard while they are read', async () => {
    const { client, table, close: drop } = await makeTable(connection);
    const ledger = makeDynamoLedger({ client, table, keepDays: 1 });
    const other = makeDynamoLedger({ client, table, keepDays: 1 });
    await ledger.createRun(run);
    await close(other, 'seed', { shard: 0, added: { 20: 2 } });
    await close(other, 'a', { shard: 20, added: {} });
    readInHalves(client, () => close(other, 'b', { shard: 20, added: { 3: 2 } }));
    expect(await ledger.readCounts('r')).toMatchObject({ open: 2 });
    await drop();
  });

  it('are in an old copy of the counts too, as far as this process changed them', async () => {
    const { client, table, close: drop } = await makeTable(connection);
    const ledger = makeDynamoLedger({ client, table, keepDays: 1 });
    const other = makeDynamoLedger({ client, table, keepDays: 1 });
    await ledger.createRun(run);
    await ledger.readCounts('r');
    await close(ledger, 'seed', { shard: 0, added: { 4: 5 } });
    await close(other, 'a', { shard: 4, added: {} });
    expect(await ledger.readCounts('r', { maxAgeMs: 60_000 })).toMatchObject({ open: 5, stored: 1 });
    expect(await ledger.readCounts('r')).toMatchObject({ open: 4, stored: 2 });
    await drop();
  });
});

/** Answers the next large read by half of it, lets something happen, and then answers the rest. */
function readInHalves(client: DynamoDBClient, between: () => Promise<unknown>): void {
  let halves = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== BatchGetItemCommand.name || ++halves > 2) return next(args);
        const [[table = '', request] = []] = Object.entries((args.input as BatchInput).RequestItems);
        const keys = request?.Keys ?? [];
        if (halves === 2) {
          await between();
          return next(args);
        }
        const half = { RequestItems: { [table]: { ...request, Keys: keys.slice(0, 16) } } };
        const result = await next({ ...args, input: half as typeof args.input });
        Object.assign(result.output, { UnprocessedKeys: { [table]: { ...request, Keys: keys.slice(16) } } });
        return result;
      },
    { step: 'initialize' },
  );
}

interface BatchInput {
  RequestItems: Record<string, { Keys: object[] }>;
}
