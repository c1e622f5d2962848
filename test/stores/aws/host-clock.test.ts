import { expect, it } from 'vitest';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { makeTable } from './make-table.ts';

await describeWith('dynamoDbLocal', 'host records of makeDynamoLedger', (connection) => {
  const openTwo = async () => {
    const { client, table, close } = await makeTable(connection);
    const make = () => makeDynamoLedger({ client, table, keepDays: 1 });
    return { ledger: make(), other: make(), close };
  };
  const turn = { host: 'h', count: 2, gapMs: 100, slackMs: 10, horizonMs: 600_000 };

  it('give two processes that know old clocks turns a gap apart', async () => {
    const { ledger, other, close } = await openTwo();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? ledger : other).reserveSlots(turn)),
    );
    const starts = answers
      .flatMap((answer) =>
        answer.state === 'mine' ? [answer.slots.firstAt, answer.slots.firstAt + 110] : [],
      )
      .sort((a, b) => a - b);
    expect(starts).toHaveLength(40);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(110);
    await close();
  });

  it('start nothing within a delay that another process learned of', async () => {
    const { ledger, other, close } = await openTwo();
    await ledger.readHost('h');
    const until = Date.now() + 60_000;
    await other.delayHost('h', until);
    const answer = await ledger.reserveSlots(turn);
    expect(answer).toMatchObject({ slots: { firstAt: until } });
    await close();
  });

  it('know no robots.txt whose text is of another writing than the host says', async () => {
    const { ledger, other, close } = await openTwo();
    const body = Array.from({ length: 40_000 }, () => Math.random().toString(36)).join('\n');
    await ledger.updateHost('h', { robots: { fetchedAt: 7, state: 'found', body } });
    expect((await other.readHost('h')).robots?.body).toBe(body);
    await ledger.updateHost('h', { robots: { fetchedAt: 8, state: 'absent', body: '' } });
    expect((await other.readHost('h')).robots).toEqual({ fetchedAt: 8, state: 'absent', body: '' });
    await close();
  });
});
