import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { parseJobs } from '../../shared/job/load.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Counts } from '../../shared/model.ts';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, type CrashPoint, checkPoints, crashingPorts, takeCrashPoints } from './crash.ts';
import {
  json,
  page,
  redirect,
  robots,
  type Site,
  type SitePages,
  serveSite,
  sitemap,
  sitemapIndex,
} from './site.ts';
import { driveRun, endsOf, itemLines, leaseMs, makeJob, openWorld, unaccounted } from './world.ts';

let site: Site;
let shop: DemoShop;
beforeAll(async () => {
  shop = await serveDemoShop({ products: 10, gapLog: false });
  const pages: SitePages = {
    '/': page('Home', '/p/1', '/p/2', '/old', '/gone', '/private', '/wait', '/l?page=2'),
    '/l?page=2': page('List 2', '/p/3', '/p/4', '/l?page=3'),
    '/l?page=3': page('List 3', '/p/4', '/p/5', '/busy'),
    '/old': redirect('/older'),
    '/older': redirect('/p/1'),
    '/busy': { status: 503 },
    '/wait': { status: 429, headers: { 'retry-after': '5' } },
    '/p/1': page('Product 1', '/p/2', '/'),
    '/p/2': { body: '<link rel="canonical" href="/p/6"><h1>Product 2</h1>' },
    '/p/3': { body: '<p>No heading</p>' },
    '/p/4': page('Product 4'),
    '/p/5': page('Product 5'),
    '/p/6': page('Product 6'),
    '/row/Row': page('Row, alone'),
    '/ranked': {
      body: ['/p/1', '/p/3', '/p/4', '/gone', '/busy', '/p/5', '/p/6']
        .map((path, index) => `<a href="${path}" data-rank="${(index * 3) % 7}">x</a>`)
        .join(''),
    },
    '/api': ({ path }) => json(path.endsWith('page=2') ? [] : [{ h1: 'Row' }]),
  };
  site = await serveSite(pages);
  pages['/robots.txt'] = robots(`User-agent: *\nDisallow: /private\nSitemap: ${site.origin}/index.xml`);
  pages['/index.xml'] = sitemapIndex(`${site.origin}/pages.xml`);
  pages['/pages.xml'] = sitemap(...[4, 5, 6].map((id) => `${site.origin}/p/${id}`), `${site.origin}/private`);
});
afterAll(() => Promise.all([site.close(), shop.close()]));

/** Every path of run-batch: sources, redirects, canonical links, failures, retries, pauses, robots.txt and limits. */
const siteJob = () =>
  makeJob({
    sources: [
      { crawl: { start: [`${site.origin}/`] } },
      { sitemap: { site: site.origin } },
      { rest: { url: `${site.origin}/api`, page: { by: 'number' }, label: 'row' } },
      { send: { url: `${site.origin}/row/{title}`, each: { from: 'row', with: ['title'] }, label: 'alone' } },
    ],
    pages: {
      row: { fields: { title: { path: 'h1' } } },
      alone: { fields: { heading: { select: 'h1', required: true } } },
      default: { follow: ['a'], fields: { title: { select: 'h1', required: true } } },
    },
    urls: { canonical: 'follow' },
    limits: { maxPages: 40, maxPagesPerHost: 40, maxItems: 500 },
    fetch: { attempts: 2 },
  });

/** The best of what one page leads to, fewer than there are: a retry and a failure among them. */
const orderedJob = () =>
  makeJob({
    sources: [{ crawl: { start: [`${site.origin}/ranked`], order: 'best' } }],
    pages: {
      default: {
        follow: [{ select: 'a', priority: { attr: 'data-rank' } }],
        fields: { title: { select: 'h1' } },
      },
    },
    limits: { maxPages: 7 },
    fetch: { attempts: 2 },
  });

/** The job of `npm start`, its gap aside, on a shop of ten products. */
const shopJob = (): Job => {
  const file = join(import.meta.dirname, '../../config/quickstart.yaml');
  const text = readFileSync(file, 'utf8').replaceAll('http://127.0.0.1:8377', shop.origin);
  const [quickstart] = parseJobs(text, file);
  if (quickstart === undefined) throw new Error(`no job in ${file}`);
  const { politeness, fetch } = quickstart.job;
  return { ...quickstart.job, politeness: { ...politeness, gapMs: 0 }, fetch: { ...fetch, attempts: 2 } };
};

/** Runs the job; the first process dies at `point`, another takes over when lease and visibility have run out. */
async function runWithCrash(job: Job, point: CrashPoint | undefined, names: string[] = []) {
  // Nothing is waited for in real time: what is not due is deferred, and the clock jumps.
  const world = openWorld({ batchSize: 8, maxWaitMs: 0 });
  try {
    await world.start('r', job);
    const first = world.newProcess('first', (ports) => crashingPorts(ports, point, names));
    let crashed = false;
    await driveRun(world, 'r', first).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
      crashed = true;
    });
    if (crashed) {
      world.advance(leaseMs + 1_001);
      await driveRun(world, 'r', world.newProcess('second'));
    }
    const counts = await expectAccounted(world, 'r');
    const run = await world.ledger.readRun('r');
    return { items: await itemLines(world, 'r'), ends: await endsOf(world, 'r'), counts, run, crashed };
  } finally {
    await world.close();
  }
}

