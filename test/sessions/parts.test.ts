import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDangerTest } from '../../shared/sessions/dangerous-links.ts';
import { readCookieFile } from '../../shared/sessions/imports/read-cookies.ts';
import {
  cookieHeaderFor,
  cookiesOf,
  makeJar,
  mergeCookies,
  readSetCookies,
} from '../../shared/sessions/jar.ts';
import { accountsOf, memberName, readMemberName, settingsOfMember } from '../../shared/sessions/pool.ts';
import { digestWithKey, seal, unseal } from '../../shared/sessions/seal.ts';
import { openSessionKey } from '../../shared/sessions/session-key.ts';
import { tokenExpiry } from '../../shared/sessions/token-expiry.ts';
import { totpCode } from '../../shared/sessions/totp.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const at = Date.UTC(2026, 10, 28);
const sent = (jar: ReturnType<typeof makeJar>, url: string, now = at) =>
  cookieHeaderFor(jar, new URL(url), now);

describe('readSetCookies and cookieHeaderFor', () => {
  it.each([
    ['a plain one, to its host and below its path', 'a=1', 'https://x.example.com/dir/page', 'a=1'],
    ['a value with =, quotes and blanks', 'a="b=c d"', 'https://x.example.com/dir/', 'a="b=c d"'],
    ['one without a name', 'justvalue', 'https://x.example.com/dir/', 'justvalue'],
    ['its path', 'a=1; Path=/', 'https://x.example.com/', 'a=1'],
    ['another path', 'a=1; Path=/other', 'https://x.example.com/dir/', ''],
    ['a path that only begins alike', 'a=1; Path=/dir', 'https://x.example.com/directory', ''],
    ['a domain, on a subdomain of it', 'a=1; Domain=example.com; Path=/', 'https://y.example.com/', 'a=1'],
    [
      'a domain with a point and capitals',
      'a=1; DOMAIN=.Example.COM; path=/',
      'https://y.example.com/',
      'a=1',
    ],
    ['no domain, on another host', 'a=1; Path=/', 'https://y.example.com/', ''],
    ['a domain of another site', 'a=1; Domain=other.com; Path=/', 'https://other.com/', ''],
    ['a public suffix', 'a=1; Domain=com; Path=/', 'https://other.com/', ''],
    ['a secure one, over http', 'a=1; Secure; Path=/', 'http://x.example.com/', ''],
    [
      'one that has expired',
      'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/',
      'https://x.example.com/',
      '',
    ],
    [
      'an expiry with hyphens',
      'a=1; expires=Sat, 05-Dec-26 00:00:00 GMT; Path=/',
      'https://x.example.com/',
      'a=1',
    ],
    [
      'Max-Age before Expires',
      'a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/',
      'https://x.example.com/',
      'a=1',
    ],
    ['Max-Age of 0', 'a=1; Max-Age=0; Path=/', 'https://x.example.com/', ''],
    [
      '__Host- with a domain',
      '__Host-a=1; Secure; Path=/; Domain=x.example.com',
      'https://x.example.com/',
      '',
    ],
    ['__Host- as it must be', '__Host-a=1; Secure; Path=/', 'https://x.example.com/', '__Host-a=1'],
    ['a pair that is too long', `a=${'x'.repeat(4_096)}; Path=/`, 'https://x.example.com/', ''],
  ])('keeps %s', (_, cookie, url, expected) => {
    const jar = makeJar(readSetCookies('https://x.example.com/dir/page', [cookie], at));
    expect(sent(jar, url)).toBe(expected);
  });

  it('sends longer paths first, then older cookies, and a secure one within the machine', () => {
    const jar = makeJar();
    mergeCookies(jar, readSetCookies('http://127.0.0.1:80/a/b', ['new=1; Path=/'], at + 5));
    mergeCookies(jar, readSetCookies('http://127.0.0.1:80/a/b', ['old=1; Path=/; Secure'], at));
    mergeCookies(jar, readSetCookies('http://127.0.0.1:80/a/b', ['deep=1; Path=/a'], at + 9));
    expect(sent(jar, 'http://127.0.0.1:9/a/c', at + 10)).toBe('deep=1; old=1; new=1');
    expect(sent(makeJar(readSetCookies('http://[::1]/', ['a=1'], at)), 'http://[::1]/')).toBe('a=1');
  });

  it('refuses a secure cookie of a plain answer from elsewhere', () => {
    expect(readSetCookies('http://x.example.com/', ['a=1; Secure'], at)).toEqual([]);
  });
});

