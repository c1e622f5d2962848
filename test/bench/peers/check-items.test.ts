import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkItems } from '../../../bench/peers/check-items.ts';
import { type Product, productAt, type Shop } from '../../../bench/peers/shop.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';

const origin = 'http://127.0.0.1:1';
const shop: Shop = { origin, folder: '', products: 3, listings: 1, pages: 5, bytes: 0, linksPerPage: 0 };
const truth = [0, 1, 2].map((index) => productAt(index, origin));

async function check(items: object[]): Promise<number> {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'items.jsonl');
    writeFileSync(file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    return await checkItems(file, shop, 'url');
  } finally {
    folder.remove();
  }
}

const withFirst = (change: Partial<Record<keyof Product, unknown>>) => [
  { ...truth[0], ...change },
  ...truth.slice(1),
];

describe('checkItems', () => {
  it('counts items that are all of the truth, in any order', async () => {
    expect(await check(truth.toReversed())).toBe(3);
  });

  it.each<[string, object[], RegExp]>([
    ['is missing', truth.slice(1), /0 is there 0 times/],
    ['is there twice', [...truth, ...truth.slice(2)], /2 is there 2 times/],
    ['has a price that is text', withFirst({ price: String(truth[0]?.price) }), /and not/],
    ['has an image that is not absolute', withFirst({ image: '/img/0.jpg' }), /and not/],
    ['is not of the shop', withFirst({ url: `${origin}/p/3.html` }), /no product of the shop/],
  ])('throws when one %s', async (_, items, message) => {
    await expect(check(items)).rejects.toThrow(message);
  });
});
