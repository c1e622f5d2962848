import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineJob } from '../../library/index.ts';
import { extractPage } from '../../library/testing.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const job = defineJob({
  name: 'books',
  sources: [{ crawl: { start: 'https://books.example.com/' } }],
  pages: {
    book: {
      match: '/book/*',
      follow: ['.next'],
      fields: { title: { select: 'h1', required: true }, price: { select: '.price', type: 'number' } },
    },
    shop: { match: '/shop/*', handler: (page) => ({ items: [{ name: page.first('h1')?.text() ?? '' }] }) },
  },
});

describe('extractPage', () => {
  it('extracts what a run would from a text', async () => {
    const url = 'https://books.example.com/book/1';
    const found = await extractPage(job, {
      url,
      body: '<h1>Emma</h1><b class=price>9,50 €</b><a class=next href=2>',
    });
    expect(found).toEqual({
      label: 'book',
      items: [{ _item: 'book', _url: url, title: 'Emma', price: 9.5 }],
      incomplete: [],
      misfits: [],
      links: [{ url: 'https://books.example.com/book/2' }],
    });
  });

  it('reads a file, keeps incomplete items apart, and calls handlers', async () => {
    const { path, remove } = temporaryFolder();
    writeFileSync(join(path, 'page.html'), '<h1></h1><b class=price>1</b>');
    const body = { file: join(path, 'page.html') };
    const { items, incomplete } = await extractPage(job, { url: 'https://books.example.com/book/2', body });
    remove();
    expect({ items, incomplete }).toEqual({
      items: [],
      incomplete: [{ fields: { title: null, price: 1 }, missing: ['title'] }],
    });
    const ofShop = await extractPage(job, { url: 'https://books.example.com/shop/1', body: '<h1>Ours' });
    expect(ofShop.items).toMatchObject([{ _item: 'shop', name: 'Ours' }]);
  });

  it('refuses a URL that no label is for', async () => {
    const elsewhere = extractPage(job, { url: 'https://books.example.com/other', body: '' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'JOB_INVALID' });
  });
});
