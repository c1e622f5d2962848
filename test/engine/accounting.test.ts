import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, crashingPorts } from './crash.ts';
import { enterWorld, openSite } from './setting.ts';
import {
  json,
  numbered,
  page,
  paths,
  redirect,
  robots,
  type SitePages,
  sitemap,
  sitemapIndex,
} from './site.ts';
import {
  deliverNext,
  driveRun,
  driveTogether,
  endsOf,
  itemLines,
  leaseMs,
  makeJob,
  outcomesOf,
} from './world.ts';

const followAll = { default: { follow: ['a'], fields: { title: 'h1' } } };

describe('a run, counted again', () => {
  it.each([1, 2, 3])('counts each link that led to nothing new, with %i processes', async (processes) => {
    const names = ['/', '/a', '/b', '/c', '/d', '/e'];
    const site = await openSite(Object.fromEntries(names.map((name) => [name, page(name, ...names)])));
    const world = enterWorld({ batchSize: 1 });
    await world.start('r', makeJob({ sources: [{ crawl: { start: `${site.origin}/` } }], pages: followAll }));
    const working = Array.from({ length: processes }, (_, index) => world.newProcess(`p${index}`));
    // In turn, so that each knows a part of what the others did.
    for (let turn = 0; (await deliverNext(world, 'r', working[turn % processes] as Engine)) !== 'over'; )
      turn += 1;
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ stored: 6, admitted: 6, duplicates: 6 * 6 - 5 });
  });

  it('notes of each batch how many URLs its pages link to that others have admitted', async () => {
    const leaf = page('Leaf', '/', '/a', '/b', '/c');
    const site = await openSite({ '/': page('Home', '/a', '/b', '/c'), '/a': leaf, '/b': leaf, '/c': leaf });
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ crawl: { start: `${site.origin}/` } }], pages: followAll }));
    await driveRun(world, 'r', world.newProcess('p'));
    const known = (await outcomesOf(world, 'r')).map(({ pages, knownLinks }) => [pages.length, knownLinks]);
    expect(known).toContainEqual([3, 4]);
  });

  it('gives every admitted page one end, whatever the page does', async () => {
    const site = await openSite({
      '/robots.txt': robots('User-agent: *\nDisallow: /private'),
      '/': page(
        'Home',
        '/good',
        '/gone',
        '/busy',
        '/moved',
        '/private/x',
        '/?utm_source=a',
        'https://example.com/',
      ),
      '/good': page('Good', '/', '/good#there', '/deep'),
      '/deep': page('Deep', '/private/x', '/good'),
      '/busy': { status: 503 },
      '/moved': redirect('/new'),
      '/new': page('New'),
    });
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ crawl: { start: `${site.origin}/` } }], pages: followAll }));
    await driveRun(world, 'r', world.newProcess('p'));

    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({
      admitted: 7,
      stored: 4,
      failed: 2,
      'failed:HTTP_404': 1,
      'failed:HTTP_503': 1,
    });
    expect(counts).toMatchObject({
      'skipped:REDIRECTED': 1,
      retries: 2,
      'refused:scope': 1,
      'refused:robots': 2,
    });
    expect((await world.ledger.readRun('r'))?.state).toBe('finished');
    expect(site.hits('/private/x')).toBe(0);
  });

  it('counts each required field that a page lacks', async () => {
    const site = await openSite({
      '/1': page('One'),
      '/2': { body: '<p>2</p>' },
      '/3': { body: '<p>3</p>' },
    });
    const fields = { title: { select: 'h1', required: true }, text: { select: 'p', required: true } };
    const world = enterWorld();
    const sources = [{ urls: { list: paths(3, site.origin) } }];
    await world.start('r', makeJob({ sources, pages: { default: { fields } } }));
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ incomplete: 3, 'missing:default.title': 2, 'missing:default.text': 1 });
    expect(counts['items']).toBeUndefined();
  });

  it('mixes all sources and fetches what two of them name once', async () => {
    const pages: SitePages = { ...numbered(6) };
    const site = await openSite(pages);
    const { origin } = site;
    pages['/sitemap.xml'] = sitemap(`${origin}/2`, `${origin}/3`);
    pages['/api'] = ({ path }) =>
      json({
        rows: path.includes('page=3')
          ? []
          : [{ name: path, href: `${origin}/${path.includes('page=1') ? 1 : 6}` }],
      });
    const world = enterWorld();
    writeFileSync(join(world.folder, 'urls.txt'), `${origin}/4\n# no\nnonsense\n${origin}/3\n`);
    const sources = [
      { crawl: { start: `${origin}/1` } },
      { sitemap: { urls: `${origin}/sitemap.xml` } },
      { urls: { list: [`${origin}/2`, `${origin}/5`] } },
      { urls: { file: 'urls.txt' } },
      { rest: { url: `${origin}/api`, items: 'rows', page: { by: 'number' }, label: 'row' } },
    ];
    const row = { follow: [{ path: 'href', label: 'default' }], fields: { name: { path: 'name' } } };
    await world.start('r', makeJob({ sources, pages: { ...followAll, row } }));
    await driveTogether(world, 'r', [world.newProcess('p'), world.newProcess('q')]);

    const counts = await expectAccounted(world, 'r');
    for (const path of paths(6)) expect(site.hits(path), path).toBe(1);
    expect(counts).toMatchObject({ stored: 9, items: 8, 'source:failed:URL_INVALID': 1, 'source:stored': 3 });
  });

  it('lets two sources read one sitemap, each for its own pages', async () => {
    const pages: SitePages = { '/a/1': page('A'), '/b/1': page('B') };
    const site = await openSite(pages);
    pages['/sitemap.xml'] = sitemap(`${site.origin}/a/1`, `${site.origin}/b/1`);
    const urls = `${site.origin}/sitemap.xml`;
    const sources = [
      { sitemap: { urls, include: '/a/*', label: 'a' } },
      { sitemap: { urls, include: '/b/*', label: 'b' } },
    ];
    const world = enterWorld();
    await world.start('r', makeJob({ sources, pages: { a: {}, b: {} } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2 });
  });

  it('reads sitemaps that list each other once', async () => {
    const pages: SitePages = numbered(1);
    const site = await openSite(pages);
    const { origin } = site;
    pages['/a.xml'] = sitemapIndex(`${origin}/b.xml`, `${origin}/pages.xml`);
    pages['/b.xml'] = sitemapIndex(`${origin}/a.xml`);
    pages['/pages.xml'] = sitemap(`${origin}/1`);
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ sitemap: { urls: `${origin}/a.xml` } }] }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1 });
    expect(['/a.xml', '/b.xml', '/pages.xml'].map(site.hits)).toEqual([1, 1, 1]);
  });
});

