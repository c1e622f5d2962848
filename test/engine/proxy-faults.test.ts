import type { LookupAddress } from 'node:dns';
import { writeFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from '../fetch/local-certificate.ts';
import { type LocalProxy, type ProxyOptions, serveProxy } from '../fetch/proxies/local-proxies.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page, type SitePages } from './site.ts';
import { driveRun, endsOf, makeJob, openWorld } from './world.ts';

const schemes = ['http', 'https', 'socks5'] as const;
const pages = 60;

/** Nine proxies: every third is dead, one answers garbage, one hangs, and four work. */
const faults: readonly ProxyOptions['fault'][] = [
  'dead',
  undefined,
  'garbage',
  'dead',
  undefined,
  'hangs',
  'dead',
  undefined,
  undefined,
];

function serveAll(scheme: (typeof schemes)[number]): Promise<LocalProxy[]> {
  return Promise.all(faults.map((fault) => serveProxy(scheme, fault === undefined ? {} : { fault })));
}

function links(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `/p/${index}`);
}

describe('a run of which every third proxy is dead, one answers garbage and one hangs', () => {
  it.each(schemes)('loses no page and asks for none twice through proxies of %s', async (scheme) => {
    const all = links(pages);
    const sitePages: SitePages = { '/': page('Home', ...all) };
    for (const path of all) sitePages[path] = page(path);
    const site = await openSite(sitePages);
    const proxies = await serveAll(scheme);
    const world = enterWorld();
    writeFileSync(join(world.folder, 'authority.pem'), certificate);
    const startedAt = world.now();
    await world.start(
      'r',
      makeJob({
        sources: [{ crawl: { start: `${site.origin}/` } }],
        pages: { default: { follow: ['a'], fields: { title: 'h1' } } },
        proxies: { list: proxies.map(({ url }) => url), rotate: 'request' },
        fetch: { connectTimeoutMs: 300, attempts: 1, tls: { '127.0.0.1': { ca: 'authority.pem' } } },
      }),
    );
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    const seen = site.log.map(({ path }) => path);
    const repeated = Object.entries(counts).filter(([name]) => name.startsWith('proxy:'));
    const figures = {
      scheme,
      pages: pages + 1,
      lost: pages + 1 - (counts['stored'] ?? 0),
      askedTwice: seen.length - new Set(seen).size,
      ...Object.fromEntries(repeated),
      putOff: counts['retries'] ?? 0,
      // By the clock of the run, whose waits are jumped over.
      seconds: Math.round((world.now() - startedAt) / 1_000),
    };
    console.info(JSON.stringify(figures));
    expect(figures).toMatchObject({ lost: 0, askedTwice: 0 });
    const failed = repeated.reduce((sum, [, count]) => sum + count, 0);
    // Each of the five was asked.
    expect(failed).toBeGreaterThanOrEqual(5);
    // A proxy that fails is left alone: it fails those that are under way together, and one after each of its pauses.
    expect(failed).toBeLessThan(pages);
  });
});

it.each(schemes)(
  'proxies of %s that have led nowhere yet, and say nothing, are no witnesses against a host',
  async (scheme) => {
    const sites = await Promise.all(Array.from({ length: 8 }, () => openSite({ '/': page('Home') })));
    const dead = await Promise.all(Array.from({ length: 5 }, () => serveProxy(scheme, { fault: 'dead' })));
    const proxies = [...dead, await serveProxy(scheme)];
    const world = enterWorld();
    writeFileSync(join(world.folder, 'authority.pem'), certificate);
    await world.start(
      'r',
      makeJob({
        sources: sites.map(({ origin }) => ({ crawl: { start: `${origin}/` } })),
        proxies: { list: proxies.map(({ url }) => url), rotate: 'request' },
        fetch: { attempts: 1, tls: { '127.0.0.1': { ca: 'authority.pem' } } },
      }),
    );
    await driveRun(world, 'r', world.newProcess('p'));
    const ends = await endsOf(world, 'r');
    expect(Object.values(ends)).toEqual(sites.map(() => 'stored'));
  },
);

describe('the guard of addresses', () => {
  const privateAddresses: LookupAddress[] = [
    { address: '10.0.0.7', family: 4 },
    { address: '169.254.169.254', family: 4 },
    { address: 'fd00::7', family: 6 },
    { address: '::ffff:10.0.0.7', family: 6 },
  ];

  it.each(schemes.flatMap((scheme) => privateAddresses.map((found) => [scheme, found] as const)))(
    'asks no proxy of %s for a host at %o, nor for the address itself',
    async (scheme, found) => {
      const proxy = await serveProxy(scheme);
      const lookup: LookupFunction = (_host, _options, callback) => callback(null, [found]);
      const world = openWorld({}, { lookup });
      onTestFinished(() => world.close());
      const literal = found.family === 6 ? `[${found.address}]` : found.address;
      const list = ['http://inside.test/', `http://${literal}/`];
      await world.start(
        'r',
        makeJob({
          sources: [{ urls: { list } }],
          network: 'public',
          proxies: { list: proxy.url, network: 'allowPrivate' },
          politeness: { robots: 'ignore' },
        }),
      );
      await driveRun(world, 'r', world.newProcess('p'));
      const ends = await endsOf(world, 'r');
      expect(Object.values(ends)).toEqual(['failed ADDRESS_REFUSED', 'failed ADDRESS_REFUSED']);
      expect(proxy.asked).toEqual([]);
    },
  );
});
