import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { describeFrontier } from '../../contracts/frontier-contract.ts';
import { makeTable } from './make-table.ts';

for (const emulator of ['dynamoDbLocal', 'ministack'] as const) {
  await describeWith(emulator, `the frontier of makeDynamoLedger on ${emulator}`, (connection) => {
    describeFrontier('contract', {
      seesAllHosts: false,
      async open() {
        const { client, table, close } = await makeTable(connection);
        return { ledger: makeDynamoLedger({ client, table, keepDays: 30 }), close };
      },
    });

    it('is one order for all processes, and lets nothing be drawn twice by two of them', async () => {
      const { client, table, close } = await makeTable(connection);
      const [one, other] = [0, 1].map(() => makeDynamoLedger({ client, table, keepDays: 30 }));
      if (one === undefined || other === undefined) throw new Error('two');
      await one.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
      const lease = (batch: string) => one.lease({ run: 'r', batch, owner: 'w', leaseMs: 60_000 });
      await lease('parent');
      const urls = Array.from({ length: 300 }, (_, at) => `http://a.test/${at}`);
      const entries = urls.map((url, at) => ({
        ...{ host: 'a.test', priority: at % 7, depth: 0 },
        request: { kind: 'page' as const, url, label: 'page', depth: 0, attempt: 0 },
      }));
      await one.putInFrontier('r', 'parent', entries);
      const draws = await Promise.all(
        Array.from({ length: 10 }, async (_, at) => {
          await lease(`b${at}`);
          const ledger = at % 2 === 0 ? one : other;
          const draw = { run: 'r', batch: `b${at}`, host: 'a.test', count: 30, maxPages: 1_000 };
          return ledger.drawFromFrontier(draw);
        }),
      );
      expect(draws.flatMap((draw) => draw?.granted.map(({ url }) => url) ?? []).sort()).toEqual(urls.sort());
      await close();
    });

    it('expires with the run, whatever is left of it', async () => {
      const { client, table, close } = await makeTable(connection);
      const at = Date.now();
      const ledger = makeDynamoLedger({ client, table, keepDays: 30, now: () => at });
      await ledger.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
      await ledger.lease({ run: 'r', batch: 'b', owner: 'w', leaseMs: 60_000 });
      const request = { kind: 'page' as const, url: 'http://a.test/', label: 'page', depth: 0, attempt: 0 };
      await ledger.putInFrontier('r', 'b', [{ host: 'a.test', priority: 0, depth: 0, request }]);
      await ledger.drawFromFrontier({ run: 'r', batch: 'b', host: 'a.test', count: 1, maxPages: 9 });
      for (const pk of ['FRONT#r#a.test', 'DRAW#r#b']) {
        const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }));
        expect([pk, Item?.['expiresAt']?.N]).toEqual([pk, String(Math.ceil(at / 1_000) + 30 * 86_400)]);
      }
      await close();
    });
  });
}
