import { describe, expect, it } from 'vitest';
import { expectAccounted } from '../accounts.ts';
import { Crash, crashingPorts } from '../crash.ts';
import { enterWorld, openSite } from '../setting.ts';
import { page, type SitePages } from '../site.ts';
import { driveRun, driveTogether, endsOf, leaseMs, makeJob, outcomesOf } from '../world.ts';
import { judgeCrawl, serveTrapSite, trapJob } from './trap-site.ts';

const polite = { politeness: { gapMs: 0, slowDown: false, robots: 'ignore' } };

describe('a crawl of a site with every kind of trap', () => {
  it('fetches at most a tenth more than its pages, and misses none', { timeout: 240_000 }, async () => {
    await using site = await serveTrapSite();
    const world = enterWorld({ batchSize: 20, maxWaitMs: 0 });
    await world.start('r', makeJob({ ...polite, ...trapJob(site.origin) }));
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    const outcomes = await outcomesOf(world, 'r');
    const found = outcomes.flatMap(({ items }) => items).map(({ fields }) => String(fields['id']));
    const { missedPages, missedItems, ratio } = judgeCrawl(site, found);
    expect({ missedPages, missedItems }).toEqual({ missedPages: [], missedItems: [] });
    expect(ratio).toBeLessThanOrEqual(1.1);
    for (const kind of ['repeat', 'return', 'order', 'facet'])
      expect(counts[`refused:trap:${kind}`], kind).toBeGreaterThan(0);
    expect(counts['skipped:TRAP']).toBeGreaterThan(0);
    expect(site.log.filter((path) => path.startsWith('/room/'))).toHaveLength(30);
  });
});

/** Months that lead to the next, and to a day each that leads nowhere. */
const months: SitePages = Object.fromEntries(
  Array.from({ length: 60 }, (_, month) => {
    const path = (of: number, day = '') =>
      `/plan/${2000 + Math.floor(of / 12)}-${String((of % 12) + 1).padStart(2, '0')}${day}`;
    return [path(month), page(`Month ${month}`, path(month + 1), path(month, '-01'))] as const;
  }),
);
for (const path of Object.keys(months)) months[`${path}-01`] = page('Day');

const planJob = (origin: string, scope: object = {}, start = '/plan/2000-01') =>
  makeJob({
    ...polite,
    sources: [{ crawl: { start: `${origin}${start}` } }],
    pages: { default: { follow: ['a'], fields: { title: { select: 'h2', required: true } } } },
    fetch: { attempts: 1 },
    scope,
  });

describe('a family of pages that give nothing', () => {
  const crawl = async (pages: SitePages, scope: object = {}) => {
    const site = await openSite(pages);
    const world = enterWorld({ batchSize: 10, maxWaitMs: 0 });
    await world.start('r', planJob(site.origin, scope));
    await driveRun(world, 'r', world.newProcess('p'));
    return { counts: await expectAccounted(world, 'r'), site, world };
  };

  it('is left after so many of them', async () => {
    const { counts, site } = await crawl(months);
    // The first month, 24 more, and a day of each.
    expect(site.log.length).toBe(1 + 24 + 25);
    expect(counts['skipped:TRAP']).toBeGreaterThan(0);
    // What was skipped gives its place of maxPages back.
    expect(counts['reserved:pages']).toBe(site.log.length);
  });

  it('is read whole where the job says so', async () => {
    const { counts, site } = await crawl(months, { traps: 'follow' });
    expect(site.log.length).toBe(121);
    expect(counts).not.toHaveProperty('skipped:TRAP');
  });

  it.each([
    ['its pages give items', { body: '<h2>x</h2>' }],
    ['its pages lead to others', undefined],
  ])('is read whole where %s', async (_, day) => {
    const giving = Object.fromEntries(
      Object.entries(months).map(([path, answer], index) => {
        const isDay = path.endsWith('-01') && path.split('-').length === 3;
        return [path, isDay ? (day ?? page('Day', `/about/${'x'.repeat(index)}`)) : answer];
      }),
    );
    const { counts, site } = await crawl(giving);
    expect(counts).not.toHaveProperty('skipped:TRAP');
    for (const path of Object.keys(months)) expect(site.hits(path), path).toBe(1);
  });

  it('comes to the same ends for all that is no trap, wherever its process is killed', {
    timeout: 240_000,
  }, async () => {
    const pages: SitePages = {
      ...months,
      '/plan/2000-01': page('Start', '/plan/2000-02', '/a', '/b'),
      '/a': page('A'),
      '/b': { body: '<h2>B</h2>' },
    };
    const run = async (call: number) => {
      const site = await openSite(pages);
      const world = enterWorld({ batchSize: 10, maxWaitMs: 0 });
      await world.start('r', planJob(site.origin));
      const names: string[] = [];
      const first = world.newProcess('first', (ports) =>
        crashingPorts(ports, { call, phase: 'after' }, names),
      );
      let isCrashed = false;
      await driveRun(world, 'r', first).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
        isCrashed = true;
      });
      if (isCrashed) {
        world.advance(leaseMs + 1_001);
        await driveRun(world, 'r', world.newProcess('second'));
      }
      await expectAccounted(world, 'r');
      const ends = Object.entries(await endsOf(world, 'r')).filter(([url]) => !url.includes('/plan/'));
      const fetched = new Set(site.log.map(({ path }) => path)).size;
      return {
        ends: ends.map(([url, end]) => [new URL(url, site.origin).pathname, end]).sort(),
        fetched,
        isCrashed,
      };
    };
    const calm = await run(Number.POSITIVE_INFINITY);
    for (let call = 5; ; call += 17) {
      const killed = await run(call);
      if (!killed.isCrashed) break;
      expect(killed.ends, `killed after call ${call}`).toEqual(calm.ends);
      expect(killed.fetched, `killed after call ${call}`).toBe(calm.fetched);
    }
  });
});

