import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Counts } from '../../shared/model.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, type CrashPoint, crashingPorts } from './crash.ts';
import { enterWorld, openSite } from './setting.ts';
import { json, type SitePages } from './site.ts';
import { driveRun, driveTogether, leaseMs, makeJob, outcomesOf, type World } from './world.ts';

const posts = (...ids: number[]) => ids.map((id) => `<li><b>${id}</b><i>text ${id}</i></li>`).join('');

/** Ten pages of one list, each of which has the last two posts of the page before, and links to all. */
function overlapping(): SitePages {
  const links = Array.from({ length: 10 }, (_, page) => `<a href="/${page}">${page}</a>`).join('');
  const body = (page: number) => ({
    body: `${links}<ul>${posts(...[0, 1, 2, 3, 4].map((n) => page * 3 + n))}</ul>`,
  });
  return Object.fromEntries(Array.from({ length: 10 }, (_, page) => [`/${page}`, body(page)]));
}

const post = { each: 'li', key: 'id', fields: { id: { select: 'b', type: 'integer' }, text: 'i' } };

const jobOf = (origin: string, rule: object = post, parts: object = {}) =>
  makeJob({
    sources: [{ crawl: { start: `${origin}/0` } }],
    pages: { default: { follow: ['a'], ...rule } },
    ...parts,
  });

async function idsOf(world: World): Promise<unknown[]> {
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  return items.map(({ fields }) => fields['id']).sort((a, b) => Number(a) - Number(b));
}

/** The posts 0 to 31, of 50 that the pages show. */
const everyPost = Array.from({ length: 32 }, (_, id) => id);
const ofEveryPost: Counts = { items: 32, duplicateItems: 18 };

