import { describe, expect, it } from 'vitest';
import { jarOfSession, keepSession } from '../../../cli/login/keep-session.ts';
import type { SessionStore } from '../../../shared/coordination/ports.ts';
import type { ProcessSession } from '../../../shared/engine/sessions/process-session.ts';
import { makeJar } from '../../../shared/sessions/jar.ts';
import { sessionExpiry, unsealContent } from '../../../shared/sessions/sealed-session.ts';

type Stored = Awaited<ReturnType<SessionStore['readSession']>>;

const now = 1_000_000;
const cookie = (name: string, domain: string, expires = -1) => ({
  ...{ name, value: 'v', domain, path: '/', secure: false, httpOnly: true, expires },
});

describe('jarOfSession', () => {
  it.each([
    [['*.forum.test'], ['above', 'all', 'login', 'www']],
    [['www.forum.test:8443'], ['above', 'all', 'login']],
    [['www.forum.test'], ['above', 'all', 'login', 'www']],
    [['forum.test'], ['above', 'all', 'login', 'plain']],
    [['other.test'], ['above', 'login']],
  ])('of %j has cookies that these hosts, or the page of the login, are sent', (hosts, names) => {
    const cookies = [
      ...[cookie('www', 'www.forum.test'), cookie('plain', 'forum.test'), cookie('all', '.forum.test')],
      ...[cookie('login', 'login.sso.test'), cookie('above', '.sso.test'), cookie('beside', 'sso.test')],
      cookie('other', '.ads.test'),
    ];
    const settings = { hosts } as unknown as ProcessSession['settings'];
    const jar = jarOfSession({ settings }, 'https://login.sso.test/in', cookies, now);
    expect([...jar.values()].map(({ name }) => name).sort()).toEqual(names);
  });
});

describe('keepSession', () => {
  const key = new Uint8Array(32).fill(7);
  const session = { name: 'member', key: 'forum/member', origin: { fingerprint: 'f' } } as ProcessSession;

  /** A store in which others write so many times before each write. */
  function storeWith(first: Stored, othersWrites: number) {
    let [record, left, looks] = [first, othersWrites, 0];
    let expiry = 0;
    const store: Pick<SessionStore, 'readSession' | 'saveSession'> = {
      readSession: async () => {
        looks += 1;
        return record;
      },
      saveSession: async (_key, next, expiresAt) => {
        left -= 1;
        if (left >= 0) return false;
        [record, expiry] = [{ hasEnded: false, ...next }, expiresAt];
        return true;
      },
    };
    return { store, seen: () => ({ record, expiry, looks }) };
  }

  it.each<[string, Stored, number, number]>([
    ['the first', undefined, 1, 1],
    ['that after another', { generation: 4, version: 9, hasEnded: true, sealed: new Uint8Array() }, 5, 10],
  ])(
    'seals %s generation of a session, for as long as sessions are kept',
    async (_, before, generation, version) => {
      const { store, seen } = storeWith(before, 0);
      await keepSession(store, key, session, makeJar(), now);
      const { record, expiry, looks } = seen();
      expect(record).toMatchObject({ generation, version });
      expect([expiry, looks]).toEqual([sessionExpiry(now), 1]);
      const content = record === undefined ? undefined : unsealContent(key, session.key, record);
      expect(content).toMatchObject({ fingerprint: 'f', headers: {}, cookies: [] });
    },
  );

  it('tries fifty times while others write', async () => {
    const patient = storeWith(undefined, 49);
    await keepSession(patient.store, key, session, makeJar(), now);
    expect(patient.seen().looks).toBe(50);
    const { store, seen } = storeWith(undefined, 50);
    await expect(keepSession(store, key, session, makeJar(), now)).rejects.toThrow(
      'session member changes all the time',
    );
    expect(seen().looks).toBe(50);
  });
});
