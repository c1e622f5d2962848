import { describe, expect, it } from 'vitest';
import { nameOfSource, readSource } from '../../../shared/job/field-sources.ts';
import { extractWith, fieldsWith, parseJob } from '../compile-job.ts';

const body = `<!doctype html><html lang=en><head><title>T</title><meta property="og:title" content="Open">
<meta name=Description content=" d "><meta itemprop=price content="9.5"><meta name=empty content=""></head><body>
<h1>Topic</h1>
<table><tr><th>Weight<td>12 kg<tr><td><b>Colour:</b><td>red <i>x</i></table>
<table><thead><tr><th>Size<th>Price<tbody><tr><td>S<td>1.5<tr><td>M<td>2.5</table>
<dl><dt>Author<dd>Ann<dd>Bob<dt>Edition<dt>Print<dd>2nd</dl>
<p><b>ISBN:</b> 978-1 <i>(pbk)</i><br><b>Lang</b>: English <b>Next:</b> x</p>
<div class=k><span>Stock</span></div><div class=v>7 left</div>
<p>Material: oak wood</p><p>Materials and more</p><ul><li>Rota: <strong>W1</strong></li><li>Sizes:<ul><li>S<li>L</ul></ul>
<p>Depth: <a href=#d><img alt=?></a></p><p>3 m</p><dl><dt>Format: <i>(closed)</i><dd>A5</dl>
<ul><li class=post><i>a</i><li class=post><i>b</i></ul></body>`;

/** The items of a page, with a field for each of these labels. */
async function readLabels(names: string[], page: string) {
  const fields = Object.fromEntries(names.map((label) => [label, { label }]));
  return (await extractWith({ fields }, page)).items;
}