/** A calendar without an end: each month leads to the one before, the one after and its days, and days to their neighbours. */
function endlessCalendar(events: ReadonlyMap<string, string>): SitePages {
  const start = 2012 * 12;
  const pages: SitePages = { '/event': { body: '<h2>Event</h2>' } };
  const month = (of: number) => `/plan/${Math.floor(of / 12)}-${String((of % 12) + 1).padStart(2, '0')}`;
  for (let of = start - 60; of <= start + 60; of += 1) {
    const days = Array.from({ length: 5 }, (_, day) => `${month(of)}-0${day + 1}`);
    const event = events.get(month(of)) ?? [];
    pages[month(of)] = page('Month', month(of - 1), month(of + 1), ...[event].flat(), ...days);
    for (const [index, day] of days.entries())
      pages[day] = page('Day', month(of), ...[days[index - 1] ?? [], days[index + 1] ?? []].flat());
  }
  return pages;
}

describe('a calendar without an end', () => {
  const monthsRead = async (
    pages: SitePages,
    { processes, batchSize }: { processes: number; batchSize: number },
  ) => {
    const site = await openSite(pages);
    const world = enterWorld({ batchSize, maxWaitMs: 0 });
    await world.start('r', planJob(site.origin, {}, '/plan/2012-01'));
    const all = Array.from({ length: processes }, (_, index) => world.newProcess(`p${index}`));
    await driveTogether(world, 'r', all);
    const counts = await expectAccounted(world, 'r');
    const paths = [...new Set(site.log.map(({ path }) => path))];
    return { months: paths.filter((path) => path.length === 13).sort(), counts, paths };
  };

  it.each([
    { processes: 1, batchSize: 1 },
    { processes: 1, batchSize: 20 },
    { processes: 4, batchSize: 3 },
  ])('is read to 24 months from where it gives something, whatever the order: %j', async (order) => {
    const events = new Map([['/plan/2013-12', '/event']]);
    const { months, counts, paths } = await monthsRead(endlessCalendar(events), order);
    // 24 months back from the first one, 23 on to the event; behind it one that nothing led to in vain, and 24 more.
    expect([months.at(0), months.at(-1), months.length]).toEqual(['/plan/2010-01', '/plan/2016-01', 73]);
    expect(paths).toContain('/event');
    expect(paths.length - months.length).toBeLessThanOrEqual(60);
    expect(counts['skipped:TRAP']).toBeGreaterThan(0);
  });
});

describe('links to orders and filters of a list', () => {
  it('lead to the list itself, once, and are counted by kind', async () => {
    const site = await openSite({
      '/': page('Home', '/list?sort=a', '/list?sort=b&filter[x]=1', '/list?page=2&sort=a', '/go?next=%2F'),
      '/list': page('List', '/list?sort=c'),
      '/go': page('Go'),
    });
    const world = enterWorld();
    const job = {
      ...polite,
      sources: [{ crawl: { start: `${site.origin}/` } }],
      pages: { default: { follow: ['a'] } },
    };
    await world.start('r', makeJob(job));
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    expect(site.log.map(({ path }) => path).sort()).toEqual(['/', '/go', '/list', '/list?page=2']);
    expect(counts).toMatchObject({
      'refused:trap:order': 4,
      'refused:trap:facet': 1,
      'refused:trap:return': 1,
    });
  });
});
