import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith } from '../compile-job.ts';

function page(...scripts: string[]): string {
  return scripts.map((script) => `<script type="application/ld+json">${script}</script>`).join('\n');
}

const shop = page(
  JSON.stringify({
    '@context': 'https://schema.org',
    '@graph': [
      { '@type': 'Organization', '@id': '#shop', name: 'Shop' },
      { '@type': ['https://schema.org/Product', 'Thing'], name: 'Lamp', brand: { '@id': '#shop' } },
      { '@type': 'WebPage', name: 'Page', mainEntity: { '@type': 'FAQPage', name: 'Questions' } },
    ],
  }),
  '[{"@type":"schema:BreadcrumbList","schema:itemListElement":[{"position":1,"name":"Home"},{"position":2,"item":{"name":"Lamps"}}]}]',
  '{"@type":"Offer","offers":[{"price":"12.5","priceCurrency":"EUR"},{"price":{"@value":13}}],"weight":90071992547409931}',
);

describe('a field of JSON-LD', () => {
  it.each([
    ['name', 'Shop'],
    ['Product.name', 'Lamp'],
    ['Product.brand.name', 'Shop'],
    ['FAQPage.name', 'Questions'],
    ['offers.price', '12.5'],
    ['offers[1].price', 13],
    ['offers[-1].price', 13],
    ['BreadcrumbList.itemListElement[1].item.name', 'Lamps'],
    ['itemListElement.name', 'Home'],
    ['weight', '90071992547409931'],
    ['Nothing.name', null],
    ['name.first', null],
    ['constructor', null],
  ])('%s is %s', async (jsonld, value) => {
    expect(await fieldsWith({ f: { jsonld } }, shop)).toEqual({ f: value });
  });

  it('may be a list, a number and an object', async () => {
    const fields = {
      prices: { jsonld: 'offers.price', list: true, type: 'number' },
      names: { jsonld: 'name', list: true },
      offers: {
        jsonld: 'offers',
        list: true,
        fields: {
          amount: { path: 'price', type: 'number' },
          currency: { path: 'priceCurrency', default: 'EUR' },
        },
      },
      brand: { jsonld: 'Product.brand', fields: { name: { path: 'name' } } },
      kind: { jsonld: '@type' },
    };
    expect(await fieldsWith(fields, shop)).toEqual({
      prices: [12.5, 13],
      names: ['Shop', 'Lamp', 'Page'],
      offers: [
        { amount: 12.5, currency: 'EUR' },
        { amount: 13, currency: 'EUR' },
      ],
      brand: { name: 'Shop' },
      kind: 'Organization',
    });
  });

  it('has numbers as JSON writes them, and lists of its own', async () => {
    const script = page('{"@type":"Product","price":"1.299","size":{"@list":["S",{"@value":"M"}]}}');
    const fields = { price: { jsonld: 'price', type: 'number' }, sizes: { jsonld: 'size', list: true } };
    expect(await fieldsWith(fields, script)).toEqual({ price: 1.299, sizes: ['S', 'M'] });
  });

  it('follows references that are relative to the page', async () => {
    const parts = page(
      '{"@type":"Product","brand":{"@id":"/#b"}}',
      '{"@id":"https://shop.example/#b","name":"B"}',
    );
    expect(await fieldsWith({ f: { jsonld: 'Product.brand.name' } }, parts)).toEqual({ f: 'B' });
  });

  it('is an address where one is asked for', async () => {
    const things = page(
      '{"url":{"@id":"/p"},"image":[{"@type":"ImageObject","url":"/page","contentUrl":"/i.png"},{"schema:url":"/j.png"},"k.png"],"brand":{"@id":"#b","name":"B"},"logo":""}',
    );
    const fields = {
      url: { jsonld: 'url', type: 'url' },
      reference: { jsonld: 'url' },
      images: { jsonld: 'image', type: 'url', list: true },
      brand: { jsonld: 'brand', type: 'url' },
      logo: { jsonld: 'logo', type: 'url' },
    };
    expect(await fieldsWith(fields, things)).toEqual({
      url: 'https://shop.example/p',
      reference: '/p',
      images: ['https://shop.example/i.png', 'https://shop.example/j.png', 'https://shop.example/dir/k.png'],
      brand: 'https://shop.example/dir/page.html#b',
      logo: null,
    });
  });

  it.each([' application/ld+json ', 'Application/LD+JSON; charset=utf-8'])(
    'has a type such as "%s"',
    async (type) => {
      const script = `<script type="${type}">{"name":"x"}</script>`;
      expect(await fieldsWith({ f: { jsonld: 'name' } }, script)).toEqual({ f: 'x' });
    },
  );

  it('is on each item of the page', async () => {
    const rule = { each: 'p', fields: { text: { attr: 'id' }, name: { jsonld: 'Product.name' } } };
    const { items } = await extractWith(rule, `${shop}<p id=1><p id=2>`);
    expect(items.map(({ fields }) => fields)).toEqual([
      { text: '1', name: 'Lamp' },
      { text: '2', name: 'Lamp' },
    ]);
  });

  it('ends where things refer to each other in a circle', async () => {
    const circle = page(
      '[{"@id":"a","next":{"@id":"b"},"name":"A"},{"@id":"b","next":{"@id":"a"},"name":"B"}]',
    );
    expect(await fieldsWith({ f: { jsonld: 'next.next.next.name' } }, circle)).toEqual({ f: 'B' });
  });
});

