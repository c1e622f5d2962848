import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { type Usage, usageCounts, usageNames } from '../../../shared/cost/cost.ts';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { attachMeter, makeMeter } from '../../../shared/stores/aws/meter.ts';
import { type AwsConnection, describeWith } from '../../aws/describe-with.ts';
import { pageRecord } from '../../contracts/page-contract.ts';
import { makeTable } from './make-table.ts';

const claim = { run: 'r', owner: 'a-worker-function', leaseMs: 60_000 };
const turn = { host: 'h', count: 20, gapMs: 100, slackMs: 10, horizonMs: 600_000 };
const usual = {
  ...{
    admitted: 20,
    stored: 20,
    failed: 1,
    'failed:HTTP_404': 1,
    items: 20,
    incomplete: 2,
    bytes: 1_000_000,
  },
  ...{ duplicates: 900, 'refused:scope': 20, 'refused:robots': 3, 'missing:book.price': 2, retries: 1 },
  ...usageCounts(Object.fromEntries(usageNames.map((name) => [name, 123_456.5]))),
};

async function openMetered(connection: AwsConnection) {
  const { client, table, close } = await makeTable(connection);
  const meter = makeMeter();
  attachMeter(meter, client);
  const ledger = makeDynamoLedger({ client, table, keepDays: 30 });
  await ledger.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
  const used = async (body: () => Promise<unknown>): Promise<Usage> => {
    await meter.during('measured', body);
    return meter.take('measured');
  };
  return { ledger, client, table, close, used };
}

function withLedger(
  connection: AwsConnection,
  body: (use: Awaited<ReturnType<typeof openMetered>>) => Promise<void>,
) {
  return async () => {
    const use = await openMetered(connection);
    try {
      await body(use);
    } finally {
      await use.close();
    }
  };
}

// DynamoDB Local counts a write in a transaction once; it is billed twice, as ministack says.
await describeWith('ministack', 'the units of a transaction of makeDynamoLedger', (connection) => {
  it(
    'are four for a commit with children on its own shard, six when they go to another',
    withLedger(connection, async ({ ledger, used }) => {
      const commit = (batch: string, shard: number, children: number, childShard: number) => {
        const open = { shard, added: children === 0 ? {} : { [childShard]: children } };
        return used(() => ledger.commit({ run: 'r', batch, fence: 1, counts: usual, open }));
      };
      for (const batch of ['a', 'b', 'c']) await ledger.lease({ ...claim, batch });
      expect(await commit('a', 0, 2, 0)).toEqual({ writeUnits: 4 });
      expect(await commit('b', 0, 2, 5)).toEqual({ writeUnits: 6 });
      expect(await commit('c', 5, 0, 5)).toEqual({ writeUnits: 4, readUnits: 1 });
    }),
  );

  it(
    'are four for a part of a budget',
    withLedger(connection, async ({ ledger, used }) => {
      await ledger.lease({ ...claim, batch: 'b' });
      expect(await used(() => ledger.reserve('r', 'b', 'pages', 20, 10_000))).toEqual({ writeUnits: 4 });
    }),
  );

  it(
    'are some for what waits and what is drawn, by its size and not by its number',
    withLedger(connection, async ({ ledger, used }) => {
      await ledger.lease({ ...claim, batch: 'b' });
      const entries = Array.from({ length: 100 }, (_, at) => ({
        ...{ host: 'a.test', priority: at % 10, depth: 1 },
        request: {
          kind: 'page' as const,
          url: `https://a.test/a/page/${at}`,
          label: 'page',
          depth: 1,
          attempt: 0,
        },
      }));
      const put = await used(() => ledger.putInFrontier('r', 'b', entries));
      expect(put.writeUnits).toBeLessThanOrEqual(7);
      await ledger.lease({ ...claim, batch: 'c' });
      const request = { run: 'r', batch: 'c', host: 'a.test', count: 50, maxPages: 10_000 };
      expect((await used(() => ledger.drawFromFrontier(request))).writeUnits).toBeLessThanOrEqual(14);
      expect((await used(() => ledger.putInFrontier('r', 'b', entries))).writeUnits).toBeLessThanOrEqual(6);
    }),
  );

  it(
    'are two for a batch that asks quotas, and two for each',
    withLedger(connection, async ({ ledger, used }) => {
      await ledger.lease({ ...claim, batch: 'b' });
      const quotas = ['host:a.test', 'host:b.test'].map((name) => ({ name, wanted: 20, limit: 1_000 }));
      expect(await used(() => ledger.reserveQuotas('r', 'b', quotas))).toEqual({ writeUnits: 6 });
    }),
  );
});

