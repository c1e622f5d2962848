import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { countRecords, deleteRecords } from '../../../shared/stores/aws/forget-records.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

await describeWith('dynamoDbLocal', 'the records of a run', (connection) => {
  it('are counted and deleted page by page of the table, each of which is told', async () => {
    const { client, table, close } = await makeTable(connection);
    const ledger = makeDynamoLedger({ client, table, keepDays: 1 });
    await ledger.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
    const own = { host: 'a.test', priority: 0, depth: 0 };
    const request = { kind: 'page' as const, url: 'http://a.test/', label: 'page', depth: 0, attempt: 0 };
    await ledger.lease({ run: 'r', batch: 'b', owner: 'w', leaseMs: 60_000 });
    await ledger.putInFrontier('r', 'b', [{ ...own, request }]);
    await ledger.drawFromFrontier({ run: 'r', batch: 'b', host: 'a.test', count: 1, maxPages: 9 });
    const told = { counted: 0, deleted: 0 };
    const forgotten = { runs: new Set(['r']), jobs: new Map([['job', 'r']]) };
    const counts = await countRecords({ client, name: table }, forgotten, () => {
      told.counted += 1;
    });
    const deleted = await deleteRecords({ client, name: table }, forgotten, {
      claims: false,
      onPage() {
        told.deleted += 1;
      },
    });
    // The batch, what it has drawn, the frontier of a host, and a part of that.
    expect(counts.get('r')).toMatchObject({ runs: 1, jobs: 1, batches: 4, urls: 0 });
    expect(deleted).toBeGreaterThanOrEqual(2);
    // A page at least of each of the eight segments that are read at once.
    expect(told).toEqual({ counted: 8, deleted: 8 });
    await close();
  });
});
