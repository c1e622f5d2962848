import { describe, expect, it } from 'vitest';
import { type OpenSession, sessionsOfBatch, unused } from '../../../shared/engine/sessions/batch-sessions.ts';
import { emptyLive, type LiveSession } from '../../../shared/engine/sessions/process-session.ts';
import { pageRequest } from '../../../shared/sources/page.ts';

const now = 1_000;
const request = pageRequest({ url: 'http://a.test/', label: 'x' });

/** A session that is open, at place 1 of a pool of so many. */
function open(size: number, live: Partial<LiveSession> = {}, settings: object = {}) {
  const whole = { hosts: ['a.test'], rotateOn: [403, 'TIMEOUT'], retireAfter: 3, ...settings };
  const known: LiveSession = { ...emptyLive(now), generation: 2, ...live };
  const session = {
    ...{ name: 'pool#1', key: 'test/pool#1', settings: whole, headers: {}, hasSecretHeaders: false },
    ...{ endedBy: () => undefined, live: known, refusals: 0, seen: new Set<string>() },
  };
  const pool = { name: 'pool', size, settings: whole, seatOf: () => 1, at: () => session };
  const opened = { pool, session, seat: 1, live: known, ...unused() } as unknown as OpenSession;
  const sessions = { key: new Uint8Array(32), of: () => pool } as never;
  const batch = sessionsOfBatch(() => now, sessions, 'b', new Map([['pool#1', opened]]));
  const own = batch.of(request);
  if (own === undefined) throw new Error('it is open');
  return { own, session, changes: batch.changes };
}

describe('a session of a pool', () => {
  it.each<[number, object, number]>([
    [3, {}, 6],
    [6, {}, 10],
    [3, { bearer: 'key' }, 3],
    [12, { bearer: 'key' }, 10],
  ])('of %i, %j, is followed by others %i times at most', (size, settings, most) => {
    const goesOn = (turns: number) => open(size, {}, settings).own.fail('HTTP_403', turns)?.next;
    expect(goesOn(0)).toEqual({ seat: 2 % size, turns: 1 });
    expect(goesOn(most - 2)).toEqual({ seat: 2 % size, turns: most - 1 });
    expect(goesOn(most - 1)).toBeUndefined();
  });

  it('goes on for what its job names alone, and never where there is no other', () => {
    const { own } = open(2);
    expect(
      ['HTTP_403', 'TIMEOUT', 'HTTP_404', 'DNS_FAILED'].map((code) => own.fail(code, 0) !== undefined),
    ).toEqual([...[true, true, false, false]]);
    expect(open(1).own.fail('HTTP_403', 0)).toBeUndefined();
    expect([open(1).own.seat, open(2).own.seat]).toEqual([undefined, 1]);
  });

  it('is given up at the third failure in a row, those before its batch included', () => {
    const fresh = open(2);
    expect(['', '', ''].map(() => fresh.own.fail('HTTP_403', 0)?.isRetired)).toEqual([false, false, true]);
    expect(fresh.session.live).toBeUndefined();
    expect(open(2, { failures: 1 }).own.fail('HTTP_403', 0)?.isRetired).toBe(false);
    const failed = open(2, { failures: 2 });
    expect(failed.own.fail('HTTP_403', 0)?.isRetired).toBe(true);
    expect(failed.changes()).toEqual([
      {
        ...{ name: 'pool#1', generation: 2, hasEnded: true, endedAt: now, isRetired: true },
        failures: { inARow: 1, hasSucceeded: false },
      },
    ]);
    const forgiven = open(2, { failures: 2 });
    forgiven.own.succeed();
    expect(forgiven.own.fail('HTTP_403', 0)?.isRetired).toBe(false);
    expect(forgiven.changes()).toEqual([
      { name: 'pool#1', generation: 2, failures: { inARow: 1, hasSucceeded: true } },
    ]);
  });

  it('says nothing where nothing changed, and what was news in a success', () => {
    const plain = open(2);
    plain.own.succeed();
    expect([open(2).changes(), plain.changes(), plain.session.live?.isProven]).toEqual([[], [], true]);
    const forgiven = open(2, { failures: 1 });
    forgiven.own.succeed();
    expect(forgiven.changes()).toEqual([
      { name: 'pool#1', generation: 2, failures: { inARow: 0, hasSucceeded: true } },
    ]);
    const key = open(1);
    key.session.hasSecretHeaders = true;
    key.own.succeed();
    expect(key.changes()).toEqual([{ name: 'pool#1', generation: 2, isProven: true }]);
    const proven = open(1, { hasProof: true });
    proven.session.hasSecretHeaders = true;
    proven.own.succeed();
    expect(proven.changes()).toEqual([]);
  });

  it('is proven by its success for its process, where the process has read it anew meanwhile, but not its next login', () => {
    for (const [generation, isProven] of [
      [2, true],
      [3, false],
    ] as const) {
      const { own, session } = open(1);
      session.live = { ...emptyLive(now), generation };
      own.succeed();
      expect(session.live.isProven).toBe(isProven);
    }
  });

  it('is over at the moment that its login names, and then for all of its process', () => {
    expect(open(1, { expiresAt: now + 1 }).own.isOver()).toBe(false);
    const over = open(1, { expiresAt: now });
    expect([over.own.isOver(), over.session.live, over.changes()[0]?.hasEnded]).toEqual([
      true,
      undefined,
      true,
    ]);
  });

  it('sends a password or a key in plain text to nobody', () => {
    const at = (own: ReturnType<typeof open>['own']) =>
      ['http://shop.example/', 'https://shop.example/', 'http://127.0.0.1/'].map(own.isInsecure);
    const withKey = open(1);
    withKey.session.hasSecretHeaders = true;
    expect(at(open(1).own)).toEqual([false, false, false]);
    expect(at(withKey.own)).toEqual([true, false, false]);
    expect(at(open(1, { headers: { authorization: 'x' } }).own)).toEqual([true, false, false]);
  });

  it('keeps the cookies of an answer that are news, and knows whose end was known already', () => {
    const { own, changes, session } = open(1);
    const answer = {
      url: request.url,
      status: 200,
      headers: {},
      body: new Uint8Array(),
      ms: 1,
      startedAt: 0,
    };
    const setting = { ...answer, setCookies: ['sid=session-0123456; Path=/'] };
    expect([own.receive(answer), own.receive(setting), own.receive(setting)]).toEqual([false, true, false]);
    expect([own.cookies(request.url), [...session.seen]]).toEqual([
      'sid=session-0123456',
      ['session-0123456'],
    ]);
    expect(changes()).toMatchObject([{ sealed: expect.any(String) }]);
    const ending = open(1);
    ending.session.endedBy = (() => 'the form') as never;
    expect(ending.own.endedBy(answer, false)).toEqual({ why: 'the form', of: 'new' });
    expect(ending.own.endedBy(answer, false)).toEqual({ why: 'the form', of: 'known' });
    const proven = open(1, { isProven: true });
    proven.session.endedBy = (() => 'the form') as never;
    expect(proven.own.endedBy(answer, false)).toEqual({ why: 'the form', of: 'proven' });
    expect(open(1).own.endedBy(answer, false)).toBeUndefined();
  });
});