describe('a field by its label', () => {
  it.each([
    ['weight', '12 kg'],
    ['Colour', 'red x'],
    ['Author', 'Ann'],
    ['Edition', '2nd'],
    ['ISBN', '978-1 (pbk)'],
    ['Lang', 'English'],
    ['next', 'x'],
    ['Stock', '7 left'],
    ['material:', 'oak wood'],
    ['Rota', 'W1'],
    ['Sizes', 'S L'],
    ['Depth', '3 m'],
    ['Format', 'A5'],
    ['Size', 'S'],
    ['M', '2.5'],
    ['2.5', null],
    ['Mat', null],
    ['nothing', null],
  ])('%s is %s', async (label, value) => {
    expect(await fieldsWith({ f: { label } }, body)).toEqual({ f: value });
  });

  it('takes attributes, lists, tables and nested fields of what stands there', async () => {
    const fields = {
      authors: { label: 'Author', list: true },
      prices: { label: 'Price', list: true, type: 'number' },
      class: { label: 'Stock', attr: 'class' },
      colour: { label: 'Colour', fields: { mark: 'i' } },
      markup: { label: 'Colour', take: 'html' },
    };
    expect(await fieldsWith(fields, body)).toEqual({
      authors: ['Ann', 'Bob'],
      prices: [1.5, 2.5],
      class: 'v',
      colour: { mark: 'x' },
      markup: 'red <i>x</i>',
    });
  });

  it.each([
    ['behind a line break', '<table><tr><td>Mass<br>5 kg<td>Price: 3</table>', '5 kg'],
    ['behind a line break of a paragraph', '<p>Mass<br><b>5 kg</b></p><p>3</p>', '5 kg'],
    ['beside a cell with a hint', '<table><tr><td>Mass<br><small>net</small><td>5 kg</table>', '5 kg'],
    ['not in a menu', '<nav><a>Mass</a> <a>Sort</a></nav><dl><dt>Mass<dd>5 kg</dl>', '5 kg'],
    ['not at the end of a menu', '<nav><a>Sort</a> <a>Mass</a></nav><p>text</p>', null],
    ['not in a list of links', '<ul><li><a>Mass</a><li><a>Sort</a></ul><p><a>Mass</a> 5 kg</p>', '5 kg'],
    ['not among options', '<select><option>Mass<option>Sort</select><p>text</p>', null],
    ['beside a link, in a list without others', '<ul><li><a>Mass</a></li><li>5 kg</li></ul>', '5 kg'],
  ])('is %s', async (_, markup, value) => {
    expect(await fieldsWith({ f: { label: 'Mass' } }, markup)).toEqual({ f: value });
  });

  it.each([
    ['Price: $19<sup>99</sup>', 19.99],
    ['<b>Price:</b> $19<sup>99</sup><br>2', 19.99],
    ['Price: $<b>19.99</b>', 19.99],
    ['<b>Price:</b> $<b>19.99</b>', 19.99],
    ['Price: 19<!-- -->.99', 19.99],
    ['Price: 1<wbr>299', 1299],
    ['Price: 4 <i>500</i> kg', null],
    ['Price: 12 <a>details</a>', 12],
    ['Price: 5<b>Size:</b> 4', 5],
    ['Price: 5<b>Size</b>: 4', 5],
    ['Price: 10<sup>6</sup> kg', null],
    ['<b>Price</b><i>:</i> <u>$19</u>', 19],
    ['<b>Price</b> : <u>$19</u>', 19],
    ['<b>Price</b><i>:</i> $<s>29</s> 19', null],
  ])('goes on where the page does, as in %s', async (line, value) => {
    expect(await fieldsWith({ f: { label: 'Price', type: 'number' } }, `<p>${line}</p>`)).toEqual({
      f: value,
    });
  });

  it.each([
    ['of all cells of its row', '<tr><th>Price<td>4<td>5', ['4', '5']],
    ['of a row without headings', '<tr><td>Price<td>4<td>5', ['4', '5']],
    ['up to the next heading', '<tr><th>Price<td>4<td>5<th>Size<td>6', ['4', '5']],
    ['of one of two pairs in a row', '<tr><td>Price<td>4<td>Size<td>5', ['4']],
    [
      'of its column, where another one spans two',
      '<tr><th colspan=2>Size<th>Price<tr><td>1<td>2<td>3',
      ['3'],
    ],
    ['of its columns', '<tr><th colspan=2>Price<th>Size<tr><td>1<td>2<td>3', ['1', '2']],
    ['below a heading of two rows', '<tr><th rowspan=2>Price<th>A<tr><th>B<tr><td>1<td>2', ['1']],
    ['behind a heading that is no first one', '<tr><td>1<th>Price<td>4<td>5', ['4', '5']],
  ])('has the values %s', async (_, row, values) => {
    const field = { label: 'Price', list: true };
    expect(await fieldsWith({ f: field }, `<table>${row}</table>`)).toEqual({ f: values });
  });

  it.each([
    ['amounts', '<tr><td>Weight<td>Size<tr><td>12 kg<td>M', { Weight: '12 kg', Size: 'M' }],
    ['amounts behind', '<tr><td>Name<td>Price<td>Size<tr><td>Cap<td>$5<td>M', { Price: '$5' }],
    ['amounts in a third column', '<tr><td>A<td>B<td>C<td>D<tr><td>x<td>y<td>7<td>z', { A: 'x', B: 'y' }],
    ['a title', '<tr><td colspan=2>Hats<tr><td>Weight<td>Size<tr><td>9 g<td>M', { Weight: '9 g' }],
    ['thead', '<thead><tr><td>Name<td>City<tbody><tr><td>Ann<td>Rome', { Name: 'Ann', City: 'Rome' }],
    ['bold names', '<tr><td><b>Name</b><td><b>City</b><tr><td>Ann<td>Rome', { Name: 'Ann', City: 'Rome' }],
    ['a class', '<tr class=tblHeader><td>Name<td>City<tr><td>Ann<td>Rome', { Name: 'Ann', City: 'Rome' }],
    ['classes', '<tr><td class=head>Name<td class=head>City<tr><td>Ann<td>Rome', { City: 'Rome' }],
    ['th behind an empty corner', '<tr><td><th>Price<th>Size<tr><td>x<td>4<td>M', { Price: '4', Size: 'M' }],
    ['one column', '<tr><th>Price<tr><td>4', { Price: '4' }],
    [
      'one column, with its end repeated',
      '<thead><tr><th>A<th>B<tbody><tr><td>1<td>2<tfoot><tr><th>A<th>B',
      { A: '1' },
    ],
  ])('is below a heading where the table says so: by %s', async (_, rows, values) => {
    const [item] = await readLabels(Object.keys(values), `<table>${rows}</table>`);
    expect(item?.fields).toEqual(values);
    expect(item?.marks).toBeUndefined();
  });

  it.each([
    ['an amount', '<tr><td>Weight<td>12 kg<tr><td>Size<td>M', { Weight: '12 kg', Size: 'M' }],
    ['a colon', '<tr><td>Size:<td>Medium<tr><td>Colour:<td>red', { Size: 'Medium' }],
    ['bold labels', '<tr><td><b>Size</b><td>Medium<tr><td><b>Colour</b><td>red', { Size: 'Medium' }],
    [
      'classes',
      '<tr><td class=label>Size<td class=value>M<tr><td class=label>A<td class=value>b',
      { Size: 'M' },
    ],
    ['code', '<tr><td><code>Size</code><td>Medium<tr><td><code>Colour</code><td>red', { Size: 'Medium' }],
    [
      'a sentence',
      `<tr><td>Size<td>${'as it says '.repeat(5)}<tr><td>Colour<td>red`,
      { Size: 'as it says '.repeat(5).trim() },
    ],
    ['its last row', '<tr><td>1<td>2<tr><td>Name<td>City<tr><td>4<td>5', { Name: 'City' }],
    ['its only row', '<tr><td>Size<td>Medium', { Size: 'Medium' }],
  ])('is beside a heading where the table says so: by %s', async (_, rows, values) => {
    const [item] = await readLabels(Object.keys(values), `<table>${rows}</table>`);
    expect(item?.fields).toEqual(values);
    expect(item?.marks).toBeUndefined();
  });

  it.each([
    ['Name', '<tr><td>Name<td>City<tr><td>Ann<td>Rome', 'City', 'Ann'],
    ['Colour', '<tr><td>Colour<td>red<tr><td>Weight<td>12 kg', 'red', 'Weight'],
    ['Colour', '<tr><td>Colour<td>red<td>Shape<td>round<tr><td>A<td>b<td>C<td>d', 'red', 'A'],
    ['Name', '<tr><td>Name<td>City<td>Job<tr><td>Ann<td>Rome<td>cook', 'Ann', 'City'],
  ])('is in doubt where it does not: %s of %s', async (label, rows, value, found) => {
    const fields = { f: { label }, all: { label, list: true } };
    const { items } = await extractWith({ fields }, `<table>${rows}</table>`);
    expect(items[0]?.fields).toEqual({ f: value, all: [value] });
    expect(items[0]?.marks).toEqual([
      { kind: 'ambiguous', field: 'f', found },
      { kind: 'ambiguous', field: 'all', found },
    ]);
  });

  it('has no value of another column in place of an empty cell', async () => {
    const fields = { one: { label: 'Price' }, all: { label: 'Price', list: true } };
    expect(await fieldsWith(fields, '<table><tr><th>Price<td><td>5</table>')).toEqual({
      one: null,
      all: [null, '5'],
    });
  });

  it('is below a heading of a table made of other elements', async () => {
    const row = (role: string, cells: string[]) =>
      `<div role=row>${cells.map((cell) => `<div role=${role}><span>${cell}</span></div>`).join('')}</div>`;
    const rows = [
      row('columnheader', ['Name', 'City']),
      row('cell', ['Ann', 'Rome']),
      row('gridcell', ['Bob', 'Oslo']),
    ];
    const fields = { city: { label: 'City', list: true }, name: { label: 'Name', list: true } };
    expect(
      await fieldsWith(fields, `<div role=grid><div role=rowgroup>${rows.join('')}</div></div>`),
    ).toEqual({
      city: ['Rome', 'Oslo'],
      name: ['Ann', 'Bob'],
    });
    expect(await fieldsWith({ f: { label: 'Name' } }, rows.join(''))).toEqual({ f: null });
  });

  it.each([
    ['12 kg', '12 kg'],
    ['light', 'Size'],
  ])(
    'is below a heading of rows of other elements where these hold amounts, as %s',
    async (weight, value) => {
      const rows = [`<i>Weight</i> <i>Size</i>`, `<i>${weight}</i> <i>M</i>`].map(
        (row) => `<div>${row}</div>`,
      );
      expect(await fieldsWith({ f: { label: 'Weight' } }, `<div>${rows.join('')}</div>`)).toEqual({
        f: value,
      });
    },
  );

  it('looks inside of the item', async () => {
    const rows = '<div><b>A</b> 1</div><div><b>A</b> 2</div><div><b>B</b> 3</div>';
    const { items } = await extractWith({ each: 'div', fields: { a: { label: 'A' } } }, rows);
    expect(items.map(({ fields }) => fields['a'])).toEqual(['1', '2', null]);
  });
});

