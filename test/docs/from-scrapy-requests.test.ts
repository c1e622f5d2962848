import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import { json } from '../engine/site.ts';
import { driveRun, outcomesOf } from '../engine/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/from-scrapy-requests.md'), 'utf8');

it('shows a job that reads a paged API, and asks for the price of each product', async () => {
  const skus = Array.from({ length: 7 }, (_, index) => `a&b=${index}`);
  const site = await openSite({
    '/api/products': ({ method, headers, body }) => {
      const { category, after = 0 } = JSON.parse(body);
      if (method !== 'POST' || headers['x-key'] !== 'open-sesame' || category !== 'lamps')
        return { status: 403 };
      const products = skus.slice(after, after + 3).map((sku) => ({ sku, name: `Lamp ${sku}` }));
      return json({ products, next: after + 3 < skus.length ? after + 3 : null });
    },
    '/api/price': ({ body }) =>
      json({ price: 10 * skus.indexOf(new URLSearchParams(body).get('sku') ?? '') }),
  });
  const [, yaml = ''] = /```yaml\n([^`]+)```/.exec(page) ?? [];
  const text = `${yaml.replaceAll('https://shop.example.com', site.origin)}
network: allowPrivate
politeness: { gapMs: 0 }
`;
  const [loaded] = parseJobs(text, 'shop.yaml');
  if (loaded === undefined) throw new Error('no job on the page');
  const world = enterWorld({}, { SHOP_KEY: 'open-sesame' });
  await world.start('r', loaded.job);
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  const prices = items.filter(({ item }) => item === 'price').map(({ fields }) => fields);
  expect(prices).toHaveLength(7);
  expect(prices).toEqual(
    expect.arrayContaining(skus.map((sku, index) => ({ name: `Lamp ${sku}`, price: 10 * index }))),
  );
});
