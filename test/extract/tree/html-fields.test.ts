import { describe, expect, it } from 'vitest';
import { compileExtractor } from '../../../shared/extract/extractor.ts';
import type { Job } from '../../../shared/job/schema.ts';
import { extractWith, fieldsWith, parseJob } from '../compile-job.ts';

describe('fields of HTML pages', () => {
  it.each([
    ['folded text', 'p', '<p>\n a &nbsp; b\t</p>', 'a b'],
    ['inline elements joined', 'p', '<p>a<b>b</b><i>c</i></p>', 'abc'],
    ['block elements apart', 'div', '<div><p>a</p><ul><li>b<li>c</ul>d<br>e</div>', 'a b c d e'],
    ['text apart from the blocks around it', 'div', '<div>x<p>y</p>z</div>', 'x y z'],
    ['no scripts or styles', 'div', '<div>a<script>x()</script><style>y{}</style><!-- z --></div>', 'a'],
    ['a script that is asked for', 'script', '<script>var a = 1;</script>', 'var a = 1;'],
    ['lines of preformatted text', 'pre', '<pre>\n  if <b>a</b>:\n    b\n</pre>', '  if a:\n    b'],
    ['lines of a text area', 'textarea', '<textarea>\n a  b\n\nc\n</textarea>', ' a  b\n\nc'],
    ['preformatted text folded inside others', 'div', '<div><pre>a\n  b</pre></div>', 'a b'],
    ['entities', 'p', '<p>&lt;&eacute;&#128512;</p>', '<é😀'],
    ['nothing for empty elements', 'p', '<p> &nbsp; </p>', null],
    ['nothing where nothing matches', 'h1', '<p>a</p>', null],
    ['the first match', 'p', '<p>a</p><p>b</p>', 'a'],
    ['attribute', { select: 'a', attr: 'HREF' }, '<a href=" x ">', 'x'],
    ['an attribute that is not there', { select: 'a', attr: 'title' }, '<a href=x>', null],
    ['an attribute named like a method', { select: 'a', attr: 'constructor' }, '<a href=x>', null],
    [
      'markup',
      { select: 'p', take: 'html' },
      '<p>a <b class="x">b&amp;ü</b></p>',
      'a <b class="x">b&amp;ü</b>',
    ],
    ['an empty attribute', { select: 'img', attr: 'alt' }, '<img alt="">', ''],
    ['an attribute without a value', { select: 'input', attr: 'value' }, '<input value>', ''],
    ['an empty attribute, with a default', { select: 'img', attr: 'alt', default: 'x' }, '<img alt>', ''],
    [
      'an attribute that is blank',
      { select: 'img', attr: 'alt', list: true },
      '<img alt=" "><img>',
      ['', null],
    ],
    ['an empty number', { select: 'input', attr: 'value', type: 'number' }, '<input value="">', null],
    [
      'an empty URL',
      { select: 'a', attr: 'href', type: 'url' },
      '<a href="">',
      'https://shop.example/dir/page.html',
    ],
    ['regex group', { select: 'p', regex: 'SKU: (\\w+)' }, '<p>SKU:\n 12a.</p>', '12a'],
    ['whole regex', { select: 'p', regex: '\\d+' }, '<p>no 12</p>', '12'],
    ['no regex match', { select: 'p', regex: '\\d+' }, '<p>none</p>', null],
    ['a group that took no part', { select: 'p', regex: 'a|(b)' }, '<p>a</p>', null],
    ['constant', { constant: 7 }, '', 7],
    ['constant null', { constant: null }, '', null],
    ['number', { select: 'p', type: 'number', locale: 'de' }, '<p>1.234,50 €</p>', 1234.5],
    ['integer', { select: 'p', type: 'integer' }, '<p>3.5</p>', null],
    ['boolean', { select: 'p', type: 'boolean' }, '<p>In stock</p>', true],
    ['boolean attribute', { select: 'input', attr: 'checked', type: 'boolean' }, '<input checked>', true],
    [
      'URL',
      { select: 'a', attr: 'href', type: 'url' },
      '<a href="../x?y=1#z">',
      'https://shop.example/x?y=1#z',
    ],
    ['empty address of an image', { select: 'img', attr: 'src', type: 'url' }, '<img src="">', null],
    ['empty address of a step', { select: 'p', attr: 'id', transform: ['url'] }, '<p id=" ">', null],
    ['empty content', { meta: 'og:image', type: 'url' }, '<meta property="og:image" content="">', null],
    ['script URL', { select: 'a', attr: 'href', type: 'url' }, '<a href="javascript:go()">', null],
    ['date', { select: 'p', type: 'date' }, '<p>12 March 2024</p>', '2024-03-12'],
    [
      'time element',
      { select: 'time', type: 'date' },
      '<time datetime="2024-03-12T10:00Z">today</time>',
      '2024-03-12T10:00:00Z',
    ],
    [
      'text of a time element that lies',
      { select: 'time', type: 'date' },
      '<time datetime="P3D">12 March 2024</time>',
      '2024-03-12',
    ],
    ['default', { select: 'h1', default: 'none' }, '', 'none'],
    ['default of what cannot be converted', { select: 'p', type: 'number', default: 0 }, '<p>free</p>', 0],
    ['list', { select: 'li', list: true }, '<li>a<li> <li>b', ['a', null, 'b']],
    ['empty list', { select: 'li', list: true }, '', []],
    [
      'list, with null for what cannot be converted',
      { select: 'li', list: true, type: 'number' },
      '<li>1<li>x<li>3',
      [1, null, 3],
    ],
    [
      'JSON in a script',
      { select: 'script', path: 'offers[0].price', type: 'number' },
      '<script>[]</script><script>{"a":1}</script><script>{"offers":[{"price":"9.50"}]}</script>',
      9.5,
    ],
  ])('take %s', async (_what, field, body, value) => {
    expect(await fieldsWith({ field }, body)).toEqual({ field: value });
  });

  it('take facts about the page', async () => {
    const facts = ['url', 'status', 'fetchedAt', 'depth', 'referrer', 'label'];
    const fields = Object.fromEntries(facts.map((page) => [page, { page }]));
    expect(await fieldsWith(fields, '', { referrer: 'https://shop.example/' })).toEqual({
      url: 'https://shop.example/dir/page.html',
      status: 200,
      fetchedAt: '2026-01-31T12:00:00.000Z',
      depth: 1,
      referrer: 'https://shop.example/',
      label: 'product',
    });
    expect(await fieldsWith({ from: { page: 'referrer' } }, '')).toEqual({ from: null });
  });

  it('resolve URLs against <base href>', async () => {
    const field = { select: 'img', attr: 'src', type: 'url' };
    const body = '<base href="/cdn/"><img src=a.png>';
    expect(await fieldsWith({ field }, body)).toEqual({ field: 'https://shop.example/cdn/a.png' });
  });

  it('nest, their selectors below the element', async () => {
    const body =
      '<h2>page</h2><div class=v><h2>one</h2><b>1</b></div><div class=v><h2>two</h2><i><b>no</b></i></div>';
    const variants = {
      select: '.v',
      list: true,
      fields: { name: 'h2', count: { select: ':scope > b', type: 'number' }, other: 'div h2' },
    };
    expect(await fieldsWith({ variants }, body)).toEqual({
      variants: [
        { name: 'one', count: 1, other: null },
        { name: 'two', count: null, other: null },
      ],
    });
  });

  it('nest as null when the element is not there', async () => {
    const seller = { select: '.seller', fields: { name: { select: 'b', required: true } } };
    const { items } = await extractWith({ fields: { seller } }, '<p>');
    expect(items).toEqual([
      {
        item: 'product',
        url: 'https://shop.example/dir/page.html',
        fields: { seller: null },
        // An item without a single value is never complete, and says why.
        lost: [{ field: 'seller', step: 'select' }],
      },
    ]);
  });

  it('report what is required and missing by its path', async () => {
    const body = '<div class=v><b>A</b></div><div class=v></div><li>1<li>x';
    const fields = {
      price: { select: '.price', required: true },
      'shoe size': { select: '.size', required: true },
      variants: { select: '.v', list: true, fields: { sku: { select: 'b', required: true } } },
      amounts: { select: 'li', list: true, type: 'number', required: true },
      saved: { select: '.none', required: true, default: 'x' },
    };
    const { items } = await extractWith({ fields }, body);
    expect(items[0]?.missing).toEqual(['price', '["shoe size"]', 'variants[1].sku', 'amounts[1]']);
    expect(items[0]?.fields['price']).toBeNull();
  });

  it('take a field named like a method of objects', async () => {
    const fields = await fieldsWith(JSON.parse('{"constructor": "p"}'), '<p>a</p>');
    expect(Object.entries(fields)).toEqual([['constructor', 'a']]);
  });

  it('see the first megabyte of a text', async () => {
    const field = { select: 'p', regex: 'end' };
    expect(await fieldsWith({ field }, `<p>${'x'.repeat(1_048_576)}end</p>`)).toEqual({ field: null });
    expect(await fieldsWith({ field }, `<p>${'x'.repeat(1_048_573)}end</p>`)).toEqual({ field: 'end' });
  });

  it('name an item for each match of each', async () => {
    const rule = { item: 'offer', each: '.o', fields: { name: 'b', next: ':scope + p' } };
    const { items } = await extractWith(
      rule,
      '<div class=o><b>1</b></div><p>x</p><div class=o><b>2</b></div>',
    );
    expect(items.map(({ item, fields }) => [item, fields])).toEqual([
      ['offer', { name: '1', next: 'x' }],
      ['offer', { name: '2', next: null }],
    ]);
  });

  it('take the element of each itself where there is no selector', async () => {
    const { items } = await extractWith(
      { each: 'li', fields: { id: { attr: 'id' }, text: {} } },
      '<li id=a>1<li id=b>2',
    );
    expect(items.map(({ fields }) => fields)).toEqual([
      { id: 'a', text: '1' },
      { id: 'b', text: '2' },
    ]);
  });

  it('give no item when there are none', async () => {
    expect(await extractWith({ each: 'p' }, '<p>a</p>')).toEqual({ items: [], links: [] });
  });

  it('read feeds as XML', async () => {
    const body =
      '<rss><channel><item><link>https://a.example/</link><pubDate>Tue, 12 Mar 2024 10:00:00 GMT</pubDate><media:thumbnail url="t"/></item></channel></rss>';
    const fields = {
      link: 'link',
      date: { select: 'pubDate', type: 'date' },
      image: { select: 'media\\:thumbnail', attr: 'url' },
    };
    const { items } = await extractWith({ each: 'item', fields }, body, {
      contentType: 'application/rss+xml',
    });
    expect(items[0]?.fields).toEqual({
      link: 'https://a.example/',
      date: '2024-03-12T10:00:00Z',
      image: 't',
    });
  });

  // The schema refuses most of these; a run's frozen job was checked by the version that started it.
  it.each([
    ['pages.product.fields.title.select', 'p.ok', 'a.title::text'],
    ['pages.product.fields.a.fields.b.select', 'b.ok', ':nonsense'],
    ['pages.product.each', 'each.ok', 'p:first'],
    ['pages.product.follow[0].select', 'a.ok', 'a::attr(href)'],
    ['pages.product.fields.json.path', 'x.ok', 'a..b'],
  ])('halt on %s when it cannot be compiled', async (place, written, broken) => {
    const fields = { title: 'p.ok', a: { select: 'p', fields: { b: 'b.ok' } }, json: { path: 'x.ok' } };
    const job = parseJob({
      pages: { product: { each: 'each.ok', follow: ['a.ok'], fields } },
    });
    const frozen = JSON.parse(JSON.stringify(job).replaceAll(`"${written}"`, `"${broken}"`)) as Job;
    await expect(compileExtractor(frozen, { baseDir: '.' })).rejects.toMatchObject({
      name: 'HaltError',
      code: 'JOB_INVALID',
      message: expect.stringContaining(`${place}: `),
    });
  });
});

