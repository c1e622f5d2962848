import { describe, expect, it as plainIt } from 'vitest';
import type { Ledger, OpenChange } from '../../shared/coordination/ports.ts';
import { formatVersion, type Run } from '../../shared/model.ts';
import { itDespite, type KnownFaults } from './known-faults.ts';
import { describePages } from './page-contract.ts';
import { describeSessions } from './session-contract.ts';

/** What every ledger must do. `open` gives a fresh store; `advance` moves the clock that it reads. */
export interface LedgerSetup {
  /** What the store itself does otherwise than AWS. */
  faults?: KnownFaults;
  open(): Promise<{ ledger: Ledger; now(): number; advance(ms: number): void; close(): Promise<void> }>;
}

const run = (id: string): Run => ({
  v: formatVersion,
  id,
  job: { name: 'contract' },
  baseDir: '/',
  state: 'running',
  startedAt: 1_000,
});
const turn = { count: 1, gapMs: 100, slackMs: 10, horizonMs: 60_000 };

export function describeLedger(name: string, setup: LedgerSetup): void {
  const { it, unused } = itDespite(setup.faults);
  const withLedger = (
    body: (use: Awaited<ReturnType<LedgerSetup['open']>> & { ledger: Ledger }) => Promise<void>,
  ) => {
    return async () => {
      const use = await setup.open();
      try {
        await use.ledger.createRun(run('r'));
        await body(use);
      } finally {
        await use.close();
      }
    };
  };
  const lease = (ledger: Ledger, owner: string, batch = 'b', leaseMs = 1_000) =>
    ledger.lease({ run: 'r', batch, owner, leaseMs });
  const fenceOf = async (ledger: Ledger, owner: string, batch = 'b') => {
    const answer = await lease(ledger, owner, batch);
    if (answer.state !== 'mine') throw new Error(`expected a lease, got ${answer.state}`);
    return answer.fence;
  };

  describeSessions(name, setup, it);
  describePages(name, setup, it);

  describe(`${name}: runs`, () => {
    it(
      'creates a run once, with its seed batch open',
      withLedger(async ({ ledger }) => {
        expect(await ledger.createRun({ ...run('r'), startedAt: 5 })).toBe('exists');
        // A store in one file has a version of its own, and keeps none of its runs.
        const { v: _, ...stored } = run('r');
        expect(await ledger.readRun('r')).toMatchObject(stored);
        expect(await ledger.readCounts('r')).toMatchObject({ open: 1 });
        expect(await ledger.readRun('none')).toBeUndefined();
      }),
    );

    it(
      'lists runs, newest first',
      withLedger(async ({ ledger }) => {
        await ledger.createRun({ ...run('later'), startedAt: 2_000 });
        expect((await ledger.listRuns()).map(({ id }) => id)).toEqual(['later', 'r']);
      }),
    );

    it(
      'lists no more runs than asked for, the newest',
      withLedger(async ({ ledger }) => {
        for (const startedAt of [3_000, 2_000, 4_000]) {
          await ledger.createRun({ ...run(`at-${startedAt}`), startedAt });
        }
        const list = async (limit: number) => (await ledger.listRuns(limit)).map(({ id }) => id);
        expect(await list(1)).toEqual(['at-4000']);
        expect(await list(3)).toEqual(['at-4000', 'at-3000', 'at-2000']);
        expect(await list(9)).toHaveLength(4);
      }),
    );

    it(
      'moves a run only from the states named, and notes when it finished',
      withLedger(async ({ ledger, now }) => {
        expect(await ledger.moveRun('r', ['paused'], 'running')).toBe(false);
        expect(await ledger.moveRun('r', ['running'], 'paused')).toBe(true);
        expect(await ledger.moveRun('r', ['running', 'paused'], 'finished')).toBe(true);
        expect(await ledger.moveRun('r', ['running', 'paused'], 'cancelled')).toBe(false);
        expect(await ledger.readRun('r')).toMatchObject({ state: 'finished', finishedAt: now() });
      }),
    );

    it(
      'says since when and why a run is in its state, until it moves on',
      withLedger(async ({ ledger, now, advance }) => {
        const reason = { code: 'ENV_MISSING', message: 'TOKEN is not set: for one' } as const;
        await ledger.moveRun('r', ['running'], 'paused', reason);
        const at = now();
        advance(10);
        const paused = { state: 'paused', movedAt: at, reason };
        expect(await ledger.readRun('r')).toMatchObject(paused);
        await ledger.moveRun('r', ['paused'], 'running');
        const again = await ledger.readRun('r', { maxAgeMs: 60_000 });
        expect(again).toMatchObject({ state: 'running', movedAt: now() });
        expect(again?.reason).toBeUndefined();
      }),
    );
  });

  describe(`${name}: leases`, () => {
    it(
      'gives a batch to one owner until its deadline',
      withLedger(async ({ ledger, now, advance }) => {
        const until = now() + 1_000;
        expect(await lease(ledger, 'a')).toEqual({ state: 'mine', fence: 1, until, crashes: 0 });
        expect(await lease(ledger, 'b')).toEqual({ state: 'held', until });
        expect(await lease(ledger, 'a')).toEqual({ state: 'held', until });
        advance(1_001);
        expect(await lease(ledger, 'b')).toMatchObject({ state: 'mine', fence: 2 });
      }),
    );

    it(
      'renews only what its owner still holds',
      withLedger(async ({ ledger, advance }) => {
        await lease(ledger, 'a', 'kept');
        await lease(ledger, 'a', 'lost', 500);
        advance(600);
        await ledger.renewLeases('a', 1_000);
        advance(600);
        expect(await lease(ledger, 'b', 'kept')).toMatchObject({ state: 'held' });
        expect(await lease(ledger, 'b', 'lost')).toMatchObject({ state: 'mine' });
      }),
    );

    it(
      'gives a released lease to the next, with a larger fence',
      withLedger(async ({ ledger }) => {
        const fence = await fenceOf(ledger, 'a');
        await ledger.releaseLease({ run: 'r', batch: 'b', fence });
        expect(await lease(ledger, 'b')).toMatchObject({ state: 'mine', fence: 2 });
      }),
    );

    it(
      'does not let a past holder release the lease of its successor',
      withLedger(async ({ ledger, advance }) => {
        const fence = await fenceOf(ledger, 'a');
        advance(1_001);
        await lease(ledger, 'b');
        await ledger.releaseLease({ run: 'r', batch: 'b', fence });
        expect(await lease(ledger, 'c')).toMatchObject({ state: 'held' });
      }),
    );
  });

  describe(`${name}: crashes`, () => {
    const claimOf = (owner: string, more: object = {}) => ({
      run: 'r',
      batch: 'b',
      owner,
      leaseMs: 1_000,
      ...more,
    });
    const crashesOfRun = async (ledger: Ledger) => (await ledger.readCounts('r'))['crashes'] ?? 0;

    it(
      'counts the holders that let their lease end, with the batch and with the run',
      withLedger(async ({ ledger, advance }) => {
        expect(await lease(ledger, 'a')).toMatchObject({ state: 'mine', crashes: 0 });
        for (const crashes of [1, 2, 3]) {
          advance(1_001);
          expect(await lease(ledger, 'a')).toMatchObject({ state: 'mine', fence: 1 + crashes, crashes });
          expect(await lease(ledger, 'b')).toMatchObject({ state: 'held' });
        }
        expect(await lease(ledger, 'a', 'other')).toMatchObject({ crashes: 0 });
        expect(await crashesOfRun(ledger)).toBe(3);
      }),
    );

    it(
      'counts no holder that released, renewed or committed, and none that never was',
      withLedger(async ({ ledger, advance }) => {
        const fence = await fenceOf(ledger, 'a');
        await ledger.releaseLease({ run: 'r', batch: 'b', fence });
        advance(5_000);
        expect(await lease(ledger, 'b')).toMatchObject({ fence: 2, crashes: 0 });
        for (let time = 0; time < 3; time += 1) {
          advance(900);
          await ledger.renewLeases('b', 1_000);
        }
        // Late, and yet before anybody has taken it over.
        advance(5_000);
        await ledger.releaseLease({ run: 'r', batch: 'b', fence: 2 });
        expect(await lease(ledger, 'c')).toMatchObject({ fence: 3, crashes: 0 });
        advance(5_000);
        await ledger.commit({
          run: 'r',
          batch: 'b',
          fence: 3,
          counts: {},
          open: { shard: 0, added: { 0: 1 } },
        });
        expect(await lease(ledger, 'd')).toEqual({ state: 'done', forwarded: false });
        expect(await crashesOfRun(ledger)).toBe(0);
      }),
    );

    it(
      'gives the same lease to the same claim, as after a lost answer',
      withLedger(async ({ ledger, advance }) => {
        const first = await ledger.lease(claimOf('a', { token: 'one' }));
        expect(await ledger.lease(claimOf('a', { token: 'one' }))).toEqual(first);
        expect(await ledger.lease(claimOf('a', { token: 'two' }))).toMatchObject({ state: 'held' });
        advance(1_001);
        const second = await ledger.lease(claimOf('b', { token: 'three' }));
        expect(second).toMatchObject({ state: 'mine', fence: 2, crashes: 1 });
        expect(await ledger.lease(claimOf('b', { token: 'three' }))).toEqual(second);
        expect(await ledger.lease(claimOf('a', { token: 'one' }))).toMatchObject({ state: 'held' });
        expect(await crashesOfRun(ledger)).toBe(1);
      }),
    );

    it(
      'frees what its holder says that it has given up, and nothing else',
      withLedger(async ({ ledger, advance }) => {
        await ledger.lease(claimOf('a', { token: 'one' }));
        expect(await ledger.lease(claimOf('b', { gaveUp: 'none' }))).toMatchObject({ state: 'held' });
        expect(await ledger.lease(claimOf('b', { token: 'two', gaveUp: 'one' }))).toMatchObject({
          state: 'mine',
          fence: 2,
          crashes: 0,
        });
        expect(await ledger.lease(claimOf('c', { gaveUp: 'one' }))).toMatchObject({ state: 'held' });
        advance(1_001);
        expect(await ledger.lease(claimOf('c', { gaveUp: 'two' }))).toMatchObject({ fence: 3, crashes: 0 });
        expect(await ledger.lease(claimOf('d', { token: 'four', gaveUp: 'two' }))).toMatchObject({
          state: 'held',
        });
        expect(await crashesOfRun(ledger)).toBe(0);
      }),
    );

    it(
      'counts one crash though several take over at once',
      withLedger(async ({ ledger, advance }) => {
        await lease(ledger, 'a');
        advance(1_001);
        const answers = await Promise.all(['b', 'c', 'd'].map((owner) => lease(ledger, owner)));
        expect(answers.map(({ state }) => state).sort()).toEqual(['held', 'held', 'mine']);
        expect(await crashesOfRun(ledger)).toBe(1);
      }),
    );
  });

  describe.each([[undefined], ['h.test:8080']])(`${name}: admission of URLs of group %s`, (group) => {
    const urls = (...keys: string[]) => keys.map((key) => (group === undefined ? { key } : { key, group }));

    it(
      'admits a URL for one batch, and tells every other whose it is',
      withLedger(async ({ ledger }) => {
        expect(await ledger.admit('r', 'a', urls('k1', 'k2'))).toEqual(['a', 'a']);
        expect(await ledger.admit('r', 'b', urls('k2', 'k3'))).toEqual(['a', 'b']);
        expect(await ledger.admit('r', 'a', urls('k1', 'k2', 'k3'))).toEqual(['a', 'a', 'b']);
      }),
    );

    it(
      'keeps runs apart',
      withLedger(async ({ ledger }) => {
        await ledger.createRun(run('other'));
        await ledger.admit('r', 'a', urls('k'));
        expect(await ledger.admit('other', 'b', urls('k'))).toEqual(['b']);
      }),
    );

    it(
      'tells who admitted a URL, and admits none by that',
      withLedger(async ({ ledger }) => {
        await ledger.admit('r', 'a', urls('k1', 'k2'));
        expect(await ledger.readOwners('r', urls('k2', 'k3', 'k1'))).toEqual(['a', undefined, 'a']);
        expect(await ledger.admit('r', 'b', urls('k3'))).toEqual(['b']);
        expect(await ledger.readOwners('r', [])).toEqual([]);
      }),
    );

    it(
      'names one owner for each of hundreds of URLs, though two batches race',
      withLedger(async ({ ledger }) => {
        const keys = urls(...Array.from({ length: 250 }, (_, index) => `key-${index}`));
        const [a, b] = await Promise.all([ledger.admit('r', 'a', keys), ledger.admit('r', 'b', keys)]);
        expect(a).toEqual(b);
        expect(a).toHaveLength(keys.length);
      }),
    );
  });

  describe(`${name}: claims`, () => {
    it(
      'gives a claim to one owner for ever, beyond runs, and keeps scopes apart',
      withLedger(async ({ ledger }) => {
        const keys = Array.from({ length: 60 }, (_, index) => `place-${index}`);
        const [one, two] = await Promise.all([
          ledger.claim('job', 'run-1', keys),
          ledger.claim('job', 'run-2', keys),
        ]);
        expect(one).toEqual(two);
        expect(new Set([...one, 'run-1', 'run-2'])).toEqual(new Set(['run-1', 'run-2']));
        expect(await ledger.claim('job', 'run-3', [...keys, 'new'])).toEqual([...one, 'run-3']);
        expect(await ledger.claim('other', 'run-3', ['place-0'])).toEqual(['run-3']);
        expect(await ledger.claimants('job', ['new', 'place-0', 'none'])).toEqual([
          'run-3',
          one[0],
          undefined,
        ]);
        expect(await ledger.claim('job', 'run-4', ['none'])).toEqual(['run-4']);
      }),
    );

    it(
      'reserves out of a limit once per batch and never beyond it',
      withLedger(async ({ ledger }) => {
        for (const batch of ['a', 'b', 'c']) await lease(ledger, 'w', batch);
        expect(await ledger.reserve('r', 'a', 'pages', 6, 10)).toBe(6);
        expect(await ledger.reserve('r', 'a', 'pages', 6, 10)).toBe(6);
        expect(await ledger.reserve('r', 'b', 'pages', 6, 10)).toBe(4);
        expect(await ledger.reserve('r', 'c', 'pages', 1, 10)).toBe(0);
        expect(await ledger.reserve('r', 'c', 'items', 3, 10)).toBe(3);
        await lease(ledger, 'w', 'd');
        await lease(ledger, 'w', 'e');
        expect(await ledger.reserve('r', 'd', 'pages', -2, 10)).toBe(-2);
        expect(await ledger.reserve('r', 'e', 'pages', 5, 10)).toBe(2);
      }),
    );

    it(
      'grants a batch the items that a later visit finds more, and no more pages',
      withLedger(async ({ ledger }) => {
        for (const batch of ['a', 'b']) await lease(ledger, 'w', batch);
        expect(await ledger.reserve('r', 'a', 'items', 3, 10)).toBe(3);
        expect(await ledger.reserve('r', 'a', 'items', 5, 10)).toBe(5);
        expect(await ledger.reserve('r', 'a', 'items', 4, 10)).toBe(5);
        expect(await ledger.reserve('r', 'b', 'items', 2, 10)).toBe(2);
        expect(await ledger.reserve('r', 'a', 'items', 20, 10)).toBe(8);
        expect(await ledger.reserve('r', 'b', 'items', 3, 10)).toBe(2);
        expect(await ledger.readCounts('r')).toMatchObject({ 'reserved:items': 10 });
        expect(await ledger.reserve('r', 'a', 'pages', 3, 10)).toBe(3);
        expect(await ledger.reserve('r', 'a', 'pages', 5, 10)).toBe(3);
      }),
    );

    it(
      'reserves of quotas by name, once per batch and grant, apart from the counts and from other runs',
      withLedger(async ({ ledger }) => {
        await ledger.createRun({ id: 'r2', job: {}, baseDir: '/', state: 'running', startedAt: 1 });
        for (const batch of ['a', 'b', 'c', 'd']) await lease(ledger, 'w', batch);
        const of = (name: string, wanted: number, grant?: string) =>
          grant === undefined ? { name, wanted, limit: 10 } : { name, wanted, limit: 10, grant };
        const one = [of('host:one.test', 6), of('host:two.test:8080', 4)];
        expect(await ledger.reserveQuotas('r', 'a', one)).toEqual([6, 4]);
        expect(await ledger.reserveQuotas('r', 'a', one)).toEqual([6, 4]);
        expect(await ledger.reserveQuotas('r', 'b', one)).toEqual([4, 4]);
        expect(await ledger.reserveQuotas('r', 'b', one)).toEqual([4, 4]);
        expect(await ledger.reserveQuotas('r', 'c', one)).toEqual([0, 2]);
        expect(await ledger.reserveQuotas('r', 'c', [of('host:one.test', -3, 'back')])).toEqual([-3]);
        expect(await ledger.reserveQuotas('r', 'c', [of('host:one.test', -3, 'back')])).toEqual([-3]);
        expect(await ledger.reserveQuotas('r', 'd', one)).toEqual([3, 0]);
        const [states] = await ledger.readBatches('r', ['c']);
        expect(states?.quotasGranted).toEqual({ 'host:one.test': 0, 'host:two.test:8080': 2, back: -3 });
        expect(await ledger.readCounts('r')).toEqual({ open: 1 });
        await ledger.lease({ run: 'r2', batch: 'a', owner: 'w', leaseMs: 1_000 });
        expect(await ledger.reserveQuotas('r2', 'a', one)).toEqual([6, 4]);
      }),
    );

    it(
      'never grants more of a quota than there is, however many ask, and of hundreds of quotas at once',
      withLedger(async ({ ledger }) => {
        const batches = Array.from({ length: 12 }, (_, index) => `b${index}`);
        for (const batch of batches) await lease(ledger, 'w', batch);
        const requests = Array.from({ length: 200 }, (_, index) => ({
          name: `host:h${index}.test`,
          wanted: 3,
          limit: 20,
        }));
        const granted = await Promise.all(batches.map((batch) => ledger.reserveQuotas('r', batch, requests)));
        const sums = requests.map((_, index) =>
          granted.reduce((sum, amounts) => sum + (amounts[index] ?? 0), 0),
        );
        expect(new Set(sums)).toEqual(new Set([20]));
      }),
    );

    it(
      'never grants more money than there is, however large the limit and however many ask',
      withLedger(async ({ ledger }) => {
        const batches = Array.from({ length: 12 }, (_, index) => `b${index}`);
        for (const batch of batches) await lease(ledger, 'w', batch);
        const asked = batches.map((batch) => ledger.reserve('r', batch, 'microUsd', 350_000, 2_000_000));
        const granted = (await Promise.all(asked)).reduce((sum, amount) => sum + amount, 0);
        expect(granted).toBe(2_000_000);
        expect(await ledger.readCounts('r')).toMatchObject({ 'reserved:microUsd': 2_000_000 });
      }),
    );
  });

  describe(`${name}: commit`, () => {
    const counts = { stored: 5, 'failed:HTTP_404': 1 };
    const open = { shard: 0, added: { 7: 3 } };

    it(
      'adds counts once and knows that it did',
      withLedger(async ({ ledger }) => {
        const fence = await fenceOf(ledger, 'a');
        expect(await ledger.commit({ run: 'r', batch: 'b', fence, counts, open })).toMatchObject({
          state: 'done',
        });
        expect(await ledger.commit({ run: 'r', batch: 'b', fence, counts, open })).toMatchObject({
          state: 'already',
        });
        expect(await ledger.readCounts('r')).toMatchObject({ open: 3, stored: 5, 'failed:HTTP_404': 1 });
        expect(await lease(ledger, 'b')).toEqual({ state: 'done', forwarded: false });
      }),
    );

    it(
      'refuses the fence of a past holder',
      withLedger(async ({ ledger, advance }) => {
        const old = await fenceOf(ledger, 'a');
        advance(1_001);
        const fence = await fenceOf(ledger, 'b');
        expect(await ledger.commit({ run: 'r', batch: 'b', fence: old, counts, open })).toEqual({
          state: 'stale',
        });
        expect(await ledger.readCounts('r')).toMatchObject({ open: 1 });
        expect(await ledger.commit({ run: 'r', batch: 'b', fence, counts, open })).toMatchObject({
          state: 'done',
        });
      }),
    );

    it(
      'accepts a holder whose lease ran out while nobody took it',
      withLedger(async ({ ledger, advance }) => {
        const fence = await fenceOf(ledger, 'a');
        advance(5_000);
        expect(await ledger.commit({ run: 'r', batch: 'b', fence, counts, open })).toMatchObject({
          state: 'done',
        });
      }),
    );

    it(
      'remembers that children were forwarded',
      withLedger(async ({ ledger }) => {
        const fence = await fenceOf(ledger, 'a');
        await ledger.commit({ run: 'r', batch: 'b', fence, counts, open });
        await ledger.markForwarded('r', 'b');
        expect(await lease(ledger, 'b')).toEqual({ state: 'done', forwarded: true });
      }),
    );

    it(
      'knows when nothing is open any more, and not before',
      withLedger(async ({ ledger }) => {
        const close = async (batch: string, change: OpenChange) => {
          const fence = await fenceOf(ledger, 'w', batch);
          const answer = await ledger.commit({ run: 'r', batch, fence, counts: {}, open: change });
          return answer.open ?? (await ledger.readCounts('r'))['open'];
        };
        expect(await close('seed', { shard: 0, added: { 3: 2 } })).toBeGreaterThan(0);
        expect(await close('a', { shard: 3, added: { 3: 1 } })).toBeGreaterThan(0);
        expect(await close('b', { shard: 3, added: {} })).toBeGreaterThan(0);
        expect(await close('aa', { shard: 3, added: {} })).toBe(0);
        expect(await ledger.readCounts('r')).toMatchObject({ open: 0 });
      }),
    );

    it(
      'takes a batch from another counter when its own has none, so that none falls below 0 and the sum is right',
      withLedger(async ({ ledger }) => {
        const close = async (batch: string, change: OpenChange) => {
          const fence = await fenceOf(ledger, 'w', batch);
          const answer = await ledger.commit({ run: 'r', batch, fence, counts: {}, open: change });
          return answer.open ?? (await ledger.readCounts('r'))['open'];
        };
        await close('seed', { shard: 0, added: { 3: 1, 5: 1 } });
        // Thought to be on 9; a lone child stays where it was thought to be.
        expect(await close('a', { shard: 9, added: { 9: 1 } })).toBeGreaterThan(0);
        expect(await close('aa', { shard: 9, added: {} })).toBeGreaterThan(0);
        expect(await ledger.readCounts('r')).toMatchObject({ open: 1 });
        // Whichever of 3 and 5 is left, both may be asked for.
        expect(await close('b', { shard: 3, added: { 5: 1 } })).toBeGreaterThan(0);
        expect(await close('ba', { shard: 3, added: {} })).toBe(0);
        expect(await ledger.readCounts('r')).toMatchObject({ open: 0 });
      }),
    );

    it(
      'tells how each of many batches stands, without a lease',
      withLedger(async ({ ledger, now }) => {
        const until = now() + 1_000;
        const others = Array.from({ length: 150 }, (_, index) => `other-${index}`);
        await lease(ledger, 'w', 'held');
        const fence = await fenceOf(ledger, 'w', 'done');
        await ledger.reserve('r', 'done', 'pages', 6, 4);
        await ledger.commit({ run: 'r', batch: 'done', fence, counts, open });
        const given = await lease(ledger, 'w', 'released');
        if (given.state === 'mine') await ledger.releaseLease({ run: 'r', batch: 'released', fence: 1 });

        const [held, done, released, ...rest] = await ledger.readBatches('r', [
          'held',
          'done',
          'released',
          ...others,
        ]);
        expect(held).toEqual({ isDone: false, heldUntil: until });
        expect(done).toMatchObject({ isDone: true, heldUntil: 0, pagesGranted: 4 });
        expect([3, undefined]).toContain(done?.children);
        expect(released).toEqual({ isDone: false, heldUntil: 0 });
        expect(rest).toEqual(others.map(() => ({ isDone: false, heldUntil: 0 })));
        expect(await lease(ledger, 'w', 'other-1')).toMatchObject({ state: 'mine', fence: 1 });
        expect(await ledger.readBatches('r', [])).toEqual([]);
      }),
    );

    it(
      'adds up the counts of many batches that commit at once',
      withLedger(async ({ ledger }) => {
        const batches = Array.from({ length: 40 }, (_, index) => `b${index}`);
        await Promise.all(
          batches.map(async (batch, index) => {
            const fence = await fenceOf(ledger, 'w', batch);
            await ledger.commit({
              run: 'r',
              batch,
              fence,
              counts: { stored: 3 },
              open: { shard: 0, added: { [index % 5]: 2 } },
            });
          }),
        );
        expect(await ledger.readCounts('r')).toMatchObject({ open: 41, stored: 120 });
      }),
    );
  });

  describe(`${name}: host clocks`, () => {
    const slotsOf = async (ledger: Ledger, request: Partial<typeof turn> = {}) => {
      const answer = await ledger.reserveSlots({ host: 'h', ...turn, ...request });
      if (answer.state !== 'mine') throw new Error('busy');
      return answer.slots;
    };

    it(
      'keeps a clock and a robots.txt under the name of a pace group, apart from those of hosts',
      withLedger(async ({ ledger, now }) => {
        const firstOf = async (host: string) => {
          const answer = await ledger.reserveSlots({ host, ...turn, count: 1 });
          return answer.state === 'mine' ? answer.slots.firstAt : undefined;
        };
        for (const clock of ['*.example.com', 'ip:203.0.113.7', 'ip:2001:db8:1:2::/64']) {
          const first = (await firstOf(clock)) ?? 0;
          expect(await firstOf(clock)).toBe(first + 10 + 100);
          const robots = { fetchedAt: now(), state: 'found' as const, body: 'User-agent: *' };
          await ledger.updateHost(clock, { robots });
          await ledger.delayHost(clock, now() + 60_000);
          expect(await ledger.readHost(clock)).toMatchObject({ robots, delayedUntil: now() + 60_000 });
          expect(await ledger.claim('pace of host 1', clock, [clock])).toEqual([clock]);
          expect(await ledger.claim('pace of host 1', 'ip:10.0.0.1', [clock])).toEqual([clock]);
        }
        expect(await firstOf('example.com')).toBeLessThanOrEqual(now() + 1);
        expect(await ledger.readHost('example.com')).not.toHaveProperty('robots');
      }),
    );

    it(
      'spaces the turns of two reservations a gap apart, slack included',
      withLedger(async ({ ledger, now }) => {
        const first = await slotsOf(ledger, { count: 3 });
        expect(first).toEqual({ firstAt: now(), count: 3, spacingMs: 110, slackMs: 10 });
        const latestStart = first.firstAt + 2 * 110 + 10;
        expect((await slotsOf(ledger)).firstAt).toBe(latestStart + 100);
      }),
    );

    it(
      'keeps the larger of two jobs’ gaps between them',
      withLedger(async ({ ledger, now }) => {
        await slotsOf(ledger, { gapMs: 1_000, slackMs: 0 });
        expect((await slotsOf(ledger, { gapMs: 50, slackMs: 0 })).firstAt).toBe(now() + 1_000);
        expect((await slotsOf(ledger, { gapMs: 2_000, slackMs: 0 })).firstAt).toBe(now() + 3_000);
      }),
    );

    it(
      'gives no two reservations the same turn when many ask at once',
      withLedger(async ({ ledger }) => {
        const all = await Promise.all(Array.from({ length: 20 }, () => slotsOf(ledger, { count: 2 })));
        const starts = all
          .flatMap((slots) => [slots.firstAt, slots.firstAt + slots.spacingMs])
          .sort((a, b) => a - b);
        const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(110);
      }),
    );

    it(
      'reserves nothing beyond the horizon',
      withLedger(async ({ ledger, now }) => {
        await slotsOf(ledger, { count: 100 });
        const busy = await ledger.reserveSlots({ host: 'h', ...turn, horizonMs: 1_000 });
        expect(busy).toEqual({ state: 'busy', until: now() + 99 * 110 + 10 + 100 });
        expect((await slotsOf(ledger)).firstAt).toBe(now() + 99 * 110 + 10 + 100);
      }),
    );

    it(
      'gives those who stand in line places one after the other, and each keeps his own',
      withLedger(async ({ ledger, now }) => {
        await slotsOf(ledger, { count: 100 });
        const ask = (line: { run: string; place?: number }) =>
          ledger.reserveSlots({ host: 'h', ...turn, count: 5, horizonMs: 1_000, line });
        const firstAt = now() + 99 * 110 + 10 + 100;
        const busy = (until: number) => ({ state: 'busy', until, place: until });
        expect(await ask({ run: 'r' })).toEqual(busy(firstAt));
        expect(await ask({ run: 'r' })).toEqual(busy(firstAt + 550));
        expect(await ask({ run: 'r', place: firstAt + 550 })).toEqual(busy(firstAt + 550));
        expect(await ask({ run: 'r' })).toEqual(busy(firstAt + 1_100));
        expect(await ask({ run: 'other' })).toEqual(busy(firstAt));
      }),
    );

    it(
      'moves a line on by the turns of who stands in it, however late these are',
      withLedger(async ({ ledger, now, advance }) => {
        await slotsOf(ledger, { count: 100 });
        const ask = (horizonMs: number, place?: number) =>
          ledger.reserveSlots({
            ...{ host: 'h', ...turn, count: 5, horizonMs },
            line: { run: 'r', ...(place === undefined ? {} : { place }) },
          });
        const firstAt = now() + 99 * 110 + 10 + 100;
        for (let behind = 0; behind < 3; behind++) await ask(1_000);
        advance(firstAt + 300 - now());
        expect(await ask(1_000, firstAt)).toMatchObject({ state: 'mine', slots: { firstAt: now() } });
        // The third of them has the five turns of the second before it, 300 ms later than was foreseen.
        expect(await ask(100, firstAt + 1_100)).toEqual({
          ...{ state: 'busy', until: now() + 1_100, place: firstAt + 1_100 },
        });
        expect(await ask(1_000, firstAt + 550)).toMatchObject({ slots: { firstAt: now() + 550 } });
        expect(await ask(100, firstAt + 1_100)).toMatchObject({ until: now() + 1_100 });
      }),
    );

    it(
      'starts nothing before a delay ends, and never shortens a delay',
      withLedger(async ({ ledger, now }) => {
        await ledger.delayHost('h', now() + 5_000);
        await ledger.delayHost('h', now() + 2_000);
        expect((await slotsOf(ledger)).firstAt).toBe(now() + 5_000);
        expect(await ledger.readHost('h')).toMatchObject({ delayedUntil: now() + 5_000 });
      }),
    );

    it(
      'keeps robots.txt, the learned gap and the breaker, each without touching the others',
      withLedger(async ({ ledger }) => {
        const robots = { fetchedAt: 7, state: 'found' as const, body: 'User-agent: *\nDisallow: /ü' };
        expect(await ledger.readHost('h')).toEqual({});
        await ledger.updateHost('h', { robots });
        await ledger.updateHost('h', { learnedGapMs: 250 });
        expect(await ledger.readHost('h')).toEqual({ robots, learnedGapMs: 250 });
        await ledger.updateHost('h', { learnedGapMs: 0 });
        expect(await ledger.readHost('h')).toEqual({ robots, learnedGapMs: 0 });
        await ledger.updateHost('h', { breaker: { opens: 2, at: 9 } });
        expect(await ledger.readHost('h')).toEqual({ robots, learnedGapMs: 0, breaker: { opens: 2, at: 9 } });
        await ledger.updateHost('h', { breaker: { opens: 0, at: 0 } });
        expect(await ledger.readHost('h')).toMatchObject({ robots, breaker: { opens: 0, at: 0 } });
      }),
    );

    it(
      'keeps a robots.txt of 500 KiB',
      withLedger(async ({ ledger }) => {
        const robots = { fetchedAt: 7, state: 'found' as const, body: '# x\n'.repeat(128_000) };
        await ledger.updateHost('h', { robots });
        expect(await ledger.readHost('h')).toEqual({ robots });
      }),
    );
  });

  plainIt('lists no fault that is none of these tests', () => expect(unused()).toEqual([]));
}