/** All that a batch may ask of the ports, undisturbed: each is a place to die. */
const callsOfABatch = [
  ...[
    'lease',
    'releaseLease',
    'readRun',
    'readHost',
    'acquireLock',
    'releaseLock',
    'reserveSlots',
    'updateHost',
  ],
  ...['delayHost', 'admit', 'reserve', 'reserveQuotas', 'commit', 'markForwarded', 'moveRun', 'readCounts'],
].map((name) => `ledger.${name}`);
callsOfABatch.push('outcomes.read', 'outcomes.write', 'queue.send', 'queue.acknowledge');

/** Kills the run before and after its calls, and compares with `calm`. */
async function expectSameWhereverKilled(
  task: TestContext['task'],
  job: Job,
  names: string[],
  calm: Awaited<ReturnType<typeof runWithCrash>>,
): Promise<void> {
  await checkPoints(takeCrashPoints(task, names), names, async (point, where) => {
    const made: string[] = [];
    const killed = await runWithCrash(job, point, made).catch((cause: unknown) => {
      throw new Error(`killed ${where}`, { cause });
    });
    // Which retries share a batch depends on the second they are due, so a run may make a call less.
    expect(killed.crashed || made.length <= point.call, where).toBe(true);
    expect(killed.items, where).toEqual(calm.items);
    expect(killed.ends, where).toEqual(calm.ends);
    expect(ofLabels(killed.counts), where).toEqual(ofLabels(calm.counts));
    expect(killed.run?.state, where).toBe('finished');
  });
}

/** How pages ended by label, and what of its rule was not found on them. */
function ofLabels(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => name.startsWith('label:')));
}

describe('runBatch, killed at every step boundary', () => {
  it('comes to the same items and ends on a site with every detour', { timeout: 240_000 }, async ({
    task,
  }) => {
    const names: string[] = [];
    const calm = await runWithCrash(siteJob(), undefined, names);
    expect(calm.items.length).toBeGreaterThan(5);
    expect(calm.counts).toMatchObject({
      'skipped:CANONICAL_ELSEWHERE': 1,
      'skipped:REDIRECTED': 2,
      incomplete: 1,
    });
    expect(calm.counts).toMatchObject({ 'failed:HTTP_404': 1, 'failed:HTTP_503': 1, 'failed:HTTP_429': 1 });
    expect(new Set(names)).toEqual(new Set(callsOfABatch));
    await expectSameWhereverKilled(task, siteJob(), names, calm);
  });

  it('comes to the same items and ends where the best pages are fetched first', { timeout: 240_000 }, async ({
    task,
  }) => {
    const names: string[] = [];
    const calm = await runWithCrash(orderedJob(), undefined, names);
    expect(calm.counts).toMatchObject({ 'reserved:pages': 7, 'skipped:LIMIT_PAGES': 1 });
    expect(names).toEqual(expect.arrayContaining(['ledger.putInFrontier', 'ledger.drawFromFrontier']));
    await expectSameWhereverKilled(task, orderedJob(), names, calm);
  });

  it('comes to the same items and ends on the demo shop', { timeout: 240_000 }, async ({ task }) => {
    // The shop answers one page with 503 the first time it is asked: let that pass.
    await runWithCrash(shopJob(), undefined);
    const names: string[] = [];
    const calm = await runWithCrash(shopJob(), undefined, names);
    expect(calm.items.length).toBeGreaterThan(10);
    await expectSameWhereverKilled(task, shopJob(), names, calm);
  });
});

describe('runBatch', () => {
  it('does nothing twice when a message is delivered twice', async () => {
    const sources = [
      { crawl: { start: `${shop.origin}/` } },
      { sitemap: { site: shop.origin, include: '/p/*' } },
    ];
    const pages = { default: { follow: ['header a', '.card a', '.pagination a', '.posts a', '.related a'] } };
    const world = openWorld();
    await world.start('r', makeJob({ sources, pages, limits: { maxPages: 40 }, fetch: { attempts: 2 } }));
    const process = world.newProcess('p');
    for (;;) {
      const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
      if (delivery === undefined) {
        const { nextDueAt } = await world.queue.depth('r');
        if (nextDueAt === undefined) break;
        world.advance(Math.max(1, nextDueAt - world.now()));
        continue;
      }
      await runBatch(process, delivery);
      await runBatch(process, delivery);
    }
    const counts = await world.ledger.readCounts('r');
    expect(unaccounted(counts)).toBe(0);
    expect(Object.values(await endsOf(world, 'r')).filter((end) => end.includes('AND'))).toEqual([]);
    await world.close();
  });
});
