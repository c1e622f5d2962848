import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { json } from './site.ts';
import { driveRun, itemLines, makeJob, outcomesOf } from './world.ts';

describe('an API whose next page cannot be told', () => {
  it.each<[string, unknown]>([
    ['no URL of a page', 'mailto:a@b.test'],
    ['the page itself', '/api'],
    ['neither text nor number', { page: 2 }],
  ])('keeps its page and items, and tells of it: %s', async (_, next) => {
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
    expect(counts).toMatchObject({ admitted: 1, stored: 1, items: 2, 'source:failed:REST_INVALID': 1 });
    expect(counts['failed']).toBeUndefined();
    expect(await itemLines(world, 'r')).toHaveLength(2);
    const facts = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.pages);
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: 'seed', url: rest.url, end: 'failed', message: expect.any(String) }),
    );
  });
});
