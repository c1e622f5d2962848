import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkWebItems } from '../../../bench/web/check-web-items.ts';
import { itemAt, pageNumber, shuffledAddresses, type WebItem } from '../../../bench/web/site.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';

const addresses = shuffledAddresses({ scheme: 'https', hosts: 3, perHost: 2 }, { pages: 4 });
const truth = addresses.map((address) => itemAt(pageNumber(address), address));
const [first, ...others] = truth;

async function check(items: object[], mayMiss = false): Promise<number> {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'items.jsonl');
    writeFileSync(file, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    return await checkWebItems(file, { addresses, urlKey: 'url', mayMiss });
  } finally {
    folder.remove();
  }
}

const withFirst = (change: Partial<WebItem>) => [{ ...first, ...change }, ...others];

describe('checkWebItems', () => {
  it('counts items that are all of the truth, in any order', async () => {
    expect(await check(truth.toReversed())).toBe(6);
  });

  it('counts what is there where pages may be missing, and still throws when one is wrong', async () => {
    expect(await check(others, true)).toBe(5);
    await expect(check([...others, ...others], true)).rejects.toThrow(/is there twice/);
  });

  it.each<[string, object[], RegExp]>([
    ['is missing', others, /1 are missing/],
    ['is there twice', [...truth, ...others.slice(0, 1)], /is there twice/],
    ['has the heading of another page', withFirst({ heading: itemAt(99, '').heading }), /and not/],
    [
      'is of a host that is not in the list',
      withFirst({ url: 'https://h9.web.test/p/0.html' }),
      /and not|not in the list/,
    ],
  ])('throws when one %s', async (_, items, message) => {
    await expect(check(items)).rejects.toThrow(message);
  });
});
