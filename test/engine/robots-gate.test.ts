import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveDemoShop } from '../../testing/demo-shop/server.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, crashingPorts } from './crash.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, page, paths, redirect, robots, type SitePages, sitemap } from './site.ts';
import { driveRun, driveTogether, leaseMs, makeJob, outcomesOf } from './world.ts';

const noPrivate = robots('User-agent: *\nDisallow: /private');

describe('openRobotsGate', () => {
  it('skips what a source names and robots.txt forbids, and refuses such links', async () => {
    const site = await openSite({
      '/robots.txt': noPrivate,
      '/': page('Home', '/private/a', '/private/b', '/open'),
      '/open': redirect('/private/c'),
    });
    const world = enterWorld();
    const sources = [{ urls: { list: [`${site.origin}/`, `${site.origin}/private/x`] } }];
    await world.start('r', makeJob({ sources, pages: { default: { follow: ['a'] } } }));
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ stored: 1, 'skipped:ROBOTS_DISALLOWED': 2, 'refused:robots': 2 });
    expect(site.log.filter(({ path }) => path.startsWith('/private'))).toEqual([]);
  });

  it('is open to all when the job ignores robots.txt', async () => {
    const site = await openSite({ '/robots.txt': noPrivate, '/private': page('Mine') });
    const world = enterWorld();
    const sources = [{ urls: { list: `${site.origin}/private` } }];
    await world.start('r', makeJob({ sources, politeness: { robots: 'ignore' } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
    expect(site.hits('/robots.txt')).toBe(0);
  });

  it.each([600_000, 100])(
    'disallows all while robots.txt answers 5xx, then gives up; maxDelayMs %i',
    async (maxDelayMs) => {
      const site = await openSite({ ...numbered(3), '/robots.txt': { status: 500 } });
      const world = enterWorld();
      const sources = [{ urls: { list: paths(3, site.origin) } }];
      await world.start('r', makeJob({ sources, fetch: { attempts: 3 }, politeness: { maxDelayMs } }));
      await driveRun(world, 'r', world.newProcess('p'));
      const counts = await expectAccounted(world, 'r');
      expect(counts).toMatchObject({ 'failed:ROBOTS_UNREACHABLE': 3, retries: 6 });
      expect(new Set(site.log.map(({ path }) => path))).toEqual(new Set(['/robots.txt']));
      expect(site.hits('/robots.txt')).toBe(3);
    },
  );

  it('opens when robots.txt comes back', async () => {
    const site = await openSite({
      ...numbered(3),
      '/robots.txt': ({ earlier }) => (earlier === 0 ? { status: 503 } : noPrivate),
    });
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(3, site.origin) } }] }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3, retries: 3 });
    expect(site.hits('/robots.txt')).toBe(2);
  });

  it('fetches robots.txt once though several processes begin at once', async () => {
    const site = await openSite({ ...numbered(12), '/robots.txt': { ...noPrivate, delayMs: 60 } });
    const world = enterWorld({ batchSize: 2 });
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(12, site.origin) } }] }));
    await driveTogether(
      world,
      'r',
      ['p', 'q', 's', 't'].map((owner) => world.newProcess(owner)),
    );
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 12 });
    expect(site.hits('/robots.txt')).toBe(1);
  });

  it('takes no lock where another process has fetched it lately', async () => {
    const site = await openSite({ ...numbered(2), '/robots.txt': noPrivate });
    const world = enterWorld();
    const locks: Record<string, number> = {};
    for (const run of ['first', 'second']) {
      await world.start(run, makeJob({ sources: [{ urls: { list: paths(2, site.origin) } }] }));
      const names: string[] = [];
      await driveRun(
        world,
        run,
        world.newProcess(run, (ports) => crashingPorts(ports, undefined, names)),
      );
      locks[run] = names.filter((name) => name === 'ledger.acquireLock').length;
    }
    expect(locks).toEqual({ first: 1, second: 0 });
    expect(site.hits('/robots.txt')).toBe(1);
  });

  describe('reads the sitemaps of a site from it', () => {
    const runSite = async (origin: string, job: Record<string, unknown> = {}) => {
      const world = enterWorld();
      const sources = [{ crawl: { start: `${origin}/` } }, { sitemap: { site: origin, include: '/p/*' } }];
      await world.start('r', makeJob({ sources, ...job }));
      await driveRun(world, 'r', world.newProcess('p'));
      return expectAccounted(world, 'r');
    };
    const siteWith = async (maps: (origin: string) => SitePages) => {
      const pages: SitePages = { '/': page('Home'), '/p/1': page('One') };
      const site = await openSite(pages);
      Object.assign(pages, maps(site.origin));
      return site;
    };

    it.each<[string, string, (origin: string) => SitePages, string]>([
      [
        'those it names',
        'obey',
        (origin) => ({
          '/robots.txt': robots(`Sitemap: ${origin}/a.xml\nSitemap: /a.xml # again`),
          '/a.xml': sitemap(`${origin}/p/1`),
        }),
        '/a.xml',
      ],
      [
        '/sitemap.xml when it names none',
        'obey',
        (origin) => ({ '/robots.txt': noPrivate, '/sitemap.xml': sitemap(`${origin}/p/1`) }),
        '/sitemap.xml',
      ],
      [
        '/sitemap.xml when it is absent',
        'obey',
        (origin) => ({ '/sitemap.xml': sitemap(`${origin}/p/1`) }),
        '/sitemap.xml',
      ],
      [
        'those it names',
        'ignore',
        (origin) => ({
          '/robots.txt': robots(`User-agent: *\nDisallow: /\nSitemap: ${origin}/a.xml`),
          '/a.xml': sitemap(`${origin}/p/1`),
        }),
        '/a.xml',
      ],
      [
        '/sitemap.xml when it is absent',
        'ignore',
        (origin) => ({ '/sitemap.xml': sitemap(`${origin}/p/1`) }),
        '/sitemap.xml',
      ],
    ])('without asking for it again: %s; robots: %s', async (_, mode, maps, asked) => {
      const site = await siteWith(maps);
      const counts = await runSite(site.origin, { politeness: { robots: mode } });
      expect(counts).toMatchObject({ stored: 2, 'source:stored': 3 });
      expect(site.log.map(({ path }) => path).sort()).toEqual(['/', '/p/1', '/robots.txt', asked].sort());
    });

    it('and looks nowhere else when it is the host that cannot be read', async () => {
      const site = await siteWith(() => ({ '/robots.txt': robots('User-agent: *\nCrawl-delay: 900') }));
      const counts = await runSite(site.origin);
      expect(counts).toMatchObject({ 'source:failed:CRAWL_DELAY_TOO_LONG': 1, 'source:stored': 1 });
    });

    it('once on the demo shop', async () => {
      const shop = await serveDemoShop({ products: 20 });
      onTestFinished(() => shop.close());
      const pages = { default: { follow: ['header a'] } };
      const counts = await runSite(shop.origin, { pages, fetch: { attempts: 1 } });
      expect(counts['stored']).toBeGreaterThan(15);
      expect(shop.log.filter(({ path }) => path === '/robots.txt')).toHaveLength(1);
    });
  });

  it('does not wait in the process for a lock whose holder died', async () => {
    const site = await openSite(numbered(1));
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(1, site.origin) } }] }));
    const names: string[] = [];
    const probe = enterWorld();
    await probe.start('r', makeJob({ sources: [{ urls: { list: paths(1, site.origin) } }] }));
    await driveRun(
      probe,
      'r',
      probe.newProcess('p', (ports) => crashingPorts(ports, undefined, names)),
    );
    const point = { call: names.indexOf('ledger.acquireLock'), phase: 'after' } as const;
    const mortal = world.newProcess('mortal', (ports) => crashingPorts(ports, point));
    await expect(driveRun(world, 'r', mortal)).rejects.toThrow(Crash);
    const diedAt = world.now();
    const asked = site.log.length;
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
    // The world's clock jumped over the leases of the batch and of the lock; had the batch waited in the process, this test would time out.
    expect(world.now() - diedAt).toBeGreaterThan(leaseMs / 2);
    expect(world.now() - diedAt).toBeLessThan(2 * leaseMs + 5_000);
    expect(site.log.slice(asked).map(({ path }) => path)).toEqual(['/robots.txt', '/1']);
  });

  it('waits, and fails no page, where the store answers later than its lock lasts', async () => {
    const site = await openSite(numbered(1));
    const world = enterWorld();
    await world.start(
      'r',
      makeJob({ sources: [{ urls: { list: paths(1, site.origin) } }], fetch: { attempts: 1 } }),
    );
    let asked = 0;
    const process = world.newProcess('p', ({ ledger, ...ports }) => ({
      ...ports,
      ledger: {
        ...ledger,
        async acquireLock(request) {
          asked += 1;
          const answer = await ledger.acquireLock(request);
          if (asked === 1) await sleep(request.leaseMs);
          return answer;
        },
      },
    }));
    process.limits = { ...process.limits, leaseMs: 200 };
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
    expect(asked).toBe(2);
  });

  it('takes a turn for every hop of a robots.txt that redirects', async () => {
    const gapMs = 60;
    const site = await openSite({
      '/robots.txt': redirect('/a'),
      '/a': redirect('/b'),
      '/b': noPrivate,
      '/1': page('One'),
      '/private': page('Mine'),
    });
    const world = enterWorld({ maxWaitMs: 500 });
    const sources = [{ urls: { list: [`${site.origin}/1`, `${site.origin}/private`] } }];
    await world.start('r', makeJob({ sources, politeness: { gapMs } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, 'skipped:ROBOTS_DISALLOWED': 1 });
    const starts = site.log.map(({ at }) => at);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(gaps).toHaveLength(3);
    // What a request needs to get here differs a little from one to the next.
    for (const gap of gaps) expect(gap).toBeGreaterThan(gapMs - 3);
  });

  it('gives up a robots.txt whose next hop no process lives to see, rather than to begin for ever', async () => {
    const site = await openSite({ ...numbered(1), '/robots.txt': redirect('/a'), '/a': noPrivate });
    const world = enterWorld({ maxWaitMs: 100, horizonMs: 100 });
    const sources = [{ urls: { list: paths(1, site.origin) } }];
    const job = makeJob({ sources, politeness: { gapMs: 2_000 }, fetch: { timeoutMs: 1_000, attempts: 2 } });
    await world.start('r', job);
    const process = world.newProcess('p');
    const mortal = {
      ...process,
      // Each of its functions has half a second in which a fetch may begin.
      get endsAt() {
        return world.now() + 12_000;
      },
    };
    await driveRun(world, 'r', mortal);
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:ROBOTS_UNREACHABLE': 1 });
    expect(site.log.map(({ path }) => path)).toEqual(['/robots.txt', '/robots.txt']);
  });

  it('widens the gap by the crawl-delay', async () => {
    const site = await openSite({ ...numbered(4), '/robots.txt': robots('User-agent: *\nCrawl-delay: 20') });
    const world = enterWorld();
    const startedAt = world.now();
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(4, site.origin) } }] }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4 });
    const elapsedMs = world.now() - startedAt;
    expect(elapsedMs).toBeGreaterThan(3 * 20_000);
    expect((await outcomesOf(world, 'r')).length).toBeGreaterThan(3);
  });
});