describe('mergeCookies', () => {
  const of = (cookie: string, time: number) => readSetCookies('https://x.example.com/', [cookie], time);

  it('lets the newest win, in whatever order the answers are merged, and as often as they are', () => {
    const answers = [of('a=1', at), of('a=2', at + 2), of('a=gone; Max-Age=0', at + 1), of('b=1', at + 1)];
    for (const order of [answers, answers.toReversed(), [...answers, ...answers]]) {
      const jar = makeJar();
      for (const answer of order) mergeCookies(jar, answer);
      expect(
        sent(jar, 'https://x.example.com/', at + 3)
          .split('; ')
          .sort(),
      ).toEqual(['a=2', 'b=1']);
    }
  });

  it('remembers a deletion, so that an older answer does not bring the cookie back', () => {
    const jar = makeJar(of('a=1', at));
    expect(mergeCookies(jar, of('a=; Max-Age=0', at + 10))).toBe(true);
    const kept = makeJar(cookiesOf(jar, at + 20));
    expect(mergeCookies(kept, of('a=1', at + 5))).toBe(false);
    expect(sent(kept, 'https://x.example.com/', at + 20)).toBe('');
    expect(cookiesOf(kept, at + 4_000_000)).toEqual([]);
  });

  it('says that nothing changed when an answer only prolongs a cookie a little, or deletes what is not there', () => {
    const jar = makeJar(of('a=1; Max-Age=1000', at));
    expect(mergeCookies(jar, of('a=1; Max-Age=1000', at + 10_000))).toBe(false);
    expect(mergeCookies(jar, of('none=; Max-Age=0', at + 10_000))).toBe(false);
    expect(mergeCookies(jar, of('a=1; Max-Age=1000', at + 300_000))).toBe(true);
    expect(mergeCookies(jar, of('a=2; Max-Age=1000', at + 300_001))).toBe(true);
  });

  it('keeps a bounded number, the newest', () => {
    const jar = makeJar();
    for (let index = 0; index < 400; index += 1) mergeCookies(jar, of(`c${index}=1`, at + index));
    expect(jar.size).toBe(300);
    expect([...jar.values()].some(({ name }) => name === 'c399')).toBe(true);
  });
});

describe('seal', () => {
  const key = new Uint8Array(32).fill(7);

  it('gives the text back with the same key and context alone, and never the same bytes twice', () => {
    const sealed = seal(key, 'job/a 1', 'geheim-ü');
    expect(unseal(key, 'job/a 1', sealed)).toBe('geheim-ü');
    expect(unseal(key, 'job/a 2', sealed)).toBeUndefined();
    expect(unseal(new Uint8Array(32), 'job/a 1', sealed)).toBeUndefined();
    expect(unseal(key, 'job/a 1', sealed.slice(0, 20))).toBeUndefined();
    expect(Buffer.from(sealed).equals(Buffer.from(seal(key, 'job/a 1', 'geheim-ü')))).toBe(false);
    expect(Buffer.from(sealed).includes('geheim')).toBe(false);
    for (const index of [0, 1, 15, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(unseal(key, 'job/a 1', changed)).toBeUndefined();
    }
  });

  it('names an account by the key', () => {
    expect(digestWithKey(key, 'alice')).toBe(digestWithKey(key, 'alice'));
    expect(digestWithKey(key, 'alice')).not.toBe(digestWithKey(new Uint8Array(32), 'alice'));
  });
});

describe('openSessionKey', () => {
  it('makes a file that its owner alone can read, and reads it again', () => {
    const folder = temporaryFolder();
    const env = { XDG_CONFIG_HOME: join(folder.path, 'config') };
    const key = openSessionKey(env);
    const file = join(env.XDG_CONFIG_HOME, 'spinneret', 'session.key');
    expect(key).toHaveLength(32);
    expect(Buffer.from(openSessionKey(env)).equals(key)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o640);
    expect(() => openSessionKey(env)).toThrow(expect.objectContaining({ code: 'SESSION_KEY_INVALID' }));
    folder.remove();
  });

  it('takes the key of the environment first, and says how long it is when it is none', () => {
    const hex = '0f'.repeat(32);
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    for (const text of [hex, base64, ` ${base64}\n`]) {
      const key = openSessionKey({ SPINNERET_SESSION_KEY: text }, '/nowhere/at/all');
      expect(Buffer.from(key).toString('hex')).toBe(hex);
    }
    expect(() => openSessionKey({ SPINNERET_SESSION_KEY: 'too-short' })).toThrow(
      expect.objectContaining({
        code: 'SESSION_KEY_INVALID',
        message: expect.not.stringContaining('too-short'),
      }),
    );
  });

  it('says so of a file that holds no key', () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'a', 'key');
    mkdirSync(dirname(file));
    writeFileSync(file, 'nothing', { mode: 0o600 });
    expect(() => openSessionKey({}, file)).toThrow(expect.objectContaining({ code: 'SESSION_KEY_INVALID' }));
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('nothing');
    folder.remove();
  });
});

