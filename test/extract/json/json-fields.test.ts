import { describe, expect, it } from 'vitest';
import type { Page } from '../../../shared/extract/types.ts';
import { extractWith } from '../compile-job.ts';

const rest: Partial<Page> = {
  contentType: 'text/plain',
  list: { itemsPath: 'data.results', invalid: 'REST_INVALID' },
};

async function itemsOf(rule: Record<string, unknown>, body: unknown, facts: Partial<Page> = rest) {
  const { items } = await extractWith(rule, typeof body === 'string' ? body : JSON.stringify(body), facts);
  return items.map(({ fields }) => fields);
}

describe('fields of JSON pages', () => {
  it('are read from each item', async () => {
    const fields = {
      name: { path: 'name' },
      price: { path: 'price.amount', type: 'number' },
      first: { path: 'images[0]', type: 'url' },
      tags: { path: 'tags[*].name', list: true },
      sizes: { path: 'sizes', list: true, type: 'integer' },
      raw: { path: 'price' },
      seller: { path: 'seller', fields: { name: { path: 'name' } } },
      variants: { path: 'variants', list: true, fields: { sku: { path: 'sku', required: true } } },
      selected: 'h1',
      status: { page: 'status' },
    };
    const item = {
      name: 'A',
      price: { amount: '1,234.50' },
      images: ['/i.png'],
      tags: [{ name: 'x' }, {}, { name: 'y' }],
      sizes: [1, '2', 'x'],
      variants: [{ sku: 's' }],
    };
    expect(await itemsOf({ fields }, { data: { results: [item] } })).toEqual([
      {
        name: 'A',
        price: 1234.5,
        first: 'https://shop.example/i.png',
        tags: ['x', 'y'],
        sizes: [1, 2, null],
        raw: { amount: '1,234.50' },
        seller: null,
        variants: [{ sku: 's' }],
        selected: null,
        status: 200,
      },
    ]);
  });

  it.each([
    ['number', 5, 5],
    ['number', '5 €', 5],
    ['number', true, null],
    ['integer', 5.5, null],
    ['string', 5, '5'],
    ['string', { a: 1 }, null],
    ['boolean', false, false],
    ['boolean', 1, true],
    ['date', 1_700_000_000, null],
    ['date', '2024-03-12', '2024-03-12'],
    ['url', 5, null],
  ])('convert to %s: %j', async (type, value, converted) => {
    expect(
      await itemsOf({ fields: { it: { path: 'it', type } } }, { data: { results: { it: value } } }),
    ).toEqual([{ it: converted }]);
  });

  it('are the whole item where the rule names none', async () => {
    expect(await itemsOf({}, { data: { results: [{ a: { b: [1] } }, 'text', null] } })).toEqual([
      { a: { b: [1] } },
      { value: 'text' },
      { value: null },
    ]);
  });

  it.each(['_url', '_item', '_missing', '_lost'])(
    'refuse a whole item with %s, which is ours',
    async (name) => {
      const item = { [name]: 'x' };
      const results = ['a', item];
      await expect(itemsOf({}, { data: { results } })).rejects.toMatchObject({
        code: 'REST_INVALID',
        message: expect.stringContaining(`item 1 has a field ${name} of its own`),
      });
      const fields = { own: { path: name } };
      expect(await itemsOf({ fields }, { data: { results: [item] } })).toEqual([{ own: 'x' }]);
    },
  );

  it('report what is missing', async () => {
    const rule = { fields: { a: { path: 'a', required: true } } };
    const { items } = await extractWith(rule, '{"data":{"results":[{"a":null},{"a":0}]}}', rest);
    expect(items.map(({ missing }) => missing)).toEqual([['a'], undefined]);
  });

  it.each([
    ['a list', [{ a: 1 }, { a: 2 }], 2],
    ['one object', { a: 1 }, 1],
    ['null', null, 0],
    ['nothing', undefined, 0],
  ])('come from %s', async (_what, results, count) => {
    expect(await itemsOf({}, { data: { results } })).toHaveLength(count);
  });

  it('come from the whole answer of a page that is JSON by its type', async () => {
    const facts = { contentType: 'application/ld+json' };
    expect(await itemsOf({ fields: { a: { path: 'a' } } }, '\ufeff[{"a":"ü"}]', facts)).toEqual([{ a: 'ü' }]);
  });

  it.each([
    ['REST_INVALID', rest, '<html>'],
    ['REST_INVALID', rest, '{"data":{"results":5}}'],
    ['REST_INVALID', rest, `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['EXTRACT_FAILED', { contentType: 'application/json' }, '{"a":'],
  ])('fail with %s', async (code, facts, body) => {
    await expect(extractWith({}, body, facts as Partial<Page>)).rejects.toMatchObject({
      name: 'DropError',
      code,
    });
  });
});