describe('hostile pages', () => {
  const fields = { html: { select: 'div', take: 'html' }, text: { select: 'div' }, deep: 'div div p' };

  it('are read when their elements are nested deeply', async () => {
    const { items } = await extractWith({ fields }, `${'<div>'.repeat(4_000)}<p>deep</p>`);
    expect(items[0]?.fields).toMatchObject({ text: 'deep', deep: 'deep' });
  });

  it('are read when 200,000 elements are nested', async () => {
    expect(await fieldsWith({ deep: 'div div b' }, `${'<div>'.repeat(200_000)}<b>deep`)).toEqual({
      deep: 'deep',
    });
  });

  it('fail when formatting that is never ended makes elements without end', async () => {
    const body = Array.from({ length: 1_100 }, (_, size) => `<font size=${size}><p>`).join('');
    await expect(extractWith({ fields }, body)).rejects.toMatchObject({
      name: 'DropError',
      code: 'EXTRACT_FAILED',
    });
  });

  it('go on at the right depth after what was too deep', async () => {
    const body = `<main>${'<i>'.repeat(2_000)}${'</i>'.repeat(2_000)}<p>a</p></main><p>b</p>`;
    expect(await fieldsWith({ inside: 'main > p', after: 'main + p' }, body)).toEqual({
      inside: 'a',
      after: 'b',
    });
  });

  it('give no item when they are images', async () => {
    const read = await extractWith({ fields }, 'GIF89a', { contentType: 'image/gif' });
    expect(read).toEqual({ items: [], links: [], unasked: 'it is image/gif, which the label does not read' });
  });
});
