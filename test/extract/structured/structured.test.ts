import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith, parseJob } from '../compile-job.ts';

const head = `<!doctype html><html><head><meta charset=utf-8>
<meta property="og:title" content="Lamp"><meta property="og:locale" content=en_GB><meta property="og:locale:alternate" content=fr_FR>
<meta property="og:locale:alternate" content=de_DE><meta property="og:image:alt" content=early>
<meta property="og:image" content="/a.jpg"><meta property="og:image:url" content="/a.jpg"><meta property="og:image:width" content=300>
<meta property="og:image" content="/b.jpg"><meta property="og:image" content="/c.jpg"><meta property="og:image:width" content=100>
<meta property="product:price:amount" content="12.50"><meta property="product:price:currency" content=EUR>
<meta property="article:tag" content=x><meta property="ARTICLE:tag" content=y><meta name="og:type" content=product>
<meta property="http://ogp.me/ns/article#section" content=s>
<meta name="twitter:card" content=summary><meta property="twitter:image:alt" content=z><meta property="og:description twitter:description" content=both>
<meta name=Description content="A lamp"><meta name=keywords content=""><meta http-equiv=refresh content=5><meta name=empty>
<script type="application/ld+json">[{"@type":"Product","name":"L"},{"@graph":[{"@type":"Offer"}]}]</script>
<script type="application/ld+json">false</script></head>`;

const imagesFirst = head.replace('<meta property="og:image:alt" content=early>', '');

const body = '<body><div itemscope itemtype=https://schema.org/Product><i itemprop=name>L</i></div></body>';

describe('Open Graph', () => {
  it.each([
    ['title', 'Lamp'],
    ['image', '/a.jpg'],
    ['image[1]', '/b.jpg'],
    ['image[-1].width', '100'],
    ['image.width', '300'],
    ['image[1].alt', null],
    ['locale', 'en_GB'],
    ['locale:alternate', 'fr_FR'],
    ['product:price:amount', '12.50'],
    ['article:tag', 'x'],
    ['article:section', 's'],
    ['type', 'product'],
    ['tag', null],
    ['amount', null],
    ['Title', null],
  ])('has %s as %s', async (og, value) => {
    expect(await fieldsWith({ f: { og } }, imagesFirst)).toEqual({ f: value });
  });

  it('may be a list, a URL and an object', async () => {
    const fields = {
      images: { og: 'image', list: true, type: 'url' },
      sizes: {
        og: 'image',
        list: true,
        fields: { url: { path: 'url' }, width: { path: 'width', type: 'integer' } },
      },
      tags: { og: 'article:tag', list: true },
      from: { from: ['og.none', 'og:title'] },
    };
    expect(await fieldsWith(fields, imagesFirst)).toEqual({
      images: ['https://shop.example/a.jpg', 'https://shop.example/b.jpg', 'https://shop.example/c.jpg'],
      sizes: [
        { url: '/a.jpg', width: 300 },
        { url: '/b.jpg', width: null },
        { url: '/c.jpg', width: 100 },
      ],
      tags: ['x', 'y'],
      from: 'Lamp',
    });
  });
});

describe('a field of structured data', () => {
  it('is all that the page says for machines', async () => {
    const { f } = await fieldsWith({ f: { structured: 'all' } }, head + body);
    expect(f).toEqual({
      jsonld: [{ '@type': 'Product', name: 'L' }, { '@graph': [{ '@type': 'Offer' }] }],
      microdata: [{ type: 'https://schema.org/Product', properties: { name: 'L' } }],
      rdfa: expect.any(Array),
      opengraph: {
        title: 'Lamp',
        type: 'product',
        locale: 'en_GB',
        'locale:alternate': ['fr_FR', 'de_DE'],
        image: [
          { alt: 'early' },
          { url: '/a.jpg', width: '300' },
          { url: '/b.jpg' },
          { url: '/c.jpg', width: '100' },
        ],
        'product:price:amount': '12.50',
        'product:price:currency': 'EUR',
        'article:tag': ['x', 'y'],
        'article:section': 's',
        description: 'both',
      },
      twitter: { card: 'summary', 'image:alt': 'z', description: 'both' },
      meta: { description: 'A lamp', keywords: '' },
    });
  });

  it('has an empty list or object for a syntax that the page does not use', async () => {
    const { f } = await fieldsWith({ f: { structured: ['jsonld', 'microdata', 'opengraph', 'rdfa'] } }, body);
    expect(f).toEqual({ jsonld: [], microdata: [expect.anything()], opengraph: {}, rdfa: [] });
  });

  it('is null of a page without any, and missing where it is required', async () => {
    const fields = { f: { structured: 'all', required: true }, t: 'p' };
    const { items } = await extractWith({ fields }, '<title>x</title><p>y</p>');
    expect(items[0]).toMatchObject({ fields: { f: null, t: 'y' }, missing: ['f'] });
  });

  it('is marked where JSON-LD was mended', async () => {
    const broken = '<script type="application/ld+json">{"name":"x",}</script>';
    const { items } = await extractWith(
      { fields: { f: { structured: ['jsonld'] }, g: { structured: ['meta'] } } },
      `<meta name=a content=b>${broken}`,
    );
    expect(items[0]?.marks).toEqual([{ kind: 'mended', field: 'f' }]);
  });

  it.each([
    [{ structured: true }, /structured/],
    [{ structured: [] }, /structured/],
    [{ structured: ['jsonld', 'html'] }, /structured/],
    [{ structured: 'all', list: true }, /no list beside structured/],
    [{ structured: 'all', select: 'p' }, /no select beside structured/],
    [{ structured: 'all', type: 'number' }, /no type beside structured/],
    [{ microdata: 'a', rdfa: 'b' }, /no rdfa beside microdata/],
    [{ og: 'a', select: 'b' }, /no select beside og/],
    [{ script: 'a', meta: 'b' }, /no meta beside script/],
    [{ jsonld: 'a', script: 'b' }, /no jsonld beside script/],
    [{ microdata: 'a', path: 'b' }, /no path beside microdata/],
  ])('%j is refused', (field, message) => {
    expect(() => parseJob({ pages: { product: { fields: { f: field } } } })).toThrow(message);
  });
});
