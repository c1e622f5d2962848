import { afterEach, describe, expect, it } from 'vitest';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { expectAccounted } from './accounts.ts';
import { page, redirect, type Site, type SitePages, serveSite, sitemap } from './site.ts';
import { driveRun, driveTogether, endsOf, makeJob, openWorld, outcomesOf, type World } from './world.ts';
import { wrapPorts } from './wrap-ports.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function openSite(pages: SitePages): Promise<Site> {
  const site = await serveSite(pages);
  closers.push(site.close);
  return site;
}

function enterWorld(batchSize: number): World {
  const world = openWorld({ batchSize });
  closers.push(world.close);
  return world;
}

const waitingIn = async ({ database }: World) =>
  (await makeLocalLedger(database).countFrontier('r', 1)).waiting;

const ranked = (ranks: [path: string, rank: string | undefined][]) => ({
  headers: { 'content-type': 'text/html' },
  body: ranks
    .map(([path, rank]) => `<a href="${path}"${rank === undefined ? '' : ` data-rank="${rank}"`}>x</a>`)
    .join(''),
});

const asked = ({ log }: Site) => log.map(({ path }) => path).filter((path) => path !== '/robots.txt');

/** Links bear what they are worth. */
const byRank = {
  default: { follow: [{ select: 'a', priority: { attr: 'data-rank' } }], fields: { x: { select: 'h1' } } },
};

const crawl = (origin: string, more = {}) => [{ crawl: { start: `${origin}/`, ...more } }];

