import { describe, expect, it } from 'vitest';
import { headersFor, secretsScope } from '../../shared/engine/visit/header-scope.ts';
import { resolveSecrets } from '../../shared/schema/secrets.ts';
import { makeJob } from './world.ts';

type Settings = Record<string, unknown>;

const secret = { authorization: 'Bearer 1' };

function sentTo(url: string, headers: Record<string, string>, job: Settings): Record<string, string> {
  const frozen = makeJob({ sources: [{ crawl: { start: 'http://a.test/x' } }], ...job, fetch: { headers } });
  const env = { KEY: 'k', HOST: 'h.test' };
  return headersFor(frozen, resolveSecrets(frozen, env))(new URL(url).origin);
}

describe('headersFor', () => {
  it.each<[string, Settings, string, boolean]>([
    ['crawl.start', { crawl: { start: ['http://b.test/', 'http://a.test/'] } }, 'http://a.test/far?q', true],
    ['sitemap.site', { sitemap: { site: 'http://a.test/shop' } }, 'http://a.test/robots.txt', true],
    ['sitemap.urls', { sitemap: { urls: 'http://a.test/map.xml' } }, 'http://a.test/', true],
    ['urls.list', { urls: { list: 'http://a.test/1' } }, 'http://a.test/2', true],
    ['rest.url', { rest: { url: 'http://a.test/api', label: 'default' } }, 'http://a.test/', true],
    ['a placeholder', { crawl: { start: 'http://${env:HOST}/' } }, 'http://h.test/', true],
    ['another host', { crawl: { start: 'http://a.test/' } }, 'http://b.test/', false],
    ['a subdomain', { crawl: { start: 'http://a.test/' } }, 'http://www.a.test/', false],
    ['another port', { crawl: { start: 'http://a.test/' } }, 'http://a.test:81/', false],
    ['another scheme', { crawl: { start: 'https://a.test/' } }, 'http://a.test/', false],
    ['a file', { urls: { file: 'urls.txt' } }, 'http://a.test/', false],
  ])('sends secrets by the sources: %s, %j, %s: %s', (_, source, url, isSent) => {
    expect(sentTo(url, secret, { sources: [source] })).toEqual(isSent ? secret : {});
  });

  it.each([
    [['b.test'], 'http://b.test/', true],
    [['b.test'], 'https://b.test/', true],
    [['b.test'], 'https://b.test:444/', false],
    [['B.test:444'], 'https://b.test:444/', true],
    [['*.b.test'], 'https://www.b.test/', false],
  ])('sends secrets to hosts that scope.hosts names in full: %j, %s: %s', (hosts, url, isSent) => {
    expect(sentTo(url, secret, { scope: { hosts } })).toEqual(isSent ? secret : {});
  });

  it('sends no secrets over http to hosts of the scope when all sources are https', () => {
    const job = { sources: [{ crawl: { start: 'https://a.test/' } }], scope: { hosts: 'b.test' } };
    expect(sentTo('https://b.test/', secret, job)).toEqual(secret);
    expect(sentTo('http://b.test/', secret, job)).toEqual({});
  });

  it.each([
    ['Authorization', 'x', false],
    ['COOKIE', 'x', false],
    ['Proxy-Authorization', 'x', false],
    ['X-Api-Key', 'x', false],
    ['X-Any', 'a ${env:KEY}', false],
    ['X-Any', 'a $${env:KEY}', true],
    ['Accept-Language', 'de', true],
  ])('knows whether a header is meant for all: %s: %s, %s', (name, value, isForAll) => {
    const lower = name.toLowerCase();
    expect(Object.keys(sentTo('http://a.test/', { [name]: value }, {}))).toEqual([lower]);
    expect(Object.keys(sentTo('http://b.test/', { [name]: value }, {}))).toEqual(isForAll ? [lower] : []);
  });
});

describe('secretsScope', () => {
  it('knows the origins to which more is sent than to all', () => {
    const ofHome = (origin: string) => ({ accept: 'x', ...(origin === 'http://a.test' ? { key: 'y' } : {}) });
    expect(['http://a.test', 'http://b.test', 'null'].map(secretsScope(ofHome))).toEqual([
      true,
      false,
      false,
    ]);
    expect(secretsScope(() => ({ accept: 'x' }))('http://a.test')).toBe(false);
  });
});
