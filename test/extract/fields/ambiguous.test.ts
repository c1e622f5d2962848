import { describe, expect, it } from 'vitest';
import { extractWith } from '../compile-job.ts';

const things = (...prices: unknown[]) =>
  `<script type="application/ld+json">${JSON.stringify(
    prices.map((price) => ({ '@type': 'Product', name: `P ${price}`, offers: { price, currency: 'EUR' } })),
  )}</script>`;

const pushed = (...rows: string[]) =>
  rows.map((row) => `<script>self.__next_f.push([1,${JSON.stringify(`${row}\n`)}])</script>`).join('');

/** The value of the field, and the other one that its mark shows. */
async function read(field: Record<string, unknown>, page: string): Promise<[unknown, string | undefined]> {
  const { items } = await extractWith({ fields: { f: field } }, `<h1>T</h1>${page}`);
  const [mark, ...others] = items[0]?.marks?.filter(({ kind }) => kind === 'ambiguous') ?? [];
  expect(others).toEqual([]);
  if (mark !== undefined) expect(['f', 'f.p']).toContain(mark.field);
  return [items[0]?.fields['f'], mark?.found];
}

describe('a value of which the page has another one at the same place', () => {
  it.each([
    ['jsonld', { jsonld: 'Product.offers.price' }, things(12, 15), 12, '15'],
    [
      'jsonld, read',
      { jsonld: 'Product.offers.price', type: 'number' },
      things('12,5', 12.5, 15),
      12.5,
      '15',
    ],
    [
      'jsonld whose first cannot be read',
      { jsonld: 'offers.price', type: 'number' },
      things('ask us', 15),
      15,
      'ask us',
    ],
    [
      'an object of jsonld',
      { jsonld: 'Product.offers', fields: { p: { path: 'price' } } },
      things(12, 15),
      { p: 12 },
      '{"p":15}',
    ],
    [
      'a path in jsonld',
      { jsonld: 'Product', list: false, fields: { p: { path: 'o.p' } } },
      '<script type="application/ld+json">{"@type":"Product","o":[{"p":1},{"p":2}]}</script>',
      { p: 1 },
      '2',
    ],
    [
      'microdata',
      { microdata: 'price' },
      '<p itemscope><b itemprop=price>1</b><b itemprop=price>2</b>',
      '1',
      '2',
    ],
    [
      'rdfa',
      { rdfa: 'price' },
      '<p vocab="http://schema.org/" typeof=A><b property=price>1</b><b property=price>2</b>',
      '1',
      '2',
    ],
    ['og', { og: 'image' }, '<meta property=og:image content=a><meta property=og:image content=b>', 'a', 'b'],
    [
      'meta',
      { meta: 'price' },
      '<meta itemprop=price content=1><p><meta itemprop=price content=2>',
      '1',
      '2',
    ],
    ['a label', { label: 'Price', type: 'number' }, '<dl><dt>Price<dd>1 €<dt>Price<dd>2 €</dl>', 1, '2'],
    [
      'cells beside a label',
      { label: 'Price', type: 'number' },
      '<table><tr><th>Price<td>4<td>5</table>',
      4,
      '5',
    ],
    [
      'an object beside a label',
      { label: 'P', fields: { b: 'b' } },
      '<dl><dt>P<dd><b>1</b><dd><b>2</b></dl>',
      { b: '1' },
      '{"b":"2"}',
    ],
    ['a variable', { script: 'x', path: 'a' }, '<script>x={a:1};x={a:2}</script>', 1, '2'],
    [
      'objects in a script',
      { script: 'x', fields: { a: { path: 'a' } } },
      '<script>x=[{a:1},{a:2}]</script>',
      { a: 1 },
      '{"a":2}',
    ],
    [
      'a stream',
      { script: 'self.__next_f', path: 'p.n' },
      pushed('0:{"p":{"n":1}}', '1:{"p":{"n":2}}'),
      1,
      '2',
    ],
    [
      'scripts with the path',
      { select: 'script', path: 'a' },
      '<script>{"a":1}</script><script>{"a":2}</script>',
      1,
      '2',
    ],
    [
      'markup',
      { select: 'script', path: 'h', as: 'html', fields: { b: 'b' } },
      '<script>{"h":"<b>1</b>"}</script><script>{"h":"<b>2</b>"}</script>',
      { b: '1' },
      '{"b":"2"}',
    ],
  ])('is marked: %s', async (_, field, page, value, other) => {
    expect(await read(field, page)).toEqual([value, other]);
  });

  it.each([
    [
      'the same, written otherwise',
      { jsonld: 'Product.offers.price', type: 'number' },
      things('12.50', 12.5),
    ],
    ['the same but for white space', { label: 'A' }, '<dl><dt>A<dd>x  y<dt>A<dd> x y</dl>'],
    ['one that is empty', { meta: 'a' }, '<meta name=a content=x><meta name=a content="">'],
    [
      'one that is not of the type, behind it',
      { label: 'A', type: 'number' },
      '<p>A: 3</p><p>A: low to high</p>',
    ],
    ['one that the regex leaves out', { label: 'A', regex: '(\\d+) cm' }, '<p>A: 3 kg</p><p>A: 4 cm</p>'],
    [
      'one that an index leaves out',
      { jsonld: 'Product.tags[0]' },
      '<script type="application/ld+json">{"@type":"Product","tags":["a","b"]}</script>',
    ],
    ['all of them', { jsonld: 'Product.offers.price', list: true }, things(1, 2)],
    ['one that a selector does not mean', { select: 'b' }, '<b>1</b><b>2</b>'],
  ])('is not marked: %s', async (_, field, page) => {
    expect((await read(field, page))[1]).toBeUndefined();
  });
});

