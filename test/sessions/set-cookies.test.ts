import { describe, expect, it } from 'vitest';
import { cookieHeader, receiveCookies } from '../../shared/fetch/cookies/chain-cookies.ts';
import { cookieHeaderFor, makeJar, mergeCookies, readSetCookies } from '../../shared/sessions/jar.ts';

const long = (name: number, value: number) => `${'n'.repeat(name)}=${'v'.repeat(value)}`;
const site = 'https://www.shop.example/area/page?x=1';

/** Set-Cookie headers of one address, what of them another one is sent, and where: the page itself unless it is said. */
const cases: [what: string, set: string[], sent: string, to?: string | undefined, from?: string][] = [
  ['white space around name and value', ['  a\t = \t 1 \t;'], 'a=1'],
  ['a value with = and quotes', ['a==b="c d"'], 'a==b="c d"'],
  ['a value that ends at a semicolon within quotes', ['a="b;c"; Path=/'], 'a="b'],
  ['a value without a name', ['lonely'], 'lonely'],
  ['an empty name', ['=lonely; Path=/area'], 'lonely'],
  ['neither name nor value', ['a=1', '=', '', '   ', '\t', ' = ', '; b', '=;c=d'], 'a=1'],
  ['an empty value', ['a=', 'b=1'], 'a=; b=1'],
  ['a comma, which parts nothing', ['a=1, b=2'], 'a=1, b=2'],
  ['percent signs, which are not decoded', ['a=%41'], 'a=%41'],
  ['unknown attributes and empty ones', ['a=1;;; foo; bar=baz;=;==;Path=/'], 'a=1'],
  [
    'a quoted Secure, which is none',
    ['a=1; "Secure"'],
    'a=1',
    undefined,
    'http://www.shop.example/area/page',
  ],
  ['the later of two of one name', ['a=1', 'a=2'], 'a=2'],
  ['a control character', ['a=1\u0007', '\u0001b=1', 'c=1\u007f', 'd=1'], 'd=1'],
  ['4,096 characters of name and value', [long(1, 4_095)], long(1, 4_095)],
  ['one character more', [long(1, 4_096), long(4_097, 0), long(0, 4_097)], ''],
  ['a path of more than 1,024 characters, which is none', [`a=1; Path=/${'p'.repeat(1_024)}`], 'a=1'],
  ['a domain of more than 1,024 characters, which is none', [`a=1; Domain=${'d'.repeat(1_025)}`], 'a=1'],
  ['Max-Age before Expires', ['a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], 'a=1'],
  ['the last Max-Age', ['a=1; Max-Age=0; Max-Age=60', 'b=1; Max-Age=60; Max-Age=0'], 'a=1'],
  ['a Max-Age that is no number', ['a=1; Max-Age=60,5', 'b=1; Max-Age=', 'c=1; Max-Age=+0'], 'a=1; b=1; c=1'],
  ['a negative Max-Age', ['a=1', 'a=2; Max-Age=-1'], ''],
  ['an Expires with dashes and two digits of the year', ['a=1; expires=Thu, 01-Jan-70 00:00:00 GMT'], ''],
  ['an Expires that is no date', ['a=1; Expires=soon'], 'a=1'],
  ['the directory of the page as path', ['a=1'], '', 'https://www.shop.example/areas'],
  ['a path that is none', ['a=1; Path=x', 'b=1; Path='], 'a=1; b=1'],
  ['the last path', ['a=1; Path=/; Path=/other'], ''],
  ['the last path, though it is empty', ['a=1; Path=/other; Path='], 'a=1'],
  ['a path by whole segments', ['a=1; Path=/ar'], ''],
  ['a path with a slash at its end', ['a=1; Path=/area/'], 'a=1'],
  ['a domain above, in any case', ['a=1; Domain=SHOP.Example; Path=/'], 'a=1', 'https://shop.example/'],
  ['a domain with a dot before it', ['a=1; Domain=.shop.example; Path=/'], 'a=1', 'https://x.shop.example/'],
  ['a domain with two dots', ['a=1; Domain=..shop.example', 'b=1; Domain= . shop.example'], ''],
  ['a domain with a dot at its end', ['a=1; Domain=shop.example.'], ''],
  ['the domain of another site', ['a=1; Domain=other.example', 'b=1; Domain=op.example'], ''],
  ['a domain below', ['a=1; Domain=a.www.shop.example'], ''],
  ['an empty domain, though another comes before it', ['a=1; Domain=other.example; Domain='], 'a=1'],
  ['no domain', ['a=1; Path=/'], '', 'https://a.www.shop.example/'],
  ['a public suffix', ['a=1; Domain=co.uk'], '', 'https://shop.co.uk/', 'https://shop.co.uk/'],
  [
    'a public suffix, by itself',
    ['a=1; Domain=github.io'],
    'a=1',
    'https://github.io/',
    'https://github.io/',
  ],
  [
    'the same, for no one below',
    ['a=1; Domain=github.io'],
    '',
    'https://me.github.io/',
    'https://github.io/',
  ],
  ['a host of one name', ['a=1; Domain=wiki'], 'a=1', 'http://wiki/', 'http://wiki/'],
  ['an address', ['a=1; Domain=10.0.0.1'], 'a=1', 'http://10.0.0.1/', 'http://10.0.0.1/'],
  ['the end of an address', ['a=1; Domain=0.0.1'], '', 'http://10.0.0.1/', 'http://10.0.0.1/'],
  ['an address of version 6', ['a=1'], 'a=1', 'http://[2001:db8::1]/', 'http://[2001:db8::1]/'],
  ['__Secure- with Secure', ['__Secure-a=1; Secure'], '__Secure-a=1'],
  ['__Secure- without, in any case', ['__Secure-a=1', '__SECURE-b=1', '__secure-c=1'], ''],
  ['__Host- as it has to be', ['__Host-a=1; Secure; Path=/'], '__Host-a=1'],
  [
    '__Host- with a path, a domain, or without Secure',
    ['__Host-a=1; Secure', '__Host-b=1; Secure; Path=/; Domain=www.shop.example', '__host-c=1; Path=/'],
    '',
  ],
  ['a promise in a value without a name', ['=__Secure-a=1', '__Host-b', '=__host-c'], ''],
  ['Secure from a page that is not', ['a=1; Secure'], '', undefined, 'http://www.shop.example/area/page'],
  [
    'longer paths first, then as they came',
    ['a=1; Path=/', 'b=1; Path=/area', 'c=1; Path=/'],
    'b=1; a=1; c=1',
  ],
];

/** RFC 6265bis, with what browsers do by the Web Platform Tests of cookies: values without a name are kept. */
describe('Set-Cookie of any form', () => {
  it.each(cases)('in a session: %s', (_what, set, sent, to = site, from = site) => {
    const jar = makeJar();
    for (const [index, one] of set.entries()) mergeCookies(jar, readSetCookies(from, [one], 1_000 + index));
    expect(cookieHeaderFor(jar, new URL(to), 2_000)).toBe(sent);
  });

  it.each(cases)('along a chain of redirects: %s', async (_what, set, sent, to = site, from = site) => {
    const cookies = await receiveCookies(undefined, from, set, 0);
    expect(cookies === undefined ? '' : await cookieHeader(cookies, to)).toBe(sent);
  });
});
