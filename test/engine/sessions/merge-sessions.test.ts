import { describe, expect, it } from 'vitest';
import { mergeSessions } from '../../../shared/engine/sessions/merge-sessions.ts';
import type { Outcome, SessionChange } from '../../../shared/model.ts';
import { readSetCookies } from '../../../shared/sessions/jar.ts';
import {
  type SessionContent,
  sealContent,
  sealCookies,
  unsealContent,
} from '../../../shared/sessions/sealed-session.ts';
import { enterWorld } from '../setting.ts';
import { makeJob } from '../world.ts';

const key = new Uint8Array(32).fill(5);
const name = 'test/pool#0';
const url = 'http://a.test/';
const cookies = (...written: string[]) => readSetCookies(url, written, Date.now());

/** A ledger with a session of generation 2, version 4; `merge` gives how many records are written, and what is known then. */
async function begin(content: Partial<SessionContent> = {}) {
  const world = enterWorld({}, { SPINNERET_SESSION_KEY: Buffer.from(key).toString('base64') });
  const job = makeJob({
    sources: [{ crawl: { start: url } }],
    sessions: { pool: { hosts: ['a.test'], count: 2 } },
  });
  await world.start('r', job);
  const process = world.newProcess('p');
  const context = await process.contextOf('r');
  const whole = { fingerprint: 'f', cookies: cookies('a=1'), headers: {}, ...content };
  const sealed = sealContent(key, name, 2, whole);
  for (const version of [1, 2, 3, 4]) {
    await world.ledger.saveSession(name, { generation: 2, version, sealed }, Date.now() + 1e9);
  }
  const known = async () => {
    const record = await world.ledger.readSession(name);
    const found = record === undefined ? undefined : unsealContent(key, name, record);
    const { jar: _, fingerprint: __, headers: ___, cookies: jar = [], ...rest } = found ?? {};
    const own = jar.map((cookie) => `${cookie.name}=${cookie.value}`).join(' ');
    return { version: record?.version, hasEnded: record?.hasEnded, cookies: own, ...rest };
  };
  const merge = async (change: Partial<SessionChange>, engine = process, batch = 'b') => {
    const sessions = [{ name: 'pool#0', generation: 2, ...change }];
    const writes = await mergeSessions(engine, context, { run: 'r', batch, sessions } as unknown as Outcome);
    return { writes, ...(await known()) };
  };
  return { world, process, context, merge };
}

const sealedOf = (generation: number, ...written: string[]) =>
  sealCookies(key, name, generation, cookies(...written));
const as = { writes: 0, version: 4, hasEnded: false, cookies: 'a=1' };
const written = { ...as, writes: 1, version: 5 };

describe('mergeSessions', () => {
  it.each<[string, Partial<SessionContent>, Partial<SessionChange>, object]>([
    ['nothing', {}, {}, as],
    ['cookies', {}, { sealed: sealedOf(2, 'b=2', 'a=1') }, { ...written, cookies: 'a=1 b=2' }],
    ['the same cookie', {}, { sealed: sealedOf(2, 'a=1') }, as],
    ['cookies of another login', {}, { sealed: sealedOf(1, 'b=2') }, as],
    ['a change of another login', {}, { generation: 1, sealed: sealedOf(1, 'b=2'), endedAt: 5 }, as],
    ['a change of a session that the job has not', {}, { name: 'other', endedAt: 5 }, as],
    ['failures', {}, { failures: { inARow: 2, hasSucceeded: false } }, { ...written, failures: [['b', 2]] }],
    [
      'failures after others',
      { failures: [['x', 1]] },
      { failures: { inARow: 2, hasSucceeded: false } },
      {
        ...written,
        failures: [
          ['x', 1],
          ['b', 2],
        ],
      },
    ],
    [
      'failures that are known',
      { failures: [['b', 2]] },
      { failures: { inARow: 2, hasSucceeded: false } },
      { ...as, failures: [['b', 2]] },
    ],
    [
      'a success after failures',
      { failures: [['x', 1]] },
      { failures: { inARow: 0, hasSucceeded: true } },
      written,
    ],
    [
      'a success, and a failure after it',
      { failures: [['x', 1]] },
      { failures: { inARow: 1, hasSucceeded: true } },
      { ...written, failures: [['b', 1]] },
    ],
    ['an end', {}, { endedAt: 5 }, { ...written, endedAt: 5 }],
    ['an end that is known', { endedAt: 5 }, { endedAt: 5 }, { ...as, endedAt: 5 }],
    ['an earlier end', { endedAt: 5 }, { endedAt: 4 }, { ...as, endedAt: 5 }],
    ['a later end', { endedAt: 5 }, { endedAt: 6 }, { ...written, endedAt: 6 }],
    ['a proof', {}, { isProven: true }, { ...written, provenIn: 'r' }],
    ['a proof of an earlier run', { provenIn: 'q' }, { isProven: true }, { ...written, provenIn: 'r' }],
    ['a proof that is known', { provenIn: 'r' }, { isProven: true }, { ...as, provenIn: 'r' }],
    [
      'that it was given up',
      { restsFor: 'q' },
      { isRetired: true, failures: { inARow: 1, hasSucceeded: false } },
      { ...written, failures: [['b', 1]], restsFor: 'r' },
    ],
    [
      'that it was given up, which is known',
      { restsFor: 'r', failures: [['b', 1]] },
      { isRetired: true, failures: { inARow: 1, hasSucceeded: false } },
      { ...as, failures: [['b', 1]], restsFor: 'r' },
    ],
  ])('writes %s, if that is news', async (_, content, change, expected) => {
    const { merge } = await begin(content);
    expect(await merge(change)).toStrictEqual(expected);
  });

  it.each<[Partial<SessionChange>, string]>([
    [{ hasEnded: true }, 'sessions:ended'],
    [{ hasEnded: true, isRetired: true }, 'sessions:retired'],
  ])('ends the session once, and says as what: %j', async (change, count) => {
    const { merge, world } = await begin();
    expect(await merge(change)).toMatchObject({ writes: 0, hasEnded: true });
    await merge(change);
    expect(await world.ledger.readCounts('r')).toMatchObject({ [count]: 1 });
  });

  it('looks again where another has written meanwhile, and gives up after fifty times', async () => {
    const { merge, process } = await begin();
    const refusing = (times: number) => {
      let refused = 0;
      const { ledger } = process;
      const saveSession: typeof ledger.saveSession = async (...call) =>
        refused++ < times ? false : ledger.saveSession(...call);
      return { ...process, ledger: { ...ledger, saveSession } };
    };
    const change = { sealed: sealedOf(2, 'b=2') };
    await expect(merge(change, refusing(51))).rejects.toThrow('changes all the time');
    expect(await merge(change, refusing(50))).toMatchObject({ writes: 1, version: 5 });
  });
});
