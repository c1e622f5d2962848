import { expect, it } from 'vitest';
import type { HostRecord } from '../../../shared/coordination/ports.ts';
import { expectAccounted } from '../accounts.ts';
import { openDomain } from '../domain.ts';
import { page, robots, type SitePages } from '../site.ts';
import { wholeOf } from '../whole.ts';
import { deliverNext, driveRun, makeJob } from '../world.ts';

const two: SitePages = { '/1': page('One', '/2', '/private'), '/2': page('Two') };
const signals = 'User-agent: *\nContent-Signal: ai-train=no, search=no\nAllow: /';

/** Hosts of one domain, each in another state before the run. */
const hosts: Record<string, SitePages> = {
  'plain.shop.test': two,
  'partly.shop.test': {
    ...two,
    '/robots.txt': robots('User-agent: *\nDisallow: /private\nCrawl-delay: 0.01'),
  },
  'shut.shop.test': { ...two, '/robots.txt': robots('User-agent: *\nDisallow: /') },
  'signals.shop.test': { ...two, '/robots.txt': robots(signals) },
  'absurd.shop.test': { ...two, '/robots.txt': robots('User-agent: *\nCrawl-delay: 99999') },
  'broken.shop.test': { ...two, '/robots.txt': { status: 503 } },
  'mended.shop.test': {
    ...two,
    '/robots.txt': ({ earlier }) => (earlier === 0 ? { status: 500 } : robots('')),
  },
  'redirected.shop.test': { ...two, '/robots.txt': { status: 302, headers: { location: '/robots' } } },
  'given-up.shop.test': two,
  'opened.shop.test': two,
  'delayed.shop.test': two,
  'failing.shop.test': Object.fromEntries(['/1', '/2'].map((path) => [path, { status: 502 }])),
  'pausing.shop.test': {
    '/1': ({ earlier }) => (earlier === 0 ? { status: 429, headers: { 'retry-after': '3' } } : page('Later')),
    '/2': page('Two'),
  },
};

const jobOf = (origins: string[], paceBy: string, more: object = {}) =>
  makeJob({
    sources: [{ urls: { list: ['/1', '/2'].flatMap((path) => origins.map((origin) => origin + path)) } }],
    pages: { default: { follow: ['a'], fields: { title: 'h1' } } },
    politeness: { gapMs: 1, paceBy, slowDown: false, maxDelayMs: 60_000 },
    fetch: { attempts: 2, breakAfter: 3, concurrencyPerHost: 1, retry: { delayMs: 0 } },
    scope: { hosts: '*.shop.test' },
    ...more,
  });

/** What the ledger knows of a host in the end. */
function recordLine(host: string, { delayedUntil, breaker, robots }: HostRecord): string {
  const known = { robots: robots?.state, cause: robots?.cause, opens: breaker?.opens };
  return `${host} ${JSON.stringify({ ...known, wasDelayed: delayedUntil !== undefined })}`;
}

it.each(['host', 'domain'])(
  'comes to what it did, for each state that a host can be in: by %s',
  async (paceBy) => {
    const { world, sites, origins } = await openDomain(hosts, { batchSize: 50 });
    const hostOf = (name: string) => new URL(origins.find((origin) => origin.includes(name)) ?? '').host;
    const { ledger } = world;
    await ledger.updateHost(hostOf('given-up'), { breaker: { opens: 99, at: world.now() } });
    await ledger.updateHost(hostOf('opened'), { breaker: { opens: 2, at: world.now() } });
    await ledger.delayHost(hostOf('delayed'), world.now() + 20_000);
    await world.start('r', jobOf(origins, paceBy));
    await driveRun(world, 'r', world.newProcess('p'));
    await expectAccounted(world, 'r');
    const named = Object.fromEntries(sites.map((site, index) => [Object.keys(hosts)[index] ?? '', site]));
    const records = await Promise.all(
      [...origins.map((origin) => new URL(origin).host), '*.shop.test'].map(async (host) =>
        recordLine(host, await ledger.readHost(host)),
      ),
    );
    await expect(await wholeOf(world, 'r', named, records)).toMatchFileSnapshot(
      `every-host-by-${paceBy}.txt`,
    );
  },
);

it.each(['host', 'domain'])(
  'loses no page where the process stops between robots.txt of two hosts: by %s',
  async (paceBy) => {
    const stopping = new AbortController();
    const stop = () => {
      stopping.abort();
      return robots('');
    };
    const { world, sites, origins } = await openDomain({
      'a.shop.test': { ...two, '/robots.txt': stop },
      'b.shop.test': { ...two, '/robots.txt': robots('') },
    });
    await world.start('r', jobOf(origins, paceBy));
    const stopped = { ...world.newProcess('p'), stopping: stopping.signal };
    while (!stopping.signal.aborted) await deliverNext(world, 'r', stopped);
    expect(sites.map(({ log }) => log.map(({ path }) => path))).toEqual([['/robots.txt'], []]);
    await driveRun(world, 'r', world.newProcess('q'));
    const counts = await expectAccounted(world, 'r');
    expect([counts['stored'], counts['retries'], counts['failed']]).toEqual([4, undefined, 2]);
    expect(sites.map(({ hits }) => hits('/robots.txt'))).toEqual([1, 1]);
  },
);
