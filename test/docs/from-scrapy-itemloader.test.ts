import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import { driveRun, outcomesOf } from '../engine/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/from-scrapy-itemloader.md'), 'utf8');

const lamp = `<!doctype html><html><head><title>Lamp</title></head><body>
<nav><a href="/"> Home </a> &gt; <a href="/lamps">Lamps</a></nav>
<h1> The <em>good</em>
lamp </h1>
<img src="/other.jpg"><img class=main src="pictures/lamp.jpg">
<p class=price>1.299,50 €</p><p class=meta>Catalogue 7, ISBN 978-3-16</p>
<i class=tag>Light </i><i class=tag>HOME</i><i class=tag>light</i>
<b class=size>30</b><b class=size>60</b>
<p class=maker>Elsewhere</p>
<div class=details><p class=maker> </p><p class=brand>Lumen</p></div>
<script type="application/json" id=state>{"product":{"sku":"L-7"}}</script>
</body></html>`;

it('shows a job that takes what the loader and its processors take', async () => {
  const site = await openSite({ '/lamp': { body: lamp } });
  const [, yaml = ''] = /```yaml\n([^`]+)```/.exec(page) ?? [];
  const text = `${yaml.replaceAll('https://shop.example.com', site.origin)}
network: allowPrivate
politeness: { gapMs: 0 }
`;
  const [loaded] = parseJobs(text, 'shop.yaml');
  if (loaded === undefined) throw new Error('no job on the page');
  const world = enterWorld();
  await world.start('r', loaded.job);
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  expect(items.map(({ fields }) => fields)).toEqual([
    {
      name: 'The good lamp',
      price: 1299.5,
      image: `${site.origin}/pictures/lamp.jpg`,
      tags: ['home', 'light'],
      breadcrumb: 'Home / Lamps',
      sku: 'L-7',
      isbn: '978-3-16',
      sizes: [30, 60],
      maker: 'Lumen',
      url: `${site.origin}/lamp`,
      shop: 'example',
    },
  ]);
});
