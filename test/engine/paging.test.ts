import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { json } from './site.ts';
import { driveRun, itemLines, makeJob, outcomesOf } from './world.ts';

describe('an API whose next page is unknown', () => {
  it.each<[string, unknown, string]>([
    ['no URL of a page', 'mailto:a@b.test', 'REST_INVALID'],
    ['the page itself', '/api', 'REST_CYCLE'],
    ['neither text nor number', { page: 2 }, 'REST_INVALID'],
  ])('keeps its page and items, and tells of it: %s', async (_, next, code) => {
    const site = await openSite({
      '/api': json({ rows: [{ name: 'one' }, { name: 'two' }], next } as never),
    });
    const world = enterWorld();
    const page = { by: 'cursor', path: 'next' };
    const rest = { url: `${site.origin}/api`, items: 'rows', label: 'row', page };
    const pages = { row: { fields: { name: { path: 'name', required: true } } } };
    await world.start('r', makeJob({ sources: [{ rest }], pages }));
    await driveRun(world, 'r', world.newProcess('p'));

    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ admitted: 1, stored: 1, items: 2, [`source:failed:${code}`]: 1 });
    expect(counts['failed']).toBeUndefined();
    expect(await itemLines(world, 'r')).toHaveLength(2);
    const facts = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.pages);
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: 'seed', url: rest.url, end: 'failed', message: expect.any(String) }),
    );
  });
});

describe('an API that gives its last page again and again', () => {
  it('has each item once, and the page that repeats is skipped', async () => {
    const answer = ({ path }: { path: string }) => {
      const id = Math.min(3, Number(new URL(path, 'http://a').searchParams.get('page')));
      return json({ rows: [{ id }] } as never);
    };
    const site = await openSite({ '/api': answer });
    const world = enterWorld();
    const rest = { url: `${site.origin}/api`, items: 'rows', label: 'row', page: { by: 'number' } };
    await world.start(
      'r',
      makeJob({ sources: [{ rest }], pages: { row: { fields: { id: { path: 'id' } } } } }),
    );
    await driveRun(world, 'r', world.newProcess('p'));

    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ admitted: 4, stored: 3, 'skipped:REST_REPEATED': 1, items: 3 });
    expect(counts['source:failed']).toBeUndefined();
  });
});

describe('an API that gives the same pages under ever new cursors', () => {
  it.each([1, 2])('is left soon after its %i pages have come again, and doubted', async (length) => {
    const answer = ({ path }: { path: string }) => {
      const at = Number(new URL(path, 'http://a').searchParams.get('c') ?? 0);
      return json({ rows: [{ id: at % length }], next: at + 1 } as never);
    };
    const site = await openSite({ '/api': answer });
    const world = enterWorld();
    const page = { by: 'cursor', path: 'next', param: 'c' };
    const rest = { url: `${site.origin}/api`, items: 'rows', label: 'row', page };
    await world.start(
      'r',
      makeJob({ sources: [{ rest }], pages: { row: { fields: { id: { path: 'id' } } } } }),
    );
    await driveRun(world, 'r', world.newProcess('p'));

    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({
      admitted: length + 2,
      stored: length + 1,
      'skipped:REST_REPEATED': 1,
      'source:failed:REST_CYCLE': 1,
    });
  });
});
