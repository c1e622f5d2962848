import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCrawl } from '../../../bench/growth/check-crawl.ts';
import { htmlOf, originOf, pathOf, truthOf } from '../../../bench/growth/tree-site.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';

const site = { pages: 5, hosts: 2, linksPerPage: 6, port: 8080 };
const places = [
  { host: 0, page: 0 },
  { host: 0, page: 1 },
  { host: 0, page: 2 },
  { host: 1, page: 0 },
  { host: 1, page: 1 },
];
const records = places.map(({ host, page }) => ({
  _url: `${originOf(site, host)}${pathOf(page)}`,
  ...truthOf(host, page),
}));
const bytes = places.reduce((sum, { host, page }) => sum + htmlOf(site, host, page).length, 0);
const counts = { admitted: 5, stored: 5, items: 5, bytes };
const folder = temporaryFolder();

afterAll(() => folder.remove());

describe('checkCrawl', () => {
  it('takes a crawl that has every page once', async () => {
    await expect(check(counts, records)).resolves.toBeUndefined();
  });

  it.each([
    ['a count is short', 'stored is not 5', { ...counts, stored: 4 }, records],
    ['a body was cut', 'bytes is not', { ...counts, bytes: bytes - 1 }, records],
    ['a page is missing', 'page 0 of the site is there 0 times', counts, records.slice(1)],
    [
      'a page is there twice',
      'page 0 of the site is there 2 times',
      counts,
      [...records, ...records.slice(0, 1)],
    ],
    ['a field is wrong', 'and not {"name"', counts, records.map((record) => ({ ...record, price: 1 }))],
    [
      'a page is not of the site',
      'and not undefined',
      counts,
      [{ ...records[0], _url: 'http://127.0.0.1/p/9' }],
    ],
  ])('refuses it when %s', async (_name, message, wrong, written) => {
    await expect(check(wrong, written)).rejects.toThrow(message);
  });
});

async function check(wrong: Record<string, number>, written: object[]): Promise<void> {
  const file = join(folder.path, 'items.jsonl');
  writeFileSync(file, written.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await checkCrawl(site, { counts: wrong, file });
}