describe('totpCode', () => {
  const secrets = {
    sha1: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    sha256: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA',
    sha512:
      'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA',
  };

  it.each([
    ['sha1', 59, '94287082'],
    ['sha256', 59, '46119246'],
    ['sha512', 59, '90693936'],
    ['sha1', 1_111_111_109, '07081804'],
    ['sha1', 1_111_111_111, '14050471'],
    ['sha256', 1_234_567_890, '91819424'],
    ['sha1', 20_000_000_000, '65353130'],
    ['sha512', 20_000_000_000, '47863826'],
  ] as const)('gives the code of RFC 6238, appendix B: %s at %i s', (hash, seconds, code) => {
    expect(totpCode(secrets[hash], seconds * 1_000, { hash, digits: 8 })).toBe(code);
  });

  it('reads a secret as apps show it, and refuses what is none', () => {
    expect(totpCode('gezd gnbv-gy3t qojq gezd gnbv gy3t qojq==', 59_000)).toBe('287082');
    for (const wrong of ['not base32!', '']) {
      expect(() => totpCode(wrong, 0)).toThrow(expect.objectContaining({ code: 'LOGIN_INVALID' }));
    }
  });
});

describe('tokenExpiry', () => {
  const jwt = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

  it.each([
    [jwt({ iat: 100, exp: 102 }), 900],
    [jwt({ iat: 100, exp: 1_100 }), 989_000],
    [jwt({ exp: at / 1_000 + 1_000 }), 990_000],
    [jwt({ iat: 100, exp: 100 }), 0],
    [jwt({ sub: 'x' }), undefined],
    [jwt({ exp: '1' }), undefined],
    ['opaque', undefined],
    ['a.b.c', undefined],
  ])('lets %s be used for %s ms', (token, ms) => {
    expect(tokenExpiry(token, at)).toBe(ms === undefined ? undefined : at + ms);
  });
});