await describeWith('dynamoDbLocal', 'the units that makeDynamoLedger consumes', (connection) => {
  it(
    'are one write for a URL that several batches of a process find at once',
    withLedger(connection, async ({ ledger, used }) => {
      let owners: string[][] = [];
      const usage = await used(async () => {
        owners = await Promise.all(
          ['a', 'b', 'c'].map((batch) => ledger.admit('r', batch, [{ key: 'url' }])),
        );
      });
      expect(new Set(owners.flat()).size).toBe(1);
      expect(usage.writeUnits).toBe(1);
    }),
  );

  it(
    'are none for a page that has not changed, and one more than its size for one that is new, of which a change needs none',
    withLedger(connection, async ({ ledger, used }) => {
      const keys = Array.from({ length: 25 }, (_, index) => `key-${index}`);
      const write = (at: number) =>
        used(() =>
          ledger.writePages(
            'job',
            keys.map((key) => pageRecord(key, at)),
          ),
        );
      expect(await write(1)).toEqual({ writeUnits: 50 });
      expect(await write(2)).toEqual({ writeUnits: 25 });
      expect(await used(() => ledger.readPages('job', keys))).toEqual({ readUnits: 12.5 });
    }),
  );

  it(
    'are one write for a lease, and one for finding it held',
    withLedger(connection, async ({ ledger, used }) => {
      expect(await used(() => ledger.lease({ ...claim, batch: 'b' }))).toEqual({ writeUnits: 1 });
      expect(await used(() => ledger.lease({ ...claim, batch: 'b' }))).toEqual({ writeUnits: 1 });
    }),
  );

  it(
    'are one write for a reservation of many turns, and none without a gap',
    withLedger(connection, async ({ ledger, used }) => {
      await ledger.readHost('h');
      expect(await used(() => ledger.reserveSlots(turn))).toEqual({ writeUnits: 1 });
      const three = () => Promise.all([1, 2, 3].map(() => ledger.reserveSlots(turn)));
      expect(await used(three)).toEqual({ writeUnits: 3 });
      await ledger.readHost('free');
      const free = { ...turn, host: 'free', gapMs: 0, slackMs: 0 };
      expect(await used(() => ledger.reserveSlots(free))).toEqual({});
    }),
  );

  it(
    'are one write for a new URL, and half a read for a known one',
    withLedger(connection, async ({ ledger, used }) => {
      const urls = Array.from({ length: 120 }, (_, index) => ({ key: `key-${index}` }));
      expect(await used(() => ledger.admit('r', 'a', urls))).toMatchObject({ writeUnits: 120 });
      expect(await used(() => ledger.admit('r', 'b', urls))).toEqual({ readUnits: 60 });
    }),
  );

  it(
    'are one read for the run and none for a copy young enough',
    withLedger(connection, async ({ ledger, used }) => {
      await ledger.readRun('r');
      expect(await used(() => ledger.readRun('r'))).toEqual({ readUnits: 1 });
      expect(await used(() => ledger.readRun('r', { maxAgeMs: 60_000 }))).toEqual({});
    }),
  );

  it(
    'are reads of a robots.txt only when the host has another one',
    withLedger(connection, async ({ ledger, used }) => {
      const robots = { fetchedAt: 7, state: 'found' as const, body: 'User-agent: *' };
      await ledger.updateHost('h', { robots });
      expect(await used(() => ledger.readHost('h'))).toEqual({ readUnits: 2 });
      expect(await used(() => ledger.readHost('h'))).toEqual({ readUnits: 1 });
      await ledger.updateHost('h', { robots: { ...robots, body: 'User-agent: x' } });
      expect((await ledger.readHost('h')).robots?.body).toBe('User-agent: x');
    }),
  );
});

await describeWith('dynamoDbLocal', 'the records of makeDynamoLedger', (connection) => {
  it(
    'all have an end, but the run and its job',
    withLedger(connection, async ({ ledger, client, table }) => {
      await ledger.lease({ ...claim, batch: 'b' });
      await ledger.reserve('r', 'b', 'items', 5, 10);
      await ledger.admit('r', 'b', [{ key: 'k' }]);
      const open = { shard: 0, added: { 9: 2 } };
      await ledger.commit({ run: 'r', batch: 'b', fence: 1, counts: usual, open });
      await ledger.markForwarded('r', 'other');
      await ledger.reserveSlots(turn);
      await ledger.delayHost('delayed', Date.now());
      await ledger.updateHost('known', { robots: { fetchedAt: 7, state: 'found', body: 'x' } });
      await ledger.acquireLock({ name: 'l', token: 'a', leaseMs: 1_000, isForgettable: true });
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
      const kinds = (list: typeof Items) => new Set(list.map((item) => item['pk']?.S?.split('#')[0]));
      expect(kinds(Items)).toEqual(
        new Set(['RUN', 'JOB', 'BATCH', 'SEEN', 'COUNT', 'HOST', 'ROBOTS', 'LOCK']),
      );
      expect(kinds(Items.filter((item) => item['expiresAt'] === undefined))).toEqual(new Set(['RUN', 'JOB']));
    }),
  );

  it(
    'hold counts of any name',
    withLedger(connection, async ({ ledger }) => {
      const counts = { 'missing:a.b "c" [0] #x :y': 2, pk: 3, expiresAt: 4, half: 0.25 };
      await ledger.lease({ ...claim, batch: 'b' });
      const open = { shard: 0, added: { 0: 1 } };
      await ledger.commit({ run: 'r', batch: 'b', fence: 1, counts, open });
      expect(await ledger.readCounts('r')).toEqual({ ...counts, open: 1 });
    }),
  );
});
