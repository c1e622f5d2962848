import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/job/schema.ts';
import type { Item } from '../../shared/model.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { driveRun } from './world.ts';

/** As a run of that version keeps its job: with the defaults of its day, and nothing that was invented since. */
const frozen = readFileSync(join(import.meta.dirname, 'frozen-0.1.0.json'), 'utf8');

const product = (title: string) => ({
  body: `<h1>${title}</h1><b class="price">1.50</b><i class="tag">a</i><i class="tag">b</i><time datetime="2026-01-02">x</time>`,
});

describe('a run that began before the deployment', () => {
  it('goes on with its job as it was frozen, though settings have been added since', async () => {
    const world = enterWorld();
    const site = await openSite({
      '/': { body: '<a href="/p/3">three</a>' },
      '/sitemap.xml': () => ({
        headers: { 'content-type': 'application/xml' },
        body: `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${site.origin}/p/4</loc></url></urlset>`,
      }),
      '/api': { headers: { 'content-type': 'application/json' }, body: '{"items":[{"name":"five"}]}' },
      ...Object.fromEntries([1, 2, 3, 4].map((number) => [`/p/${number}`, product(`${number}`)])),
    });
    const job: Job = JSON.parse(frozen.replaceAll('http://frozen.example', site.origin));
    await world.start('r', job);
    await driveRun(world, 'r', world.newProcess('p'));
    const items: Item[] = [];
    for await (const outcome of world.outcomes.list('r')) items.push(...outcome.items);
    expect(items.map(({ fields }) => fields['title'] ?? fields['name']).sort()).toEqual([
      '1',
      '2',
      '3',
      '4',
      'five',
    ]);
    expect(items.find(({ fields }) => fields['title'] === '1')?.fields).toMatchObject({
      price: 1.5,
      tags: ['a', 'b'],
      seen: expect.stringMatching(/^2026-01-02/),
    });
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 6 });
  });
});