describe('limits', () => {
  it.each([1, 7, 30, 31])(
    'never admits more than maxPages %i, though processes take turns and one dies',
    async (maxPages) => {
      const hub = (hubs: string[]) => page('Hub', ...paths(30), ...hubs);
      const site = await openSite({ ...numbered(30), '/a': hub(['/b']), '/b': hub(['/c']), '/c': hub([]) });
      const sources = [{ urls: { list: ['a', 'b', 'c'].map((path) => `${site.origin}/${path}`) } }];
      // A process that dies while it fetches robots.txt is crash-points.test.ts's matter; its lock lasts long.
      const politeness = { robots: 'ignore' };
      const job = makeJob({ sources, pages: followAll, limits: { maxPages }, politeness });
      for (const call of [undefined, 14, 22, 31]) {
        const world = enterWorld({ batchSize: 1 });
        await world.start('r', job);
        const point = call === undefined ? undefined : ({ call, phase: 'after' } as const);
        const mortal = world.newProcess('mortal', (ports) => crashingPorts(ports, point));
        await driveTogether(world, 'r', [mortal, world.newProcess('p')]).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          world.advance(leaseMs + 1_001);
        });
        await driveTogether(world, 'r', [world.newProcess('q'), world.newProcess('s')]);
        const counts = await expectAccounted(world, 'r');
        expect(counts['admitted'], `crash at ${call}`).toBe(maxPages);
        expect(counts['refused:limit']).toBeGreaterThan(0);
      }
    },
  );

  it('goes no deeper than maxDepth', async () => {
    const site = await openSite({
      '/1': page('1', '/2'),
      '/2': page('2', '/3'),
      '/3': page('3', '/4'),
      '/4': page('4'),
    });
    const world = enterWorld();
    const sources = [{ crawl: { start: `${site.origin}/1` } }];
    await world.start('r', makeJob({ sources, pages: followAll, limits: { maxDepth: 2 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3, 'refused:depth': 1 });
    expect(site.hits('/4')).toBe(0);
  });

  it.each([[5], [7], [36], [50]])(
    'stores exactly maxItems %i, as far as there are so many',
    async (maxItems) => {
      const row = { body: '<p>a</p><p>b</p><p>c</p>' };
      const site = await openSite(Object.fromEntries(paths(12).map((path) => [path, row])));
      const world = enterWorld({ batchSize: 2 });
      const pages = { default: { each: 'p', fields: { text: { required: true } } } };
      const sources = [{ urls: { list: paths(12, site.origin) } }];
      await world.start('r', makeJob({ sources, pages, limits: { maxItems } }));
      await driveTogether(world, 'r', [world.newProcess('p'), world.newProcess('q')]);
      const counts = await expectAccounted(world, 'r');
      expect(counts['items']).toBe(Math.min(maxItems, 36));
      expect(await itemLines(world, 'r')).toHaveLength(Math.min(maxItems, 36));
      if (maxItems < 30) expect(counts['skipped:LIMIT_ITEMS']).toBeGreaterThan(0);
    },
  );

  it('fetches nothing more once maxBytes are there', async () => {
    const site = await openSite(
      Object.fromEntries(paths(9).map((path) => [path, { body: 'x'.repeat(100) }])),
    );
    const world = enterWorld({ batchSize: 1 });
    const sources = [{ urls: { list: paths(9, site.origin) } }];
    await world.start('r', makeJob({ sources, limits: { maxBytes: 250 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({
      stored: 3,
      'skipped:LIMIT_BYTES': 6,
      bytes: 300,
    });
    expect(site.log.filter(({ path }) => path !== '/robots.txt')).toHaveLength(3);
  });

  it('fetches nothing more once maxDurationMs have passed', async () => {
    const site = await openSite(numbered(6));
    const world = enterWorld({ batchSize: 2 });
    const process = world.newProcess('p');
    const sources = [{ urls: { list: paths(6, site.origin) } }];
    await world.start('r', makeJob({ sources, limits: { maxDurationMs: 3_600_000 } }));
    await deliverNext(world, 'r', process);
    await deliverNext(world, 'r', process);
    world.advance(3_600_000);
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2, 'skipped:LIMIT_DURATION': 4 });
  });

  it('starts no request of a batch under way once maxDurationMs have passed', async () => {
    const pages = numbered(6);
    const site = await openSite(pages);
    const world = enterWorld();
    pages['/1'] = () => {
      world.advance(3_600_000);
      return page('One');
    };
    const sources = [{ urls: { list: paths(6, site.origin) } }];
    const limits = { maxDurationMs: 3_600_000 };
    await world.start('r', makeJob({ sources, limits, fetch: { concurrencyPerHost: 1 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, 'skipped:LIMIT_DURATION': 5 });
  });

  it('gives the place of a page that redirects to its target', async () => {
    const site = await openSite({
      '/old': redirect('/older'),
      '/older': redirect('/new'),
      '/new': page('New'),
    });
    const world = enterWorld();
    const sources = [{ crawl: { start: `${site.origin}/old` } }];
    await world.start('r', makeJob({ sources, limits: { maxPages: 1 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, 'skipped:REDIRECTED': 2 });
  });

  it('fails the pages of a host that asks for an absurd crawl-delay, and leaves its clock alone', async () => {
    const site = await openSite({
      '/1': page('One'),
      '/robots.txt': robots('User-agent: *\nCrawl-delay: 10000000000000'),
    });
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ urls: { list: [`${site.origin}/1`] } }] }));
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ failed: 1, 'failed:CRAWL_DELAY_TOO_LONG': 1 });
  });
});

