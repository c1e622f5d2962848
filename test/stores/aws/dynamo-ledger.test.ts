import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { describeLedger } from '../../contracts/ledger-contract.ts';
import { makeTable } from './make-table.ts';

for (const emulator of ['dynamoDbLocal', 'ministack'] as const) {
  await describeWith(emulator, `makeDynamoLedger on ${emulator}`, (connection) => {
    describeLedger('contract', {
      async open() {
        const { client, table, close } = await makeTable(connection);
        let at = Date.now();
        const now = () => at;
        const ledger = makeDynamoLedger({ client, table, keepDays: 30, now });
        return {
          ledger,
          now,
          close,
          advance(ms) {
            at += ms;
          },
        };
      },
    });

    it('lists the newest runs in a process that has created none of them', async () => {
      const { client, table, close } = await makeTable(connection);
      const open = () => makeDynamoLedger({ client, table, keepDays: 30 });
      const creator = open();
      for (const startedAt of [2, 5, 1, 4, 3]) {
        const job = { startedAt };
        const run = { id: `at-${startedAt}`, job, baseDir: '/', state: 'running' as const, startedAt };
        await creator.createRun(run);
      }
      const list = async (limit?: number) => (await open().listRuns(limit)).map(({ job }) => job);
      expect(await list(2)).toEqual([{ startedAt: 5 }, { startedAt: 4 }]);
      expect(await list()).toHaveLength(5);
      await close();
    });

    it('lets a run expire, with its job, so long after its end, and never before', async () => {
      const { client, table, close } = await makeTable(connection);
      let at = Date.now();
      const open = () => makeDynamoLedger({ client, table, keepDays: 30, keepRunsDays: 100, now: () => at });
      const expiryOf = async (pk: string) => {
        const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }));
        return Item?.['expiresAt']?.N;
      };
      await open().createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: at });
      await open().moveRun('r', ['running'], 'paused');
      expect([await expiryOf('RUN#r'), await expiryOf('JOB#r')]).toEqual([undefined, undefined]);
      const dayMs = 86_400_000;
      at += 500 * dayMs;
      expect(await open().readRun('r')).toBeDefined();
      await open().moveRun('r', ['paused'], 'finished');
      const until = String(Math.ceil((at + 100 * dayMs) / 1_000));
      expect([await expiryOf('RUN#r'), await expiryOf('JOB#r')]).toEqual([until, until]);
      // DynamoDB takes days to delete it, and may delete the job first.
      at += 101 * dayMs;
      await client.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: 'JOB#r' } } }));
      expect([await open().readRun('r'), await open().listRuns()]).toEqual([undefined, []]);
      await close();
    });

    it('keeps the version that a run was written in', async () => {
      const { client, table, close } = await makeTable(connection);
      const open = () => makeDynamoLedger({ client, table, keepDays: 30 });
      const run = { job: {}, baseDir: '/', state: 'running' as const, startedAt: 1 };
      await open().createRun({ ...run, id: 'new', v: 2 });
      await open().createRun({ ...run, id: 'old' });
      expect(await open().readRun('new')).toEqual({ ...run, id: 'new', v: 2 });
      expect(await open().readRun('old')).toEqual({ ...run, id: 'old' });
      await close();
    });
  });
}