describe('a job with priorities', () => {
  it('fetches the best of what is known, and ends the others as skipped for the limit', async () => {
    const all = Array.from({ length: 40 }, (_, index) => index + 1);
    const pages = Object.fromEntries(all.map((rank) => [`/p${rank}`, page(`Page ${rank}`)]));
    const shuffled = all.toSorted((a, b) => ((a * 17) % 41) - ((b * 17) % 41));
    const hub = ranked(shuffled.map((rank) => [`/p${rank}`, String(rank)]));
    const site = await openSite({ ...pages, '/': hub });
    const world = enterWorld(4);
    await world.start('r', makeJob({ sources: crawl(site.origin), pages: byRank, limits: { maxPages: 13 } }));
    await driveTogether(world, 'r', [world.newProcess('p'), world.newProcess('q')]);
    const best = all.slice(-12).map((rank) => `/p${rank}`);
    expect(asked(site).sort()).toEqual(['/', ...best].sort());
    expect(await expectAccounted(world, 'r')).toMatchObject({
      admitted: 41,
      stored: 13,
      'skipped:LIMIT_PAGES': 28,
      'reserved:pages': 13,
    });
  });

  it('fetches what was found later first, if it is better: by its link, else by its label', async () => {
    const site = await openSite({
      '/': ranked([
        ['/a', undefined],
        ['/b', undefined],
        ['/list', '5'],
        ['/c', 'soon'],
      ]),
      '/list': ranked([
        ['/item/1', undefined],
        ['/item/2', undefined],
        ['/late', '-1'],
      ]),
      ...Object.fromEntries(['/a', '/b', '/c', '/late'].map((path) => [path, page(path)])),
      ...Object.fromEntries(['/item/1', '/item/2'].map((path) => [path, page(path)])),
    });
    const world = enterWorld(1);
    const labels = { ...byRank, item: { match: '/item/*', priority: 9 } };
    await world.start('r', makeJob({ sources: crawl(site.origin), pages: labels }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(asked(site)).toEqual(['/', '/list', '/item/1', '/item/2', '/a', '/b', '/c', '/late']);
    await expectAccounted(world, 'r');
  });

  it.each([
    ['breadth', ['/', '/s1', '/s2', '/c1', '/c2']],
    ['best', ['/', '/c1', '/c2', '/s1', '/s2']],
  ] as const)('orders equal priorities as crawl.order: %s says', async (order, expected) => {
    const pages: SitePages = { '/': page('Home', '/c1', '/c2') };
    for (const path of ['/c1', '/c2', '/s1', '/s2']) pages[path] = page(path);
    const site = await openSite(pages);
    pages['/sitemap.xml'] = sitemap(`${site.origin}/s1`, `${site.origin}/s2`);
    const sources = [...crawl(site.origin, { order }), { sitemap: { urls: `${site.origin}/sitemap.xml` } }];
    const world = enterWorld(1);
    await world.start('r', makeJob({ sources, pages: { default: { follow: ['a'] } } }));
    // The start page is read before the sitemap.
    const process = world.newProcess('p', (ports) => ({
      ...ports,
      queue: {
        ...ports.queue,
        send: (messages) =>
          ports.queue.send(
            messages.map((message) =>
              message.batch.requests[0]?.url.endsWith('.xml') === true
                ? { ...message, notBefore: world.now() + 60_000 }
                : {
                    ...message,
                    notBefore: message.batch.draws?.like.url.endsWith('/') ? 0 : world.now() + 120_000,
                  },
            ),
          ),
      },
    }));
    await driveRun(world, 'r', process);
    expect(asked(site).filter((path) => path !== '/sitemap.xml')).toEqual(expected);
  });

  it('keeps the place of a page that is tried again, and gives that of a redirect to what is drawn next', async () => {
    const site = await openSite({
      '/': ranked([
        ['/busy', '9'],
        ['/old', '8'],
        ['/c', '3'],
        ['/d', '2'],
        ['/e', '1'],
      ]),
      '/busy': ({ earlier }) => (earlier === 0 ? { status: 503 } : page('Busy')),
      '/old': redirect('/new'),
      '/new': page('New'),
      ...Object.fromEntries(['/c', '/d', '/e'].map((path) => [path, page(path)])),
    });
    const world = enterWorld(1);
    await world.start('r', makeJob({ sources: crawl(site.origin), pages: byRank, limits: { maxPages: 4 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    const ends = Object.entries(await endsOf(world, 'r')).map(([url, end]) => [new URL(url).pathname, end]);
    expect(Object.fromEntries(ends)).toEqual({
      '/': 'stored',
      '/busy': 'stored',
      '/old': 'skipped REDIRECTED',
      '/new': 'stored',
      '/c': 'stored',
      '/d': 'skipped LIMIT_PAGES',
      '/e': 'skipped LIMIT_PAGES',
    });
    await expectAccounted(world, 'r');
  });

  it('gives the places to the best of all hosts, whichever host is due first', async () => {
    const paths = (rank: number) =>
      Array.from({ length: 10 }, (_, index): [string, string] => [`/p${index}`, String(rank + 2 * index)]);
    const pagesOf = (rank: number): SitePages => ({
      '/': ranked(paths(rank)),
      ...Object.fromEntries(paths(rank).map(([path]) => [path, page(path)])),
    });
    const [odd, even] = [await openSite(pagesOf(1)), await openSite(pagesOf(2))];
    const world = enterWorld(2);
    const start = [`${odd.origin}/`, `${even.origin}/`];
    const limits = { maxPages: 8 };
    // Both start pages come before all that they lead to.
    const pages = { default: { ...byRank.default, priority: 100 } };
    await world.start('r', makeJob({ sources: [{ crawl: { start } }], pages, limits }));
    const process = world.newProcess('p', (ports) => ({
      ...ports,
      queue: {
        ...ports.queue,
        // The first host comes first with all of its batches, once both start pages are read.
        send: (messages) =>
          ports.queue.send(
            messages.map((message) =>
              message.batch.draws?.like.depth === 1
                ? {
                    ...message,
                    notBefore: world.now() + (message.batch.host === odd.origin.slice(7) ? 60_000 : 120_000),
                  }
                : message,
            ),
          ),
      },
    }));
    await driveRun(world, 'r', process);
    expect([asked(odd).sort(), asked(even).sort()]).toEqual([
      ['/', '/p7', '/p8', '/p9'],
      ['/', '/p7', '/p8', '/p9'],
    ]);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 8, 'skipped:LIMIT_PAGES': 14 });
  });

  it('ends as soon as no place is left, however long the turns of what waits would take', async () => {
    const ranks = Array.from({ length: 60 }, (_, rank): [string, string] => [`/p${rank}`, String(rank)]);
    const site = await openSite({
      '/': ranked(ranks),
      ...Object.fromEntries(ranks.map(([path]) => [path, page(path)])),
    });
    const world = enterWorld(1);
    const politeness = { gapMs: 5_000, robots: 'ignore', slowDown: false };
    const limits = { maxPages: 3 };
    const begunAt = world.now();
    await world.start('r', makeJob({ sources: crawl(site.origin), pages: byRank, politeness, limits }));
    await driveTogether(world, 'r', [world.newProcess('p'), world.newProcess('q')]);
    expect(asked(site)).toEqual(['/', '/p59', '/p58']);
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'skipped:LIMIT_PAGES': 58 });
    expect(world.now() - begunAt).toBeLessThan(60_000);
    // What was called before its turns has returned these: another run does not wait until they are over.
    const { host } = new URL(site.origin);
    const turn = { host, count: 1, gapMs: 5_000, slackMs: 20, spareMs: 100, horizonMs: 600_000 };
    const answer = await world.ledger.reserveSlots(turn);
    expect(answer).toMatchObject({ state: 'mine' });
    if (answer.state === 'mine') expect(answer.slots.firstAt - world.now()).toBeLessThan(6_000);
  });

  it('looks at its host once for each batch: what is known when turns are taken holds for the visit', async () => {
    const ranks = Array.from({ length: 9 }, (_, rank): [string, string] => [`/p${rank}`, String(rank)]);
    const site = await openSite({
      '/': ranked(ranks),
      ...Object.fromEntries(ranks.map(([path]) => [path, page(path)])),
    });
    const world = enterWorld(3);
    const politeness = { robots: 'ignore', slowDown: false };
    await world.start('r', makeJob({ sources: crawl(site.origin), pages: byRank, politeness }));
    const calls: string[] = [];
    const process = world.newProcess('p', (ports) =>
      wrapPorts(ports, async (name, call) => {
        calls.push(name);
        return call();
      }),
    );
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 10 });
    const count = (name: string) => calls.filter((call) => call === `ledger.${name}`).length;
    expect([count('drawFromFrontier'), count('readHost')]).toEqual([4, 4]);
  });

  it('counts what waits as cancelled when the run is', async () => {
    const site = await openSite({
      '/': ranked([
        ['/a', '1'],
        ['/b', '2'],
      ]),
      '/a': page('A'),
      '/b': page('B'),
    });
    const world = enterWorld(1);
    await world.start('r', makeJob({ sources: crawl(site.origin), pages: byRank }));
    const process = world.newProcess('p', (ports) =>
      wrapPorts(ports, async (name, call) => {
        if (name === 'ledger.putInFrontier' && asked(site).length === 1) {
          await world.ledger.moveRun('r', ['running'], 'cancelled');
        }
        return call();
      }),
    );
    await driveRun(world, 'r', process);
    expect(asked(site)).toEqual(['/']);
    expect(await world.ledger.readCounts('r')).toMatchObject({
      admitted: 3,
      stored: 1,
      cancelled: 2,
      open: 0,
    });
    expect(await waitingIn(world)).toBe(0);
  });

  it('draws when it has its turns, not before: what is found while it waits for them may be better', async () => {
    const site = await openSite({
      '/': ranked([
        ['/a', '1'],
        ['/b', '1'],
        ['/c', '1'],
        ['/hub', '1.5'],
      ]),
      '/hub': ranked([['/best', '9']]),
      ...Object.fromEntries(['/a', '/b', '/c', '/best'].map((path) => [path, page(path)])),
    });
    const world = enterWorld(1);
    const politeness = { gapMs: 300, robots: 'ignore', slowDown: false };
    await world.start('r', makeJob({ sources: crawl(site.origin), pages: byRank, politeness }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(asked(site)).toEqual(['/', '/hub', '/best', '/a', '/b', '/c']);
  });
});

describe('a job without priorities', () => {
  it('asks nothing of a frontier, and its batches carry requests', async () => {
    const site = await openSite({ '/': page('Home', '/a', '/b'), '/a': page('A'), '/b': page('B') });
    const world = enterWorld(2);
    const sources = crawl(site.origin);
    await world.start(
      'r',
      makeJob({ sources, pages: { default: { follow: ['a'] } }, limits: { maxPages: 2 } }),
    );
    const calls = new Set<string>();
    const batches: object[] = [];
    const process = world.newProcess('p', (ports) => {
      const { putInFrontier: _, drawFromFrontier: __, ...ledger } = ports.ledger;
      const send: typeof ports.queue.send = async (messages) => {
        batches.push(...messages.map(({ batch }) => batch));
        await ports.queue.send(messages);
      };
      return wrapPorts({ ...ports, ledger, queue: { ...ports.queue, send } }, async (name, call) => {
        calls.add(name);
        return call();
      });
    });
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2, 'refused:limit': 1 });
    expect([...calls].filter((name) => /frontier/i.test(name))).toEqual([]);
    expect(batches.length).toBeGreaterThan(0);
    for (const batch of batches) {
      expect(batch).not.toHaveProperty('draws');
      expect(batch).toHaveProperty('requests.0.url');
    }
    expect((await outcomesOf(world, 'r')).flatMap(({ links }) => links)).not.toContainEqual(
      expect.objectContaining({ priority: expect.anything() }),
    );
  });
});
