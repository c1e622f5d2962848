import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import { driveRun, outcomesOf } from '../engine/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/from-extruct.md'), 'utf8');

const html = (head: string, body = '') => ({
  body: `<!doctype html><html><head>${head}</head><body>${body}</body></html>`,
});

const offer = '<b itemprop=offers itemscope><i itemprop=price content="2.50">2,50</i></b>';

it('shows a job that takes products from whichever syntax a page has', async () => {
  const site = await openSite({
    '/a': html(
      '<script type="application/ld+json">{"@graph":[{"@type":"Product","name":"A","offers":[{"price":"1.50"}]}]}</script><meta property="og:image" content="/a.jpg">',
    ),
    '/b': html(
      '',
      `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop=name>B</h1>${offer}</div>`,
    ),
    '/c': html('<meta property="og:title" content=C><meta property="product:price:amount" content="3.50">'),
  });
  const [, yaml = ''] = /```yaml\n([^`]+)```/.exec(page) ?? [];
  const text = `${yaml.replaceAll('https://shop.example.com', site.origin)}
network: allowPrivate
politeness: { gapMs: 0 }
`;
  const [loaded] = parseJobs(text, 'products.yaml');
  if (loaded === undefined) throw new Error('no job on the page');
  const world = enterWorld();
  await world.start('r', loaded.job);
  await driveRun(world, 'r', world.newProcess('p'));
  const outcomes = await outcomesOf(world, 'r');
  const items = outcomes.flatMap((outcome) => outcome.items.map(({ fields }) => fields));
  expect(items.sort((a, b) => String(a['name']).localeCompare(String(b['name'])))).toEqual([
    {
      name: 'A',
      price: 1.5,
      image: `${site.origin}/a.jpg`,
      data: { jsonld: [expect.anything()], microdata: [], opengraph: { image: [{ url: '/a.jpg' }] } },
    },
    {
      name: 'B',
      price: 2.5,
      image: null,
      data: {
        jsonld: [],
        microdata: [
          {
            type: 'https://schema.org/Product',
            properties: { name: 'B', offers: { properties: { price: '2.50' } } },
          },
        ],
        opengraph: {},
      },
    },
    {
      name: 'C',
      price: 3.5,
      image: null,
      data: { jsonld: [], microdata: [], opengraph: { title: 'C', 'product:price:amount': '3.50' } },
    },
  ]);
  const counts = outcomes.map((outcome) => outcome.counts);
  expect(
    counts.reduce((sum, { 'from:microdata.Product.name:product.name': count = 0 }) => sum + count, 0),
  ).toBe(1);
});
