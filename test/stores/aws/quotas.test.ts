import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

await describeWith('dynamoDbLocal', 'reserveQuotas of makeDynamoLedger', (connection) => {
  it('pays for one transaction for each batch of a process that takes anything, however many ask at once', async () => {
    const { client, table, close } = await makeTable(connection);
    const ledger = makeDynamoLedger({ client, table, keepDays: 1 });
    await ledger.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
    const batches = Array.from({ length: 12 }, (_, index) => `b${index}`);
    for (const batch of batches) await ledger.lease({ run: 'r', batch, owner: 'w', leaseMs: 60_000 });
    const sent: string[] = [];
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          sent.push(String(commandName));
          return next(args);
        },
      { step: 'initialize' },
    );
    const names = Array.from({ length: 20 }, (_, index) => `host:h${index}.test`);
    const granted = await Promise.all(
      batches.map((batch, at) => {
        // Some in another order: whoever holds one of them must not wait for whoever holds another.
        const own = at % 2 === 0 ? names : names.toReversed();
        return ledger.reserveQuotas(
          'r',
          batch,
          own.map((name) => ({ name, wanted: 3, limit: 20 })),
        );
      }),
    );
    // Six batches get three of each, one gets the last two, five get none.
    expect(granted.map(([first]) => first).sort()).toEqual([0, 0, 0, 0, 0, 2, 3, 3, 3, 3, 3, 3]);
    expect(sent.filter((name) => name === 'TransactWriteItemsCommand')).toHaveLength(7);
    await close();
  });
});