describe('a field of the page', () => {
  it('is on each of its items', async () => {
    const fields = {
      topic: { select: 'h1', within: 'page' },
      title: { meta: 'og:title' },
      text: 'i',
      inner: { select: 'i', fields: { topic: { select: 'h1', within: 'page' } } },
    };
    const { items } = await extractWith({ each: '.post', fields }, body);
    expect(items.map((item) => item.fields)).toEqual([
      { topic: 'Topic', title: 'Open', text: 'a', inner: { topic: 'Topic' } },
      { topic: 'Topic', title: 'Open', text: 'b', inner: { topic: 'Topic' } },
    ]);
  });

  it('is of the whole answer, where that is JSON', async () => {
    const facts = {
      contentType: 'application/json',
      list: { itemsPath: 'posts', invalid: 'REST_INVALID' },
    } as const;
    const fields = { topic: { path: 'topic.title', within: 'page' }, id: { path: 'id' } };
    const answer = JSON.stringify({ topic: { title: 'T' }, posts: [{ id: 1 }, { id: 2 }] });
    const { items } = await extractWith({ fields }, answer, facts);
    expect(items.map((item) => item.fields)).toEqual([
      { topic: 'T', id: 1 },
      { topic: 'T', id: 2 },
    ]);
  });

  it.each([
    ['og:title', 'Open'],
    ['description', 'd'],
    ['price', '9.5'],
    ['empty', ''],
    ['a"b\\', null],
  ])('is the meta element %s', async (meta, value) => {
    expect(await fieldsWith({ f: { meta } }, body)).toEqual({ f: value });
  });
});