describe('key', () => {
  it.each([1, 2, 4])(
    'keeps one item of each key, and counts the others, with %i processes',
    async (processes) => {
      const site = await openSite(overlapping());
      const world = enterWorld({ batchSize: 1 });
      await world.start('r', jobOf(site.origin));
      await driveTogether(
        world,
        'r',
        Array.from({ length: processes }, (_, index) => world.newProcess(`p${index}`)),
      );
      expect(await idsOf(world)).toEqual(everyPost);
      expect(await expectAccounted(world, 'r')).toMatchObject(ofEveryPost);
    },
  );

  it('finds those that are written at the same time', async () => {
    const site = await openSite({
      '/0': { body: '<a href=/1>1</a><a href=/2>2</a>' },
      '/1': { body: posts(7) },
      '/2': { body: posts(7) },
    });
    const world = enterWorld({ batchSize: 1 });
    await world.start('r', jobOf(site.origin));
    const processes: Engine[] = [];
    // Both read who has the key before either has written its outcome.
    const bothHaveRead = Promise.withResolvers<void>();
    let readers = 0;
    for (const name of ['p', 'q']) {
      const meet = (ports: Parameters<NonNullable<Parameters<World['newProcess']>[1]>>[0]) => ({
        ...ports,
        ledger: {
          ...ports.ledger,
          async readOwners(...asked: Parameters<typeof ports.ledger.readOwners>) {
            const owners = await ports.ledger.readOwners(...asked);
            readers += 1;
            if (readers === 2) bothHaveRead.resolve();
            await bothHaveRead.promise;
            return owners;
          },
        },
      });
      processes.push(world.newProcess(name, meet));
    }
    await driveTogether(world, 'r', processes);
    expect(readers).toBe(2);
    expect(await idsOf(world)).toEqual([7]);
    expect(await expectAccounted(world, 'r')).toMatchObject({ items: 1, duplicateItems: 1 });
  });

  it.each<[string, object, object[], number, Counts]>([
    [
      'several fields',
      { key: ['a', 'b'] },
      [
        { a: 1, b: 1 },
        { a: 1, b: 2 },
        { b: 1, a: 1 },
      ],
      2,
      { duplicateItems: 1 },
    ],
    ['a number and a text', { key: 'a' }, [{ a: 1 }, { a: '1' }], 2, {}],
    [
      'an item without a value of it',
      { key: 'a' },
      [{ a: null, b: 1 }, { b: 2 }, { a: '', b: 3 }],
      0,
      { incomplete: 3 },
    ],
    [
      'items that are incomplete, none of which takes it',
      { key: 'a', required: true },
      [{ a: 1 }, { a: 1, b: 2 }, { a: 1 }],
      1,
      { incomplete: 2 },
    ],
  ])(
    'tells items apart by %s',
    async (_, { key, required }: { key?: unknown; required?: boolean }, rows, items, counts) => {
      const site = await openSite({ '/api': json(rows) });
      const world = enterWorld();
      const fields = { a: { path: 'a' }, b: { path: 'b', ...(required === undefined ? {} : { required }) } };
      const sources = [{ rest: { url: `${site.origin}/api`, label: 'default' } }];
      await world.start('r', makeJob({ sources, pages: { default: { key, fields } } }));
      await driveRun(world, 'r', world.newProcess('p'));
      expect(await expectAccounted(world, 'r')).toMatchObject({
        ...(items === 0 ? {} : { items }),
        ...counts,
      });
      const kept = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
      expect(kept.filter(({ missing }) => missing === undefined)).toHaveLength(items);
    },
  );

  it('holds for all labels whose items have one name, and for no other', async () => {
    const site = await openSite({ '/a': json([{ a: 1 }]), '/b': json([{ a: 1 }]), '/c': json([{ a: 1 }]) });
    const world = enterWorld();
    const sources = ['a', 'b', 'c'].map((label) => ({ rest: { url: `${site.origin}/${label}`, label } }));
    const rule = { key: 'a', fields: { a: { path: 'a' } } };
    await world.start(
      'r',
      makeJob({ sources, pages: { a: { ...rule, item: 'x' }, b: { ...rule, item: 'x' }, c: rule } }),
    );
    await driveRun(world, 'r', world.newProcess('p'));
    const kept = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
    expect(kept.map(({ item }) => item).sort()).toEqual(['c', 'x']);
  });

  it('leaves room in maxItems for those that are new', async () => {
    const site = await openSite(overlapping());
    const world = enterWorld({ batchSize: 1 });
    await world.start('r', jobOf(site.origin, post, { limits: { maxItems: 32 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await idsOf(world)).toEqual(everyPost);
  });
});

/** Runs the job with two processes, the first of which dies at `point`. */
async function runWithCrash(origin: string, point: CrashPoint | undefined, names: string[] = []) {
  const world = enterWorld({ batchSize: 1 });
  await world.start('r', jobOf(origin));
  const first = world.newProcess('first', (ports) => crashingPorts(ports, point, names));
  try {
    await driveRun(world, 'r', first);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    world.advance(leaseMs + 1_001);
    await driveTogether(world, 'r', [world.newProcess('second'), world.newProcess('third')]);
  }
  return { ids: await idsOf(world), counts: await expectAccounted(world, 'r') };
}

describe('key, where a process is killed', () => {
  it('keeps the same items, each once, wherever that is', { timeout: 240_000 }, async () => {
    const site = await openSite(overlapping());
    const names: string[] = [];
    await runWithCrash(site.origin, undefined, names);
    expect(names).toContain('ledger.readOwners');
    const points = names.flatMap((name, call): CrashPoint[] =>
      /admit|readOwners|outcomes|commit|markForwarded/.test(name)
        ? [
            { call, phase: 'before' },
            { call, phase: 'after' },
          ]
        : [],
    );
    for (const point of points) {
      const { ids, counts } = await runWithCrash(site.origin, point);
      const where = `${point.phase} call ${point.call}, ${names[point.call]}`;
      expect(ids, where).toEqual(everyPost);
      expect(counts, where).toMatchObject(ofEveryPost);
    }
  });

  it('gives no key to an item that was never stored: its page is gone when it is fetched again', async () => {
    const pages: SitePages = {
      '/0': { body: '<a href=/1>1</a>' },
      '/1': ({ earlier }) => (earlier === 0 ? { body: `<a href=/2>2</a>${posts(7)}` } : { status: 404 }),
    };
    const site = await openSite({ ...pages, '/2': { body: posts(7) } });
    const world = enterWorld({ batchSize: 1 });
    const sources = [{ urls: { list: [1, 2].map((page) => `${site.origin}/${page}`) } }];
    await world.start('r', makeJob({ sources, pages: { default: post } }));
    // It dies when the page was read, and before its outcome is written.
    const diesAtWrite = world.newProcess('first', (ports) => ({
      ...ports,
      outcomes: {
        ...ports.outcomes,
        async write(outcome) {
          if (site.hits('/1') === 1) throw new Crash('dead');
          return ports.outcomes.write(outcome);
        },
      },
    }));
    await expect(driveRun(world, 'r', diesAtWrite)).rejects.toBeInstanceOf(Crash);
    world.advance(leaseMs + 1_001);
    await driveRun(world, 'r', world.newProcess('second'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:HTTP_404': 1, items: 1 });
    expect(await idsOf(world)).toEqual([7]);
  });
});

describe('defaultParams', () => {
  it('reads the page that has the default once, by whichever address it was found first', async () => {
    const links = ['/t?page=1', '/t', '/t?page=1&utm_source=x', '/t?page=2', '/t?page=01'];
    const site = await openSite({
      '/': { body: links.map((link) => `<a href="${link}">t</a>`).join('') },
      '/t': { body: '<h1>T</h1>' },
    });
    const world = enterWorld();
    const sources = [{ crawl: { start: `${site.origin}/` } }];
    const pages = { default: { follow: ['a'], fields: { title: 'h1' } } };
    await world.start('r', makeJob({ sources, pages, urls: { defaultParams: { page: 1 } } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(
      site.log
        .map(({ path }) => path)
        .filter((path) => path.startsWith('/t'))
        .sort(),
    ).toEqual(['/t?page=01', '/t?page=1', '/t?page=2']);
    await expectAccounted(world, 'r');
  });
});
