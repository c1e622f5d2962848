import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { guardLookup } from '../../shared/fetch/connections/address-guard.ts';
import { keepLookups } from '../../shared/fetch/connections/lookups.ts';

type Answer = { code: string } | string[];

/** A resolver that answers when it is told to, and a clock that goes on when it is told to. */
function setUp() {
  let ms = 0;
  const asked: string[] = [];
  const open: ((answer: Answer) => void)[] = [];
  const resolve: LookupFunction = (host, _options, callback) => {
    asked.push(host);
    open.push((answer) => {
      if (!Array.isArray(answer)) return callback(Object.assign(new Error('no such name'), answer), []);
      callback(
        null,
        answer.map((address) => ({ address, family: 4 })),
      );
    });
  };
  const lookups = keepLookups(() => ms, resolve);
  const look = (host: string, lookup = lookups.lookup) =>
    new Promise<string | undefined>((done) => {
      lookup(host, { all: true }, (error, found) => {
        done(error ? error.code : (found as LookupAddress[]).map(({ address }) => address).join());
      });
    });
  return {
    lookups,
    look,
    asked,
    answer: (answer: Answer) => open.shift()?.(answer),
    goOn(passed: number) {
      ms += passed;
    },
  };
}

describe('keepLookups', () => {
  it('asks once for all who want a name at the same time', async () => {
    const { look, asked, answer } = setUp();
    const all = [look('a.test'), look('a.test'), look('b.test'), look('a.test')];
    answer(['192.0.2.1', '192.0.2.2']);
    answer(['192.0.2.3']);
    const a = '192.0.2.1,192.0.2.2';
    expect(await Promise.all(all)).toEqual([a, a, '192.0.2.3', a]);
    expect(asked).toEqual(['a.test', 'b.test']);
  });

  it.each([
    ['an answer', ['192.0.2.1'], '192.0.2.1', 30_000],
    ['a failure, with its code,', { code: 'ENOTFOUND' }, 'ENOTFOUND', 5_000],
  ])('keeps %s no longer than its time', async (_, given, expected, keptMs) => {
    const { look, asked, answer, goOn } = setUp();
    const first = look('a.test');
    answer(given);
    expect(await first).toBe(expected);
    goOn(keptMs - 1);
    expect(await look('a.test')).toBe(expected);
    expect(asked).toHaveLength(1);
    goOn(1);
    const again = look('a.test');
    answer(['192.0.2.9']);
    expect(await again).toBe('192.0.2.9');
    expect(asked).toHaveLength(2);
  });

  it('asks again where a question hangs', async () => {
    const { look, asked, goOn } = setUp();
    void look('a.test');
    goOn(29_999);
    void look('a.test');
    expect(asked).toHaveLength(1);
    goOn(1);
    void look('a.test');
    expect(asked).toHaveLength(2);
  });

  it('forgets the addresses of a host that cannot be connected to, but no failure', async () => {
    const { lookups, look, asked, answer } = setUp();
    const found = look('a.test');
    answer(['192.0.2.1']);
    await found;
    lookups.forget('a.test');
    const missing = look('a.test');
    answer({ code: 'ENOTFOUND' });
    expect(await missing).toBe('ENOTFOUND');
    lookups.forget('a.test');
    expect(await look('a.test')).toBe('ENOTFOUND');
    expect(asked).toHaveLength(2);
  });

  it('keeps ten thousand names, the ones asked last', async () => {
    const { look, asked, answer } = setUp();
    for (let host = 0; host <= 10_000; host += 1) {
      void look(`h${host}.test`);
      answer(['192.0.2.1']);
    }
    await look('h1.test');
    expect(asked).toHaveLength(10_001);
    void look('h0.test');
    expect(asked).toHaveLength(10_002);
  });

  it('leaves every address to be checked each time', async () => {
    const { lookups, look, answer } = setUp();
    const guarded = guardLookup(lookups.lookup);
    const first = look('a.test', guarded);
    answer(['8.8.8.8', '10.0.0.1']);
    expect([await first, await look('a.test', guarded)]).toEqual(['ADDRESS_REFUSED', 'ADDRESS_REFUSED']);
  });

  it('refuses a name that leads elsewhere the second time, and keeps the refusal', async () => {
    const { lookups, look, answer, asked, goOn } = setUp();
    const guarded = guardLookup(lookups.lookup);
    const first = look('a.test', guarded);
    answer(['8.8.8.8']);
    expect(await first).toBe('8.8.8.8');
    // Whatever the resolver says by now: what was looked up is what is connected to.
    goOn(29_999);
    expect(await look('a.test', guarded)).toBe('8.8.8.8');
    goOn(1);
    const second = look('a.test', guarded);
    answer(['169.254.169.254']);
    expect([await second, await look('a.test', guarded)]).toEqual(['ADDRESS_REFUSED', 'ADDRESS_REFUSED']);
    expect(asked).toHaveLength(2);
  });

  it('gives the first address to who wants one', async () => {
    const { lookups, answer } = setUp();
    const { promise, resolve } = Promise.withResolvers<unknown[]>();
    lookups.lookup('a.test', {}, (...given) => resolve(given));
    answer(['192.0.2.1', '192.0.2.2']);
    expect(await promise).toEqual([null, '192.0.2.1', 4]);
  });
});
