import { describe, expect, it } from 'vitest';
import { exported, linksTo, markedPages, product, recrawlJob, runAgain, tagged } from './recrawl-site.ts';
import { enterWorld, openSite } from './setting.ts';
import type { Site, SitePages } from './site.ts';

const pages = 40;
const budget = 10;
const paths = Array.from({ length: pages }, (_, index) => `/p/${index}`);

/** None has a validator, and each body is another one: nothing but a visit could tell that a page has not changed. */
function shop(): SitePages {
  let token = 0;
  const page = (path: string) => () => {
    token += 1;
    return { body: product(path, 1, `token ${token}`) };
  };
  return { '/': tagged(linksTo(...paths)), ...Object.fromEntries(paths.map((path) => [path, page(path)])) };
}

function asked(site: Site, before: number[]): number {
  return paths.filter((path, index) => site.hits(path) > (before[index] ?? 0)).length;
}

const hitsOf = (site: Site) => paths.map(site.hits);

describe('a budget for pages that the job knows', () => {
  it('is spent on some of them, and each comes in its turn; all are in each run', async () => {
    const site = await openSite(shop());
    const world = enterWorld();
    const job = recrawlJob(site, { recrawl: { verify: 0, budget } });
    const first = await runAgain(world, 'run-1', job);
    expect(first).toMatchObject({ 'change:pages:new': pages + 1, items: pages });
    expect(first).not.toHaveProperty('notDue');
    const spent: number[] = [];
    for (let run = 2; run <= 20; run += 1) {
      const before = hitsOf(site);
      const counts = await runAgain(world, `run-${run}`, job);
      spent.push(asked(site, before));
      expect(counts).toMatchObject({ 'change:pages:unchanged': pages + 1, items: pages });
      expect(counts['notDue']).toBe(pages - (spent.at(-1) ?? 0));
      expect(counts).not.toHaveProperty('change:pages:gone');
    }
    const mean = spent.reduce((sum, count) => sum + count, 0) / spent.length;
    expect(mean).toBeGreaterThan(budget / 2);
    expect(mean).toBeLessThan(budget * 1.2);
    expect(Math.min(...hitsOf(site))).toBeGreaterThan(1);
    expect(await exported(world, 'run-20', 'items')).toHaveLength(pages);
  });

  it('leaves no new page unfound, and no mark wrong of a page that was asked for', async () => {
    const content = shop();
    const site = await openSite(content);
    const world = enterWorld();
    const job = recrawlJob(site, { recrawl: { verify: 0, budget } });
    await runAgain(world, 'run-1', job);
    await runAgain(world, 'run-2', job);
    content['/'] = tagged(linksTo(...paths.slice(1), '/p/new'));
    content['/p/new'] = { body: product('new', 2) };
    const counts = await runAgain(world, 'run-3', job);
    expect(counts).toMatchObject({
      'change:pages:new': 1,
      'change:pages:changed': 1,
      'change:pages:gone': 1,
    });
    expect(await markedPages(world, 'run-3', site)).toContain('/p/new new');
    expect(await exported(world, 'run-3', 'gone')).toMatchObject([{ name: '/p/0', _reason: 'notLinked' }]);
  });

  it('asks most for the pages that change now and then, and least for those that never do', async () => {
    const content = shop();
    const site = await openSite(content);
    const world = enterWorld();
    const job = recrawlJob(site, { recrawl: { verify: 0, budget } });
    const changing = paths.slice(0, 4);
    for (let run = 1; run <= 40; run += 1) {
      for (const [index, path] of changing.entries())
        content[path] = { body: product(path, Math.floor((run + index) / 4)) };
      await runAgain(world, `run-${run}`, job);
    }
    const mean = (some: string[]) => some.reduce((sum, path) => sum + site.hits(path), 0) / some.length;
    expect(mean(changing)).toBeGreaterThan(2 * mean(paths.slice(4)));
  });
});
