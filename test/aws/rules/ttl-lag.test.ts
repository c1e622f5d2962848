import { expect, it } from 'vitest';
import type { Ledger } from '../../../shared/coordination/ports.ts';
import { makeDynamoLedger } from '../../../shared/stores/aws/dynamo-ledger.ts';
import { makeTable } from '../../stores/aws/make-table.ts';
import { describeWith } from '../describe-with.ts';

/**
 * "Items are typically deleted within a few days after their expiration", and until then are read, written and counted
 * like any other ("Using time to live (TTL) in DynamoDB", AWS). So nothing may take an expired record for gone, and
 * nothing may need it to be gone. Played by a ledger whose clock is past the expiry of all that it wrote: the emulators
 * delete nothing by that clock.
 */
const keepDays = 1;
const lagMs = (keepDays + 400) * 86_400_000;

/** What is asked once before and once after everything has expired; both answers are the rule's. */
const cases: [string, (ledger: Ledger) => Promise<unknown>, unknown, unknown][] = [
  [
    'a URL stays the batch’s that admitted it',
    (ledger) => ledger.admit('r', `by-${Math.random()}`, [{ key: 'k' }]).then(([owner]) => owner),
    expect.stringMatching(/^by-/),
    'same',
  ],
  [
    'a place stays known',
    (ledger) => ledger.claim('job', `run-${Math.random()}`, ['p']).then(([run]) => run),
    expect.stringMatching(/^run-/),
    'same',
  ],
  [
    'a lock’s fence goes on growing',
    async (ledger) => {
      const claim = `c-${Math.random()}`;
      const lock = await ledger.acquireLock({ name: 'l', token: claim, leaseMs: 1_000 });
      await ledger.releaseLock('l', claim);
      return lock.state === 'mine' ? lock.fence : lock.state;
    },
    1,
    2,
  ],
  [
    'a lease that ended long ago is a crash, with a larger fence',
    (ledger) => ledger.lease({ run: 'r', batch: 'b', owner: 'w', leaseMs: 1_000 }),
    expect.objectContaining({ state: 'mine', fence: 1, crashes: 0 }),
    expect.objectContaining({ state: 'mine', fence: 2, crashes: 1 }),
  ],
  [
    'a batch that is done stays done',
    async (ledger) => {
      const lease = await ledger.lease({ run: 'r', batch: 'd', owner: 'w', leaseMs: 1_000 });
      if (lease.state !== 'mine') return lease.state;
      const open = { shard: 0, added: { 0: 1 } };
      const { state } = await ledger.commit({ run: 'r', batch: 'd', fence: lease.fence, counts: {}, open });
      return `committed: ${state}`;
    },
    'committed: done',
    'done',
  ],
  [
    'a budget stays spent',
    async (ledger) => {
      const batch = `batch-${Math.random()}`;
      await ledger.lease({ run: 'r', batch, owner: 'w', leaseMs: 1_000 });
      return ledger.reserve('r', batch, 'pages', 6, 10);
    },
    6,
    4,
  ],
  ['a run’s counts stay', (ledger) => ledger.readCounts('r').then(({ open }) => open), 1, 1],
];

await describeWith('dynamoDbLocal', 'what has expired, and is not deleted yet', (connection) => {
  it.each(cases)('%s', async (_, ask, first, second) => {
    const { client, table, close } = await makeTable(connection);
    let ahead = 0;
    const now = () => Date.now() + ahead;
    const open = () => makeDynamoLedger({ client, table, keepDays, now });
    const run = { id: 'r', job: {}, baseDir: '', state: 'running' as const, startedAt: now() };
    await open().createRun(run);
    const before = await ask(open());
    expect(before).toEqual(first);
    ahead = lagMs;
    // Another process, which remembers nothing.
    expect(await ask(open())).toEqual(second === 'same' ? before : second);
    await close();
  });
});