describe('a run that is stopped', () => {
  it('starts no more requests of a batch under way', async () => {
    const pages = numbered(6);
    const site = await openSite(pages);
    const world = enterWorld();
    pages['/1'] = () => {
      world.advance(1_001);
      return page('One');
    };
    const ledger = { ...world.ledger };
    const process = world.newProcess('p', (ports) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        async readRun(id) {
          const run = await ports.ledger.readRun(id);
          if (site.log.some(({ path }) => path === '/1')) await ledger.moveRun('r', ['running'], 'cancelled');
          return run === undefined ? undefined : ports.ledger.readRun(id);
        },
      },
    }));
    const sources = [{ urls: { list: paths(6, site.origin) } }];
    await world.start('r', makeJob({ sources, fetch: { concurrencyPerHost: 1 } }));
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, cancelled: 5 });
  });

  it('counts the rest as cancelled and ends', async () => {
    const site = await openSite(numbered(9));
    const world = enterWorld({ batchSize: 3 });
    const process = world.newProcess('p');
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(9, site.origin) } }] }));
    await deliverNext(world, 'r', process);
    await deliverNext(world, 'r', process);
    const asked = site.log.length;
    expect(await world.ledger.moveRun('r', ['running', 'paused'], 'cancelled')).toBe(true);
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3, cancelled: 6 });
    expect(site.log).toHaveLength(asked);
    expect((await world.ledger.readRun('r'))?.state).toBe('cancelled');
  });

  it('fetches nothing while it is paused, and goes on afterwards', async () => {
    const site = await openSite(numbered(9));
    const world = enterWorld({ batchSize: 3 });
    const process = world.newProcess('p');
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(9, site.origin) } }] }));
    await deliverNext(world, 'r', process);
    await deliverNext(world, 'r', process);
    const asked = site.log.length;
    await world.ledger.moveRun('r', ['running'], 'paused');
    for (let deliveries = 0; deliveries < 20; deliveries += 1) await deliverNext(world, 'r', process);
    expect(site.log).toHaveLength(asked);
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 9 });
    expect(Object.values(await endsOf(world, 'r'))).toEqual(Array(9).fill('stored'));
    expect((await outcomesOf(world, 'r')).flatMap(({ retries }) => retries)).toEqual([]);
  });
});
