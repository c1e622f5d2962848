import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith } from '../compile-job.ts';

async function microdataOf(body: string): Promise<unknown> {
  const { f } = await fieldsWith({ f: { structured: ['microdata'] } }, body);
  return f === null ? [] : (f as { microdata: unknown }).microdata;
}

const product = `<div itemscope itemtype="https://schema.org/Product" itemid="/p/1" itemref="more gone">
<h1 itemprop=name> Lamp
 <b>Blue</b></h1><a itemprop="url sameAs" href="../p?q=é">x</a><img itemprop=image src=a.jpg><img itemprop=image src=b.jpg>
<div itemprop=offers itemscope itemtype=https://schema.org/Offer><span itemprop=price content=12.50>12,50 €</span></div>
<div itemprop=brand itemscope itemtype=https://schema.org/Brand>Acme</div></div>
<p id=more>Colour: <i itemprop=color>blue</i></p>`;

describe('microdata', () => {
  it('is read as the HTML Standard says', async () => {
    expect(await microdataOf(product)).toEqual([
      {
        type: 'https://schema.org/Product',
        id: 'https://shop.example/p/1',
        properties: {
          name: 'Lamp Blue',
          url: 'https://shop.example/p?q=%C3%A9',
          sameAs: 'https://shop.example/p?q=%C3%A9',
          image: ['https://shop.example/dir/a.jpg', 'https://shop.example/dir/b.jpg'],
          offers: { type: 'https://schema.org/Offer', properties: { price: '12.50' } },
          brand: { type: 'https://schema.org/Brand', value: 'Acme' },
          color: 'blue',
        },
      },
    ]);
  });

  it.each([
    ['<meta itemprop=v content=" x ">', ' x '],
    ['<meta itemprop=v>', ''],
    ['<audio itemprop=v src=a>', 'https://shop.example/dir/a'],
    ['<embed itemprop=v src=a>', 'https://shop.example/dir/a'],
    ['<iframe itemprop=v src=a></iframe>', 'https://shop.example/dir/a'],
    ['<img itemprop=v src=a>', 'https://shop.example/dir/a'],
    ['<img itemprop=v>', ''],
    ['<img itemprop=v src="http://[">', ''],
    ['<video itemprop=v src=a></video>', 'https://shop.example/dir/a'],
    ['<video><source itemprop=v src=a></video>', 'https://shop.example/dir/a'],
    ['<video><track itemprop=v src=a></video>', 'https://shop.example/dir/a'],
    ['<a itemprop=v href="mailto:a@b.c">x</a>', 'mailto:a@b.c'],
    ['<area itemprop=v href=a>', 'https://shop.example/dir/a'],
    ['<link itemprop=v href=a>', 'https://shop.example/dir/a'],
    ['<object itemprop=v data=a></object>', 'https://shop.example/dir/a'],
    ['<data itemprop=v value=1>one</data>', '1'],
    ['<meter itemprop=v value=0.5>half</meter>', '0.5'],
    ['<time itemprop=v datetime=2025-01-02>today</time>', '2025-01-02'],
    ['<time itemprop=v>2025-01-02</time>', '2025-01-02'],
    ['<span itemprop=v content=x>y</span>', 'x'],
    ['<p itemprop=v>a<br>b <script>c</script></p>', 'a b'],
  ])('has the value of %s', async (element, value) => {
    const page = `<div itemscope><meta itemprop=k content=k>${element}</div>`;
    expect(await microdataOf(page)).toEqual([{ properties: { k: 'k', v: value } }]);
  });

  it.each([
    [
      'what is in another item',
      '<div itemscope><div itemscope><i itemprop=a>1</i></div></div>',
      [{ value: '1' }, { properties: { a: '1' } }],
    ],
    ['a template', '<template><div itemscope><i itemprop=a>1</i></div></template>', []],
    ['a property without an item', '<i itemprop=a>1</i>', []],
    ['a name that is blank', '<div itemscope><i itemprop=" ">1</i></div>', [{ value: '1' }]],
    [
      'itemid without a type',
      '<div itemscope itemid=x><i itemprop=a>1</i></div>',
      [{ properties: { a: '1' } }],
    ],
  ])('leaves apart %s', async (_, body, items) => {
    expect(await microdataOf(body)).toEqual(items);
  });

  it('ends where items are within themselves, and has them in the order of the page', async () => {
    const loop =
      '<div itemscope id=a itemprop=x itemref=b><i itemprop=n>A</i></div><div itemscope id=b itemprop=y itemref=a><i itemprop=n>B</i></div>';
    expect(await microdataOf(`<div itemscope itemref="b a"></div>${loop}`)).toEqual([
      {
        properties: {
          x: { properties: { n: 'A', y: { properties: { n: 'B' } } } },
          y: { properties: { x: { properties: { n: 'A' } }, n: 'B' } },
        },
      },
    ]);
  });

  it('fails a page that multiplies items without end', async () => {
    const items = Array.from(
      { length: 60 },
      (_, index) =>
        `<div id=i${index} itemprop=x itemscope itemref="i${index + 1} j${index + 1}"></div><div id=j${index} itemprop=y itemscope itemref="i${index + 1} j${index + 1}"></div>`,
    );
    const page = `<div itemscope itemref="i0 j0"></div>${items.join('')}`;
    await expect(microdataOf(page)).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('microdata'),
    });
  });

  it('is relative to the base of the page', async () => {
    const page = '<base href="https://cdn.example/x/"><div itemscope><img itemprop=v src=a></div>';
    expect(await microdataOf(page)).toEqual([{ properties: { v: 'https://cdn.example/x/a' } }]);
  });
});

describe('a field of microdata', () => {
  it.each([
    ['Product.name', 'Lamp Blue'],
    ['name', 'Lamp Blue'],
    ['offers.price', '12.50'],
    ['Offer.price', '12.50'],
    ['Product.image[1]', 'https://shop.example/dir/b.jpg'],
    ['Product.brand', 'Acme'],
    ['["@id"]', 'https://shop.example/p/1'],
    ['Product.nothing', null],
    ['Event.name', null],
    ['__proto__', null],
  ])('%s is %s', async (microdata, value) => {
    expect(await fieldsWith({ f: { microdata } }, product)).toEqual({ f: value });
  });

  it('may be a list, a number, an object, and on each item', async () => {
    const fields = {
      images: { microdata: 'image', list: true, type: 'url' },
      offer: { microdata: 'offers', fields: { price: { path: 'price', type: 'number' } } },
      id: { attr: 'id' },
    };
    const { items } = await extractWith({ each: 'u', fields }, `${product}<u id=1></u><u id=2></u>`);
    const page = {
      images: ['https://shop.example/dir/a.jpg', 'https://shop.example/dir/b.jpg'],
      offer: { price: 12.5 },
    };
    expect(items.map(({ fields }) => fields)).toEqual([
      { ...page, id: '1' },
      { ...page, id: '2' },
    ]);
  });

  it('is looked for where another source has no value', async () => {
    const from = ['jsonld.name', 'microdata.Product.name', 'h1'];
    const { items } = await extractWith({ fields: { name: { from } } }, product);
    expect(items[0]).toMatchObject({
      fields: { name: 'Lamp Blue' },
      marks: [{ kind: 'from', source: 'microdata.Product.name' }],
    });
  });

  it('is none of an answer in JSON', async () => {
    const fields = { f: { microdata: 'name' }, a: { path: 'a' } };
    expect(await fieldsWith(fields, '{"a":1}', { contentType: 'application/json' })).toEqual({
      f: null,
      a: 1,
    });
  });
});
