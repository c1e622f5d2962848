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
