import { describe, expect, it } from 'vitest';
import { fieldsWith } from '../compile-job.ts';

const url = 'https://shop.example/dir/page.html';
const schema = 'http://schema.org/';

/** What the page says besides which vocabulary it uses. */
async function nodesOf(body: string): Promise<unknown> {
  const { f } = await fieldsWith({ f: { structured: ['rdfa'] } }, body);
  const { rdfa } = (f ?? { rdfa: [] }) as { rdfa: Record<string, unknown>[] };
  return rdfa
    .map(({ 'http://www.w3.org/ns/rdfa#usesVocabulary': _, ...node }) => node)
    .filter((node) => Object.keys(node).length > 1);
}

const product = `<div vocab="https://schema.org/" typeof=Product resource="#lamp">
<h1 property=name>Lamp</h1><img property=image src=a.jpg><span property=sku content=A7>no. A7</span>
<div property=offers typeof=Offer><span property=price>12.50</span> <link property=availability href="https://schema.org/InStock"></div>
<a rel="nofollow" property=url href="/p/1">more</a><time property=releaseDate datetime=2025-01-02>soon</time>
<ul><li property=tag inlist>a</li><li property=tag inlist>b</li></ul></div>`;

describe('RDFa', () => {
  it('is read into expanded JSON-LD', async () => {
    const name = (key: string) => `https://schema.org/${key}`;
    expect(await nodesOf(product)).toEqual([
      {
        '@id': `${url}#lamp`,
        '@type': [name('Product')],
        [name('name')]: [{ '@value': 'Lamp' }],
        [name('image')]: [{ '@id': 'https://shop.example/dir/a.jpg' }],
        [name('sku')]: [{ '@value': 'A7' }],
        [name('offers')]: [{ '@id': '_:b0' }],
        [name('url')]: [{ '@id': 'https://shop.example/p/1' }],
        [name('releaseDate')]: [{ '@value': '2025-01-02', '@type': 'http://www.w3.org/2001/XMLSchema#date' }],
        [name('tag')]: [{ '@list': [{ '@value': 'a' }, { '@value': 'b' }] }],
      },
      {
        '@id': '_:b0',
        '@type': [name('Offer')],
        [name('price')]: [{ '@value': '12.50' }],
        [name('availability')]: [{ '@id': 'https://schema.org/InStock' }],
      },
    ]);
  });

  it.each([
    [
      'an initial prefix',
      '<p property="schema:name">x</p>',
      [{ '@id': url, [`${schema}name`]: [{ '@value': 'x' }] }],
    ],
    [
      'a prefix of its own',
      '<div prefix="s: http://schema.org/ t: http://t.example/#"><p property="s:name t:n">x</p></div>',
      [{ '@id': url, [`${schema}name`]: [{ '@value': 'x' }], 'http://t.example/#n': [{ '@value': 'x' }] }],
    ],
    [
      'xmlns',
      '<div xmlns:s="http://schema.org/"><p property="s:name">x</p></div>',
      [{ '@id': url, [`${schema}name`]: [{ '@value': 'x' }] }],
    ],
    [
      'a language',
      '<p lang=de property="schema:name">x</p>',
      [{ '@id': url, [`${schema}name`]: [{ '@value': 'x', '@language': 'de' }] }],
    ],
    [
      'a datatype',
      '<p property="schema:n" datatype="xsd:integer">1</p>',
      [
        {
          '@id': url,
          [`${schema}n`]: [{ '@value': '1', '@type': 'http://www.w3.org/2001/XMLSchema#integer' }],
        },
      ],
    ],
    [
      'markup',
      '<p property="schema:n" datatype="rdf:HTML">a <b>c</b></p>',
      [
        {
          '@id': url,
          [`${schema}n`]: [
            { '@value': 'a <b>c</b>', '@type': 'http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML' },
          ],
        },
      ],
    ],
    [
      'rel and rev',
      '<p about="#a" rel="schema:x" rev="schema:y" resource="#b"></p>',
      [
        { '@id': `${url}#a`, [`${schema}x`]: [{ '@id': `${url}#b` }] },
        { '@id': `${url}#b`, [`${schema}y`]: [{ '@id': `${url}#a` }] },
      ],
    ],
    [
      'a hanging rel',
      '<div about="#a" rel="schema:x"><p typeof="schema:T"></p></div>',
      [
        { '@id': '_:b1', '@type': [`${schema}T`] },
        { '@id': `${url}#a`, [`${schema}x`]: [{ '@id': '_:b1' }] },
      ],
    ],
    [
      'a pattern',
      '<div resource="#p" typeof="rdfa:Pattern"><i property="schema:n">x</i></div><div resource="#a"><link property="rdfa:copy" href="#p"></div>',
      [{ '@id': `${url}#a`, [`${schema}n`]: [{ '@value': 'x' }] }],
    ],
    ['terms without a vocabulary', '<p property=name>x</p><a rel="nofollow next" href="/">x</a>', []],
    ['a template', '<template><p property="schema:name">x</p></template>', []],
    ['a name that is a blank node', '<p property="_:x">x</p>', []],
    [
      'Open Graph, since it is RDFa',
      '<meta property="og:title" content=x>',
      [{ '@id': url, 'http://ogp.me/ns#title': [{ '@value': 'x' }] }],
    ],
  ])('knows %s', async (_, body, nodes) => {
    expect(await nodesOf(body)).toEqual(nodes);
  });

  it('fails a page that makes statements without end', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `schema:p${index}`).join(' ');
    const page = `<div rel="${names}">${Array.from({ length: 200 }, (_, index) => `<p about="?${index}"></p>`).join('')}</div>`;
    await expect(nodesOf(page)).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('RDFa'),
    });
  });
});

describe('a field of RDFa', () => {
  it.each([
    ['Product.name', 'Lamp'],
    ['name', 'Lamp'],
    ['["https://schema.org/name"]', 'Lamp'],
    ['offers.price', '12.50'],
    ['Offer.availability', 'https://schema.org/InStock'],
    ['Product.tag', 'a'],
    ['Product.tag[1]', 'b'],
    ['releaseDate', '2025-01-02'],
    ['Product.none', null],
  ])('%s is %s', async (rdfa, value) => {
    expect(await fieldsWith({ f: { rdfa } }, product)).toEqual({ f: value });
  });

  it.each([
    ['of the whole before its parts', '<p about="#a" property="schema:name">A</p>', 'A'],
    ['of all, where each is a part', '<p about="#b" resource="#a" rel="schema:of"></p>', 'B'],
  ])('without a type is that %s', async (_, rest, value) => {
    const brand = '<div about="#a" rel="schema:brand"><p about="#b" property="schema:name">B</p></div>';
    expect(await fieldsWith({ f: { rdfa: 'name' } }, brand + rest)).toEqual({ f: value });
  });

  it('may be a list or an object', async () => {
    const fields = {
      tags: { rdfa: 'Product.tag', list: true },
      offer: { rdfa: 'Product.offers', fields: { price: { path: 'price', type: 'number' } } },
      links: { rdfa: 'Product.image', list: true },
    };
    expect(await fieldsWith(fields, product)).toEqual({
      tags: ['a', 'b'],
      offer: { price: 12.5 },
      links: ['https://shop.example/dir/a.jpg'],
    });
  });
});
