import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { Crash, type CrashPoint, crashingPorts, takeCrashPoints } from './crash.ts';
import { exported, linksTo, markedPages, product, recrawlJob, runAgain, tagged } from './recrawl-site.ts';
import { openSite } from './setting.ts';
import type { Site, SitePages } from './site.ts';
import { driveRun, leaseMs, openWorld, storeFile, type World } from './world.ts';

const limits = { batchSize: 2, maxWaitMs: 0 };

/** Two lists, whose items have a key and move from one to the other. */
const list = { match: '/l/*', each: 'li', key: 'name', fields: { name: 'b', price: 'i' } };

const listed = (...names: string[]) =>
  tagged(names.map((name) => `<li><b>${name}</b><i>1</i></li>`).join(''));

const detail = {
  match: '/p/*',
  follow: ['a'],
  fields: { name: 'h1', price: { select: 'b', type: 'number' } },
};

const jobOf = (site: Site) =>
  recrawlJob(site, {
    recrawl: { verify: 0.5 },
    fetch: { attempts: 1 },
    pages: { product: detail, list, default: { follow: ['a'] } },
  });

/** What was done to the site between the two runs. */
function change(pages: SitePages): void {
  pages['/'] = tagged(linksTo('/p/1', '/p/2', '/p/3', '/p/5', '/p/6', '/l/1', '/l/2'));
  pages['/l/1'] = listed('new', 'moved');
  pages['/l/2'] = listed('kept');
  pages['/p/1'] = tagged(product('One', 10));
  pages['/p/2'] = { body: product('Two', 2, 'token 2') };
  pages['/p/3'] = { status: 410 };
  pages['/p/6'] = tagged(product('Six', 6));
}

async function marksOf(world: World, site: Site, id: string): Promise<unknown> {
  const [items, gone] = await Promise.all([exported(world, id, 'items'), exported(world, id, 'gone')]);
  const counts = await world.ledger.readCounts(id);
  const changes = Object.entries(counts).filter(([name]) => /^(change|reused|items)/.test(name));
  return { pages: await markedPages(world, id, site), items, gone, changes: changes.sort() };
}

/** The second run on a copy of what the first one left, killed at `point`; and a third, which has nothing to find. */
async function killedAt(stored: string, site: Site, point: CrashPoint | undefined, names: string[] = []) {
  const fill = (folder: string) => copyFileSync(stored, join(folder, storeFile));
  const world = openWorld(limits, { fill });
  try {
    world.advance(120_000);
    await world.start('two', jobOf(site));
    const first = world.newProcess('first', (ports) => crashingPorts(ports, point, names));
    let hasCrashed = false;
    await driveRun(world, 'two', first).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
      hasCrashed = true;
    });
    if (hasCrashed) {
      world.advance(leaseMs + 1_001);
      await driveRun(world, 'two', world.newProcess('second'));
    }
    const second = await marksOf(world, site, 'two');
    await runAgain(world, 'three', jobOf(site));
    return { second, third: await markedPages(world, 'three', site), hasCrashed };
  } finally {
    await world.close();
  }
}

describe('a run that knows the pages of the one before', () => {
  it('comes to the same marks wherever it is killed', { timeout: 240_000 }, async ({ task }) => {
    const pages: SitePages = {
      '/': tagged(linksTo('/p/1', '/p/2', '/p/3', '/p/4', '/p/5', '/l/1', '/l/2')),
      '/l/1': listed('removed'),
      '/l/2': listed('moved', 'kept'),
      '/p/1': tagged(product('One', 1)),
      '/p/2': { body: product('Two', 2, 'token 1') },
      '/p/3': tagged(product('Three', 3)),
      '/p/4': tagged(product('Four', 4)),
      '/p/5': tagged(product('Five', 5)),
    };
    const site = await openSite(pages);
    const world = openWorld(limits);
    try {
      await runAgain(world, 'one', jobOf(site));
      const stored = join(world.folder, 'first-run.db');
      // What is gathered is written before another connection may write.
      world.database.write(() => undefined);
      using copying = new DatabaseSync(join(world.folder, storeFile));
      copying.exec(`VACUUM INTO '${stored}'`);
      change(pages);
      const names: string[] = [];
      const calm = await killedAt(stored, site, undefined, names);
      expect(calm.second).toMatchObject({
        pages: [
          '/ changed',
          '/l/1 changed',
          '/l/2 changed',
          '/p/1 changed',
          '/p/2 unchanged',
          '/p/3 gone',
          '/p/5 unchanged',
          '/p/6 new',
        ],
        gone: [
          { name: 'removed', _reason: 'notOnPage' },
          { name: 'Three', _reason: 'HTTP_410' },
          { name: 'Four', _reason: 'notLinked' },
        ],
      });
      expect(calm.second).toMatchObject({
        changes: expect.arrayContaining([
          ['change:items:changed', 1],
          ['change:items:gone', 3],
          ['change:items:new', 2],
          ['change:items:unchanged', 4],
          ['items', 7],
        ]),
      });
      expect(calm.third.filter((mark) => !mark.endsWith(' unchanged'))).toEqual([]);
      expect(names).toEqual(
        expect.arrayContaining(['ledger.readPages', 'ledger.writePages', 'ledger.listPages']),
      );
      for (const point of takeCrashPoints(task, names)) {
        const where = `${point.phase} call ${point.call}, ${names[point.call]}`;
        const killed = await killedAt(stored, site, point);
        expect(killed.second, where).toEqual(calm.second);
        expect(killed.third, where).toEqual(calm.third);
      }
    } finally {
      await world.close();
    }
  });
});
