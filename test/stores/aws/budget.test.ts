import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

await describeWith('dynamoDbLocal', 'reserve of makeDynamoLedger', (connection) => {
  const open = async () => {
    const { client, table, close } = await makeTable(connection);
    const [ledger, other] = [1, 2].map(() => makeDynamoLedger({ client, table, keepDays: 1 }));
    if (ledger === undefined || other === undefined) throw new Error('no ledger');
    await ledger.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
    const reserve = async (from: typeof ledger, batch: string, wanted: number, limit: number) => {
      await from.lease({ run: 'r', batch, owner: 'w', leaseMs: 60_000 });
      return from.reserve('r', batch, 'pages', wanted, limit);
    };
    return { ledger, other, reserve, close };
  };

  // 40 limits one record, 5,003 is spread over five.
  it.each([40, 5_003])('grants exactly %i to batches of two processes that want more', async (limit) => {
    const { ledger, other, reserve, close } = await open();
    const wanted = Math.ceil(limit / 20);
    const grants = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        reserve(index % 2 ? ledger : other, `b${index}`, wanted, limit),
      ),
    );
    expect(grants.reduce((sum, granted) => sum + granted)).toBe(limit);
    const again = await Promise.all(
      grants.map((_, index) => ledger.reserve('r', `b${index}`, 'pages', wanted, limit)),
    );
    expect(again).toEqual(grants);
    expect(await ledger.readCounts('r')).toMatchObject({ 'reserved:pages': limit });
    await close();
  });

  it('takes of every part for one large batch', async () => {
    const { ledger, reserve, close } = await open();
    expect(await reserve(ledger, 'large', 9_000, 10_000)).toBe(9_000);
    expect(await reserve(ledger, 'larger', 9_000, 10_000)).toBe(1_000);
    await close();
  });

  it('grants again what another process gave back', async () => {
    const { ledger, other, reserve, close } = await open();
    expect(await reserve(ledger, 'a', 5_000, 5_000)).toBe(5_000);
    expect(await reserve(ledger, 'b', 5, 5_000)).toBe(0);
    expect(await reserve(other, 'c', -3, 5_000)).toBe(-3);
    expect(await reserve(ledger, 'd', 5, 5_000)).toBe(3);
    await close();
  });

  it('refuses a batch that nobody leased', async () => {
    const { ledger, close } = await open();
    await expect(ledger.reserve('r', 'b', 'pages', 1, 10)).rejects.toThrow('without a lease');
    await close();
  });
});