describe('a field from several sources', () => {
  it('is the first that has a value', async () => {
    const fields = {
      first: { from: ['meta.og:title', 'h1'] },
      second: { from: ['.none', 'meta.empty', 'css:h1'] },
      number: { from: ['h1', { label: 'Weight', regex: '(\\d+)' }], type: 'integer' },
      list: { from: [{ select: '.none' }, { select: '.post i' }], list: true },
      page: { from: [{ select: 'h1', within: 'page' }] },
      none: { from: ['h2', 'h3'], default: '-' },
    };
    const { items } = await extractWith({ fields }, body);
    expect(items[0]?.fields).toEqual({
      first: 'Open',
      second: 'Topic',
      number: 12,
      list: ['a', 'b'],
      page: 'Topic',
      none: '-',
    });
    expect(items[0]?.marks).toEqual([
      { kind: 'from', field: 'second', source: 'css:h1' },
      { kind: 'from', field: 'number', source: 'label:Weight' },
      { kind: 'from', field: 'list', source: 'css:.post i' },
    ]);
  });

  it('is missing only where none has a value, with what came furthest', async () => {
    const fields = {
      one: { from: ['h2', 'h1'], required: true },
      none: { from: ['h2', 'h1', 'h3'], required: true, type: 'number' },
    };
    const { items } = await extractWith({ fields }, body);
    expect(items[0]?.missing).toEqual(['none']);
    expect(items[0]?.lost).toEqual([{ field: 'none', step: 'type', found: 'Topic', wanted: 'number' }]);
  });

  it.each([
    ['jsonld.offers.price', { jsonld: 'offers.price' }, 'jsonld.offers.price'],
    ['meta:product:price', { meta: 'product:price' }, 'meta.product:price'],
    ['css:.price', { select: '.price' }, 'css:.price'],
    ['.price', { select: '.price' }, 'css:.price'],
    ['a:hover', { select: 'a:hover' }, 'css:a:hover'],
    ['label:Net weight', { label: 'Net weight' }, 'label:Net weight'],
    ['path:a.b', { path: 'a.b' }, 'path:a.b'],
    ['microdata.Product.name', { microdata: 'Product.name' }, 'microdata.Product.name'],
    ['rdfa:name', { rdfa: 'name' }, 'rdfa.name'],
    ['og.image.width', { og: 'image.width' }, 'og.image.width'],
    ['og:title', { og: 'title' }, 'og.title'],
    ['script:window.x', { script: 'window.x' }, 'script:window.x'],
    ['ogre.x', { select: 'ogre.x' }, 'css:ogre.x'],
  ])('reads %s', (text, source, name) => {
    expect(readSource(text)).toEqual(source);
    expect(nameOfSource(source)).toBe(name);
  });

  it.each([
    [{ from: [] }, /from/],
    [{ from: ['css:a['] }, /CSS selector/],
    [{ from: ['h1'], select: 'h2' }, /no select beside from/],
    [{ from: [{ nope: 1 }] }, /nope/],
    [{ jsonld: 'a', select: 'b' }, /no select beside jsonld/],
    [{ meta: 'a', attr: 'b' }, /no attr beside meta/],
    [{ label: 'a', select: 'b' }, /no select beside label/],
    [{ constant: 1, meta: 'a' }, /no meta beside constant/],
    [{ select: 'a', within: 'item' }, /page/],
  ])('refuses %j', (field, message) => {
    expect(() => parseJob({ pages: { product: { fields: { field } } } })).toThrow(message);
  });
});