describe('JSON-LD that is broken', () => {
  it.each([
    ['a comma too much', '{"name":"x",}'],
    ['a comma that is missing', '{"name":"x"\n"b":1}'],
    ['a line break in a text', '{"b":"one\ntwo","name":"x"}'],
    ['a tab in a text', '{"b":"one\ttwo","name":"x"}'],
    ['a comment', '{/* b */"name":"x"}'],
    ['single quotes', "{'name':'x'}"],
    ['no end', '{"name":"x","b":[1'],
    ['two things without a list', '{"name":"x"}\n{"b":1}'],
    ['two things without anything between them', '{"name":"x"}{"b":1}'],
    ['words behind it', '{"name":"x"} and so on'],
    ['a control character in a text', '{"name":"x","b":"one\u0001two"}'],
    ['an escape that JSON does not have', '{"name":"x","b":"it\\\'s"}'],
  ])('is mended, and marked: %s', async (_, script) => {
    const { items } = await extractWith({ fields: { f: { jsonld: 'name' } } }, page(script));
    expect(items[0]?.fields).toEqual({ f: 'x' });
    expect(items[0]?.marks).toEqual([{ kind: 'mended', field: 'f' }]);
  });

  it.each([
    ['a text', '{"name":"x","price":"12'],
    ['a text in single quotes', "{'name':'x','price':'12"],
    ['an escape', String.raw`{"name":"x","price":"12\"`],
    ['a number', '{"name":"x","price":12'],
    ['a number in a list', '{"name":"x","price":[12'],
    ['a literal', '{"name":"x","price":tru'],
    ['a name', '{"name":"x","pri'],
  ])('has no value where it was cut in %s', async (_, script) => {
    const fields = { f: { jsonld: 'name' }, price: { jsonld: 'price' } };
    const { items } = await extractWith({ fields }, page(script));
    expect(items[0]?.fields['f']).toBe('x');
    expect(items[0]?.fields['price'] ?? []).toEqual([]);
    expect(items[0]?.marks).toContainEqual({ kind: 'mended', field: 'f' });
  });

  it('has the values that stand before its end', async () => {
    const script = page('{"name":"x","price":12,"sizes":["S","M"],"more":{"a":true');
    const fields = {
      price: { jsonld: 'price' },
      sizes: { jsonld: 'sizes', list: true },
      a: { jsonld: 'more.a' },
    };
    expect(await fieldsWith(fields, script)).toEqual({ price: 12, sizes: ['S', 'M'], a: true });
  });

  it.each([
    ['a comment of HTML around it', '<!-- {"name":"x"} -->'],
    ['CDATA around it', '//<![CDATA[\n{"name":"x"}\n//]]>'],
    ['CDATA in comments', '/*<![CDATA[*/{"name":"x"}/*]]>*/'],
    ['a semicolon', '{"name":"x"};'],
    ['a comment before it', '// It\'s "x"\n /* y */ <!-- z --> {"name":"x"}'],
    ['white space', '\n\ufeff {"name":"x"}\n'],
  ])('is read without a mark: %s', async (_, script) => {
    const { items } = await extractWith({ fields: { f: { jsonld: 'name' } } }, page(script));
    expect(items[0]).toMatchObject({ fields: { f: 'x' } });
    expect(items[0]?.marks).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a text', 'name: x'],
    ['markup', '<p>name</p>'],
    ['a number', '12'],
    ['what is nested beyond reason', '['.repeat(100_000)],
  ])('is none: %s', async (_, script) => {
    expect(await fieldsWith({ f: { jsonld: 'name' } }, page(script))).toEqual({ f: null });
  });

  it.each([
    ['quotes within a text', '{"name":"<a href="/x">b</a> c"}'],
    ['a number with a comma', '{"name":"x","price":1,299.00}'],
    ['what a template left', '{"name":{{ product.name }}}'],
    ['words', 'name: x'],
  ])('is reported where nothing can be made of it: %s', async (_, script) => {
    const fields = {
      t: 'h1',
      f: { jsonld: 'name' },
      from: { from: ['jsonld.name', 'css:h2'] },
      all: { structured: ['jsonld', 'meta'] },
      none: { meta: 'description' },
    };
    for (const body of [page(script), `${page(script, '{"b":1}')}<meta name=a content=b>`]) {
      const { items } = await extractWith({ fields }, `<h1>T</h1>${body}`);
      const lost = items[0]?.lost?.map(({ field, step, found }) => [field, step, found]);
      expect(lost).toEqual(['f', 'from', 'all.jsonld'].map((field) => [field, 'json', script]));
    }
  });

  it('leaves the others whole', async () => {
    const both = page('name: x', '{"name":"y"}');
    expect(await fieldsWith({ f: { jsonld: 'name' } }, both)).toEqual({ f: 'y' });
  });
});

describe('JSON on a page', () => {
  it('keeps the white space of its texts', async () => {
    const script = '{"name":"two  spaces\\u00a0and more"}';
    const fields = { a: { jsonld: 'name' }, b: { select: 'script', path: 'name' } };
    expect(await fieldsWith(fields, page(script))).toEqual({
      a: 'two  spaces\u00a0and more',
      b: 'two  spaces\u00a0and more',
    });
  });
});