describe('a number of which another source has another one', () => {
  const page = `${things(12)}<meta name=price content=12.00><b>15 €</b>`;
  const sources = ['jsonld.offers.price', 'meta.price', 'css:b'];

  it('is marked with that source', async () => {
    expect(await read({ from: sources, type: 'number' }, page)).toEqual([12, '15 (css:b)']);
    expect(await read({ from: ['i', ...sources], type: 'integer' }, page)).toEqual([12, '15 (css:b)']);
  });

  it.each([
    ['of texts', { from: sources }],
    ['of a list', { from: sources, type: 'number', list: true }],
    ['of a source that needs a tree of its own', { from: [sources[0], 'microdata.x'], type: 'number' }],
    ['before it', { from: ['h1', 'jsonld.offers.price'], type: 'number' }],
  ])('is not %s', async (_, field) => {
    expect((await read(field, `${page}<p itemscope itemtype=x><i itemprop=x>9</i>`))[1]).toBeUndefined();
  });

  it('has the marks of the source that gave it, not those of one without a value', async () => {
    const field = { from: [{ label: 'A', regex: '(\\d+)' }, 'jsonld.offers.price'], type: 'number' };
    const labels = '<dl><dt>A<dd>x<dt>A<dd>y</dl>';
    expect(await read(field, `${labels}${things(12, 13)}`)).toEqual([12, '13']);
  });
});

describe('an amount that the language of its page makes one of three decimals', () => {
  const lang = (language: string, text: string) => `<div lang=${language}><b>${text}</b></div>`;

  it.each([
    ['en', '€ 1.299', 1.299, '1299'],
    ['en', '-$1.299', -1.299, '-1299'],
    ['de', '1,759 €', 1.759, '1759'],
  ])('is marked: %s %s', async (language, text, value, other) => {
    for (const field of [{ type: 'number' }, { transform: ['number'] }]) {
      expect(await read({ select: 'b', ...field }, lang(language, text))).toEqual([value, other]);
    }
    const [, found] = await read({ select: 'b', list: true, type: 'number' }, lang(language, text));
    expect(found).toBe(other);
  });

  it.each([
    ['where the language makes thousands of it', 'de', '€ 1.299', {}],
    ['where the job says the locale', 'en', '€ 1.299', { locale: 'en' }],
    ['of a currency with three decimals', 'en', '1.299 KD', {}],
    ['of a number without a currency', 'en', '1.299', {}],
    ['of two decimals', 'en', '€ 1.29', {}],
  ])('is not marked %s', async (_, language, text, more) => {
    const [value, other] = await read({ select: 'b', type: 'number', ...more }, lang(language, text));
    expect([typeof value, other]).toEqual(['number', undefined]);
  });
});
