import { describe, expect } from 'vitest';
import type { itDespite } from './known-faults.ts';
import type { LedgerSetup } from './ledger-contract.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const never = Number.MAX_SAFE_INTEGER / 2;
const first = { version: 1, generation: 1, sealed: bytes('one') };

/** What every store of sessions must do; part of the ledger's contract, whose `it` knows the store's own faults. */
export function describeSessions(
  name: string,
  setup: LedgerSetup,
  it: ReturnType<typeof itDespite>['it'],
): void {
  const withStore = (body: (use: Awaited<ReturnType<LedgerSetup['open']>>) => Promise<void>) => async () => {
    const use = await setup.open();
    try {
      await body(use);
    } finally {
      await use.close();
    }
  };

  describe(`${name}: sessions`, () => {
    it(
      'keeps a session as it was written, byte by byte, under its own key',
      withStore(async ({ ledger, now }) => {
        const sealed = Uint8Array.from({ length: 256 }, (_, index) => index);
        const expiresAt = now() + 60_000;
        expect(await ledger.readSession('job/a')).toBeUndefined();
        expect(await ledger.saveSession('job/a', { ...first, sealed }, expiresAt)).toBe(true);
        const { sealed: found, ...rest } = (await ledger.readSession('job/a')) ?? { sealed: bytes('') };
        expect(Buffer.from(found).equals(sealed)).toBe(true);
        expect(rest).toEqual({ version: 1, generation: 1, hasEnded: false });
        expect(await ledger.readSession('job/b')).toBeUndefined();
      }),
    );

    it(
      'takes a write only after the version before it, so that of two writers one has to look again',
      withStore(async ({ ledger, now }) => {
        const save = (version: number, text: string) =>
          ledger.saveSession('k', { ...first, version, sealed: bytes(text) }, now() + 60_000);
        expect(await save(2, 'none before')).toBe(false);
        const created = await Promise.all([save(1, 'left'), save(1, 'right')]);
        expect(created.toSorted()).toEqual([false, true]);
        const changed = await Promise.all([save(2, 'left'), save(2, 'right')]);
        expect(changed.toSorted()).toEqual([false, true]);
        expect(await save(1, 'again')).toBe(false);
        expect((await ledger.readSession('k'))?.version).toBe(2);
      }),
    );

    it(
      'refuses what belongs to an earlier login, and ends only the login that a page showed to have ended',
      withStore(async ({ ledger, now }) => {
        const expiresAt = now() + 60_000;
        await ledger.saveSession('k', { ...first, generation: 3 }, expiresAt);
        expect(await ledger.saveSession('k', { ...first, version: 2, generation: 2 }, expiresAt)).toBe(false);
        await ledger.endSession('k', 2);
        expect((await ledger.readSession('k'))?.hasEnded).toBe(false);
        await ledger.endSession('k', 3);
        await ledger.endSession('k', 3);
        expect(await ledger.readSession('k')).toMatchObject({ hasEnded: true, version: 1 });
        expect(await ledger.saveSession('k', { ...first, version: 2, generation: 3 }, expiresAt)).toBe(true);
        expect((await ledger.readSession('k'))?.hasEnded).toBe(true);
        expect(await ledger.saveSession('k', { ...first, version: 3, generation: 4 }, expiresAt)).toBe(true);
        expect((await ledger.readSession('k'))?.hasEnded).toBe(false);
      }),
    );

    it(
      'forgets a session that has expired or is deleted, and takes a new one in its place',
      withStore(async ({ ledger, now, advance }) => {
        await ledger.saveSession('k', first, now() + 5_000);
        await ledger.saveSession('other', first, never / 1_000);
        advance(6_000);
        expect(await ledger.readSession('k')).toBeUndefined();
        expect(await ledger.saveSession('k', { ...first, sealed: bytes('new') }, now() + 60_000)).toBe(true);
        await ledger.endSession('k', 1);
        await ledger.deleteSession('k');
        await ledger.deleteSession('never there');
        expect(await ledger.readSession('k')).toBeUndefined();
        expect(await ledger.saveSession('k', first, now() + 60_000)).toBe(true);
        expect((await ledger.readSession('k'))?.hasEnded).toBe(false);
        expect(await ledger.readSession('other')).toBeDefined();
      }),
    );

    it(
      'counts in the run what it was asked to count: each attempt, and an end once, whoever sees it',
      withStore(async ({ ledger, now }) => {
        await ledger.createRun({ id: 'counted', job: {}, baseDir: '/', state: 'running', startedAt: now() });
        const limits = { maxUnanswered: 2, maxInAll: 4 };
        for (let attempt = 0; attempt < 3; attempt += 1) {
          await ledger.takeLoginAttempt({ run: 'counted', account: 'a', ...limits });
        }
        await ledger.saveSession('k', first, now() + 60_000);
        const counted = { run: 'counted', as: 'sessions:ended' };
        await Promise.all([ledger.endSession('k', 1, counted), ledger.endSession('k', 1, counted)]);
        await ledger.endSession('k', 2, counted);
        const counts = await ledger.readCounts('counted');
        expect(counts).toMatchObject({ 'sessions:logins': 2, 'sessions:ended': 1, open: 1 });
      }),
    );

    it(
      'counts login attempts by run and account, until one succeeds, and all of them',
      withStore(async ({ ledger }) => {
        const take = (account: string, run = 'r') =>
          ledger.takeLoginAttempt({ run, account, maxUnanswered: 2, maxInAll: 4 });
        const both = await Promise.all([take('a'), take('a'), take('a')]);
        expect(both.toSorted()).toEqual(['taken', 'taken', 'unanswered']);
        expect(await take('b')).toBe('taken');
        expect(await take('a', 'r2')).toBe('taken');
        await ledger.clearLoginAttempts('r', 'a');
        await ledger.clearLoginAttempts('r', 'unknown');
        expect(await take('a')).toBe('taken');
        expect(await take('a')).toBe('taken');
        await ledger.clearLoginAttempts('r', 'a');
        expect(await take('a')).toBe('inAll');
      }),
    );

    it(
      'takes a login attempt back, once for each that was taken, and none of before the last success',
      withStore(async ({ ledger, now }) => {
        await ledger.createRun({ id: 'r', job: {}, baseDir: '/', state: 'running', startedAt: now() });
        const take = () => ledger.takeLoginAttempt({ run: 'r', account: 'a', maxUnanswered: 2, maxInAll: 3 });
        const logins = async () => (await ledger.readCounts('r'))['sessions:logins'] ?? 0;
        await ledger.returnLoginAttempt('r', 'a');
        expect(await logins()).toBe(0);
        for (let time = 0; time < 5; time += 1) {
          expect(await take()).toBe('taken');
          await ledger.returnLoginAttempt('r', 'a');
          await ledger.returnLoginAttempt('r', 'a');
        }
        expect([await take(), await take(), await take()]).toEqual(['taken', 'taken', 'unanswered']);
        await ledger.clearLoginAttempts('r', 'a');
        await ledger.returnLoginAttempt('r', 'a');
        expect([await take(), await take()]).toEqual(['taken', 'inAll']);
        expect(await logins()).toBe(3);
      }),
    );
  });
}
