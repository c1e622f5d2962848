import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { clockOf } from '../../../shared/stores/aws/store-clock.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

await describeWith('ministack', 'clockOf', (connection) => {
  it.each([-5_000, 0, 5_000])(
    'sets a clock right that is %i ms off, by what DynamoDB answers',
    async (skewMs) => {
      const { table, close } = await makeTable(connection);
      // A client of its own, as each process has.
      const client = new DynamoDBClient(connection);
      const now = clockOf(client, () => Date.now() + skewMs);
      const ledger = makeDynamoLedger({ client, table, keepDays: 30, now });
      const before = Date.now();
      const shown = now() - skewMs;
      expect(before <= shown && shown <= Date.now()).toBe(true);
      for (let answer = 0; answer < 20; answer += 1) await ledger.readRun('none');
      // Half of what it was off: how near it comes is a matter of how quick the answers are.
      expect(Math.abs(now() - Date.now())).toBeLessThan(2_500);
      client.destroy();
      await close();
    },
  );
});