describe('readCookieFile', () => {
  it('reads a cookies.txt with comments, HttpOnly marks and cookies of the session', () => {
    const text = [
      '# Netscape HTTP Cookie File',
      '#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1800000000\tsid\ta\tb',
      'x.example.com\tFALSE\t/dir\tFALSE\t0\tplain\t',
      '',
    ].join('\r\n');
    const jar = makeJar(readCookieFile(text, 'cookies.txt', at));
    expect(sent(jar, 'https://y.example.com/')).toBe('sid=a\tb');
    expect(sent(jar, 'http://x.example.com/dir/')).toBe('plain=');
    expect(sent(jar, 'http://y.example.com/dir/')).toBe('');
  });

  it('reads a storageState', () => {
    const cookies = [
      { name: 'sid', value: '1', domain: '.example.com', path: '/', expires: -1, secure: true },
      { name: 'own', value: '2', domain: 'x.example.com', path: '/', expires: at / 1_000 - 1 },
    ];
    const jar = makeJar(readCookieFile(JSON.stringify({ cookies, origins: [] }), 'state.json', at));
    expect(sent(jar, 'https://x.example.com/')).toBe('sid=1');
    expect(sent(jar, 'https://x.example.com/', at - 10_000)).toBe('sid=1; own=2');
  });

  it.each(['{', '{"cookies":1}', '{"cookies":[{"name":"a"}]}', 'a=geheim', '# nothing', '{"cookies":[]}'])(
    'refuses %s, without telling what it holds',
    (text) => {
      expect(() => readCookieFile(text, 'f', at)).toThrow(
        expect.objectContaining({ code: 'COOKIES_INVALID', message: expect.not.stringContaining('geheim') }),
      );
    },
  );
});

describe('makeDangerTest', () => {
  it.each([
    ...['/logout', '/start?do=logout', '/user/log-out', '/index.php?title=Special:UserLogout', '/logout.php'],
    ...['/signOut/', '/basket/add_to_cart?id=3', '/items/7/delete', '/a?action=remove', '/item/vote?id=1'],
    ...['/checkout/', '/post/like', '/deleteAccount', '/%6Cogout'],
  ])('knows %s', (path) => {
    expect(makeDangerTest(undefined)(`https://x.example.com${path}`)).toBe(true);
  });

  it.each([
    ...['/', '/wiki/ships', '/login', '/likelihood', '/paying-guests-of-the-old-town-house', '/a?q=delta'],
    ...['/products/mug', '/buyers-guide', '/voters', '/%E0%A4%A'],
  ])('takes %s for harmless', (path) => {
    expect(makeDangerTest(undefined)(`https://x.example.com${path}`)).toBe(false);
  });

  it('leaves what the job names', () => {
    expect(makeDangerTest(['/orders/*/cancel'])('https://x.example.com/orders/1/cancel')).toBe(false);
    expect(makeDangerTest(['/orders/*/cancel'])('https://x.example.com/logout')).toBe(true);
  });
});

describe('settingsOfMember', () => {
  const settings = {
    bearer: '${account:token}',
    headers: { x: '${env:TEAM}' },
  } as never;

  it('fills in account and secrets at once, so that a secret that looks like a placeholder stays', () => {
    const env = { TEAM: '${account:token}' };
    expect(settingsOfMember(settings, { token: '${env:TEAM}' }, env, 'pool')).toEqual({
      bearer: '${env:TEAM}',
      headers: { x: '${account:token}' },
    });
  });

  it('says which value an account of a variable lacks, and what is no list of accounts, without its content', () => {
    const code = 'ACCOUNTS_INVALID';
    expect(() => settingsOfMember(settings, {}, { TEAM: 'x' }, 'pool')).toThrow(
      expect.objectContaining({ code, message: 'sessions.pool.accounts: an account lacks token' }),
    );
    for (const text of ['geheim', '[]', '{"a":"geheim"}', '["geheim"]', '[{"a":1}]', '[null]']) {
      const read = () => accountsOf('pool', '${env:LIST}', { LIST: text });
      expect(read).toThrow(expect.objectContaining({ code, message: expect.not.stringContaining('geheim') }));
    }
    expect(accountsOf('pool', '${env:LIST}', { LIST: '[{"a":"b"}]' })).toEqual([{ a: 'b' }]);
  });
});

describe('memberName', () => {
  it.each([
    ['pool', 1, { index: 0 }, 'pool'],
    ['pool', 3, { index: 2 }, 'pool#2'],
    ['pool', 1, { index: 0, host: 'a.example:8080' }, 'pool@a.example:8080'],
    ['pool', 2, { index: 1, host: '[::1]:80' }, 'pool#1@[::1]:80'],
  ] as const)('of %s of %d at %o', (pool, size, seat, name) => {
    expect(memberName(pool, seat, size)).toBe(name);
    expect(readMemberName(name)).toEqual({ pool, ...seat });
  });
});
