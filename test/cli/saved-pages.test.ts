import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differencesOf } from '../../cli/saved/expected-page.ts';
import { serveSite } from '../engine/site.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

let folder: CliFolder;
beforeEach(() => {
  folder = openCliFolder({ SHOP_KEY: 'k-5-very-secret' });
});
afterEach(() => folder[Symbol.dispose]());

const lamp = {
  headers: { 'set-cookie': 'sid=cookie-secret', 'x-robots-tag': 'all', 'x-request': 'r-1' },
  body: '<h1>Lamp</h1><p class="price">12.50 €</p><i>3 hours ago</i><a href="/p/2">Desk</a>',
};

function jobOf(origin: string, price = '.price'): string {
  return `name: shop
sources: [{ crawl: { start: '${origin}/p/1' } }]
network: allowPrivate
politeness: { gapMs: 0 }
fetch: { headers: { x-key: '\${env:SHOP_KEY}' } }
pages:
  product:
    match: /p/*
    follow: [a]
    unless: { text: not found }
    fields:
      name: h1
      price: { select: ${price}, type: number }
      seen: { select: i, transform: [relativeDate] }
`;
}

/** A folder with a page that is saved, whose site is gone. */
async function saveOne(): Promise<string> {
  const site = await serveSite({ '/p/1': lamp, '/p/2': { body: '<p>not found</p>' } });
  folder.write('shop.yaml', jobOf(site.origin));
  const tried = await folder.call('try', `${site.origin}/p/1`, '--file', 'shop.yaml', '--save');
  expect(tried).toMatchObject({ code: 0 });
  expect(tried.stdout).toContain('saved in shop.pages/p-1');
  await folder.call('try', `${site.origin}/p/2`, '--file', 'shop.yaml', '--save', 'gone');
  await site.close();
  return site.origin;
}

describe('try --save', () => {
  it('keeps the page and what was taken from it, and nothing of the request or of cookies', async () => {
    const origin = await saveOne();
    expect(readdirSync(`${folder.path}/shop.pages`).sort()).toEqual(['gone', 'p-1']);
    expect(folder.read('shop.pages/p-1/page.html')).toBe(lamp.body);
    expect(JSON.parse(folder.read('shop.pages/p-1/answer.json'))).toEqual({
      ...{ job: 'shop', url: `${origin}/p/1`, label: 'product', status: 200 },
      headers: { 'content-type': 'text/html; charset=utf-8', 'x-robots-tag': 'all' },
      fetchedAt: expect.stringMatching(/^\d{4}-/),
      body: 'page.html',
    });
    expect(JSON.parse(folder.read('shop.pages/p-1/expected.json'))).toEqual({
      end: 'stored',
      items: [{ item: 'product', fields: { name: 'Lamp', price: 12.5, seen: expect.any(String) } }],
      links: { product: [`${origin}/p/2`] },
    });
    expect(JSON.parse(folder.read('shop.pages/gone/expected.json'))).toMatchObject({
      end: 'skipped',
      code: 'RULED_OUT',
      items: [],
    });
    const kept = ['answer.json', 'expected.json', 'page.html'].map((file) =>
      folder.read(`shop.pages/p-1/${file}`),
    );
    expect(kept.join()).not.toMatch(/secret/);
  });

  it('replaces no page unasked, and saves none that shows a secret', async () => {
    const site = await serveSite({
      '/p/1': lamp,
      '/p/3': ({ headers }) => ({ body: `<h1>You sent ${String(headers['x-key'])}</h1>` }),
    });
    folder.write('shop.yaml', jobOf(site.origin));
    const save = (path: string, ...more: string[]) =>
      folder.call('try', `${site.origin}${path}`, '--file', 'shop.yaml', '--save', ...more);
    expect(await save('/p/1')).toMatchObject({ code: 0 });
    expect(await save('/p/1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already: --force'),
    });
    expect(await save('/p/1', '--force')).toMatchObject({ code: 0 });
    expect(await save('/p/3')).toMatchObject({ code: 2, stderr: expect.stringContaining('shows a secret') });
    expect(readdirSync(`${folder.path}/shop.pages`)).toEqual(['p-1']);
    await site.close();
  });
});

describe('spinneret test', () => {
  it('finds the same without the site and without the secret', async () => {
    await saveOne();
    using elsewhere = openCliFolder({ SHOP_KEY: '' });
    for (const file of [
      'shop.yaml',
      ...['p-1', 'gone'].flatMap((name) =>
        ['answer.json', 'expected.json', 'page.html'].map((part) => `shop.pages/${name}/${part}`),
      ),
    ]) {
      elsewhere.write(file, folder.read(file));
    }
    const result = await elsewhere.call('test', 'shop.yaml');
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('2 pages, 0 different') });
  });

  it('shows what differs, as text and as JSON, and takes it over with --update', async () => {
    const origin = await saveOne();
    folder.write('shop.yaml', jobOf(origin, '.cost'));
    const { code, stdout } = await folder.call('test', 'shop.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('different p-1');
    expect(stdout).toMatch(/items\[0\]\.fields\.price\n {4}expected {2}12\.5\n {4}found {5}null/);
    const json = await folder.call('test', 'shop.yaml', '--json');
    expect(json.code).toBe(1);
    expect(parseLines(json.stdout)).toEqual([
      {
        pages: [
          expect.objectContaining({ name: 'gone', state: 'same', differences: [] }),
          expect.objectContaining({
            name: 'p-1',
            state: 'different',
            differences: [{ path: 'items[0].fields.price', expected: 12.5, found: null }],
          }),
        ],
        ...{ same: 1, different: 1, updated: 0 },
      },
    ]);
    expect(await folder.call('test', 'shop.yaml', '--update')).toMatchObject({ code: 0 });
    expect(await folder.call('test', 'shop.yaml')).toMatchObject({ code: 0 });
    expect(JSON.parse(folder.read('shop.pages/p-1/expected.json'))).toMatchObject({
      items: [{ fields: { price: null } }],
    });
  });

  it('fails where no page is saved, and where a page is of no job of the file', async () => {
    folder.write('none.yaml', jobOf('https://shop.example'));
    expect(await folder.call('test', 'none.yaml')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('none.pages holds no saved page'),
    });
    const origin = await saveOne();
    folder.write('shop.yaml', jobOf(origin).replace('name: shop', 'name: other'));
    expect(await folder.call('test', 'shop.yaml')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('expected  "shop"'),
    });
  });
});

describe('differencesOf', () => {
  it.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
    [{ a: [1, 2] }, { a: [1] }, [{ path: 'a[1]', expected: 2 }]],
    [{ a: null }, {}, [{ path: 'a', expected: null }]],
    [{}, { 'a b': 1 }, [{ path: '["a b"]', found: 1 }]],
    [{ a: { b: '1' } }, { a: { b: 1 } }, [{ path: 'a.b', expected: '1', found: 1 }]],
    [{ a: [] }, { a: {} }, [{ path: 'a', expected: [], found: {} }]],
  ])('of %j and %j', (expected, found, differences) => {
    expect(differencesOf(expected, found)).toEqual(differences);
  });
});
