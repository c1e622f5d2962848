import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith } from '../compile-job.ts';

const read = async (table: 'rows' | 'pairs', body: string) =>
  (await fieldsWith({ it: { select: 'table, dl, section', table } }, body))['it'];

describe('readRows', () => {
  it.each([
    [
      'a first row of headers',
      '<table><tr><th>A<th>B<tr><td>1<td>2<tr><td>3<td> </table>',
      [
        { A: '1', B: '2' },
        { A: '3', B: null },
      ],
    ],
    ['no headers', '<table><tr><td>1<td>2</table>', [{ column1: '1', column2: '2' }]],
    ['row headers', '<table><tr><th>x<td>2</table>', [{ column1: 'x', column2: '2' }]],
    [
      'a head of two rows',
      '<table><thead><tr><th rowspan=2>Size<th colspan=2>Price<tr><th>net<th>gross</thead><tr><td>S<td>1<td>2</table>',
      [{ Size: 'S', 'Price / net': '1', 'Price / gross': '2' }],
    ],
    [
      'cells over rows',
      '<table><tr><th>A<th>B<tr><td rowspan=2>1<td>2<tr><td>3</table>',
      [
        { A: '1', B: '2' },
        { A: '1', B: '3' },
      ],
    ],
    ['cells over columns', '<table><tr><th>A<th>B<tr><td colspan=2>1</table>', [{ A: '1', B: '1' }]],
    [
      'cells down to the end',
      '<table><tr><td rowspan=0>1<td>2<tr><td>3</table>',
      [
        { column1: '1', column2: '2' },
        { column1: '1', column2: '3' },
      ],
    ],
    [
      'equal and empty headers',
      '<table><tr><th>A<th>A<th><tr><td>1<td>2<td>3</table>',
      [{ A: '1', 'A 2': '2', column3: '3' }],
    ],
    [
      'headers that are named as others would be numbered',
      '<table><tr><th>A<th>A<th>A 2<th><th>column4<tr><td>1<td>2<td>3<td>4<td>5</table>',
      [{ A: '1', 'A 3': '2', 'A 2': '3', 'column4 2': '4', column4: '5' }],
    ],
    [
      'headers of several rows without a thead',
      '<table><tr><th rowspan=2>Team<th colspan=2>Goals<tr><th>for<th>against<tr><th scope=row>X<td>3<td>1</table>',
      [{ Team: 'X', 'Goals / for': '3', 'Goals / against': '1' }],
    ],
    [
      'an empty corner before headers, and row headers',
      '<table><tr><td></td><th>2024<th>2025<tr><th>Lamps<td>1<td><tr><th>Beds<td><td></table>',
      [
        { column1: 'Lamps', '2024': '1', '2025': null },
        { column1: 'Beds', '2024': null, '2025': null },
      ],
    ],
    [
      'headers that are repeated',
      '<table><thead><tr><th>A<th>B</thead><tr><td>1<td>2<tr><th>A<th>B<tr><td>3<td>4<tfoot><tr><th>A<th>B</tfoot></table>',
      [
        { A: '1', B: '2' },
        { A: '3', B: '4' },
      ],
    ],
    [
      'other headers further down',
      '<table><tr><th>A<th>B<tr><td>1<td>2<tr><th>C<th><tr><td>3<td>4</table>',
      [
        { A: '1', B: '2' },
        { C: '3', B: '4' },
      ],
    ],
    [
      'headings over the whole width',
      '<table><tr><th>A<th>B<tr><th colspan=2>North<tr><td>1<td>2<tr><th>South<tr><td>3<td>4</table>',
      [
        { _group: 'North', A: '1', B: '2' },
        { _group: 'South', A: '3', B: '4' },
      ],
    ],
    [
      'headings of row groups, alone or beside their rows',
      '<table><tr><th>A<th>B<tbody><tr><th scope=rowgroup colspan=2>North<tr><td>1<td>2<tbody><tr><th scope=rowgroup rowspan=2>South<td>4<tr><td>5</table>',
      [
        { _group: 'North', A: '1', B: '2' },
        { _group: 'North', A: 'South', B: '4' },
        { _group: 'North', A: 'South', B: '5' },
      ],
    ],
    [
      'rows of row headers alone',
      '<table><tr><th>A<th>B<tr><th scope=row>x<th scope=row>y<tr><td>1<td>2</table>',
      [
        { A: 'x', B: 'y' },
        { A: '1', B: '2' },
      ],
    ],
    [
      'a foot, which is the last row wherever it stands',
      '<table><tr><th>A<th>B<tfoot><tr><td>Sum<td>3</tfoot><tbody><tr><td>x<td>3</table>',
      [
        { A: 'x', B: '3' },
        { A: 'Sum', B: '3' },
      ],
    ],
    [
      'sums that are headers by their markup',
      '<table><tr><th>A<th>B<tr><td>x<td>3<tfoot><tr><th>Sum<th>3</tfoot></table>',
      [
        { A: 'x', B: '3' },
        { A: 'Sum', B: '3' },
      ],
    ],
    [
      'cells down to the end of their section and no further',
      '<table><tbody><tr><td rowspan=0>1<td rowspan=9>2<tr></tbody><tbody><tr><td>3<td>4</table>',
      [
        { column1: '1', column2: '2' },
        { column1: '1', column2: '2' },
        { column1: '3', column2: '4' },
      ],
    ],
    [
      'cells that overlap: the first is kept',
      '<table><tr><td>1<td rowspan=2>2<td>3<tr><td colspan=2>4<td>5</table>',
      [
        { column1: '1', column2: '2', column3: '3' },
        { column1: '4', column2: '2', column3: '5' },
      ],
    ],
    [
      'spans as HTML reads numbers',
      '<table><tr><td colspan=" +2x">1<td colspan=-1>2<td colspan=0>3<td colspan="">4</table>',
      [{ column1: '1', column2: '1', column3: '2', column4: '3', column5: '4' }],
    ],
    ['a table of headers alone', '<table><tr><th>A<th>B<tr><th>1<th>2</table>', [{ A: '1', B: '2' }]],
    [
      'hidden rows',
      '<table><tr><th>A<tr hidden><td>1<tr style="display:none"><td>2</table>',
      [{ A: '1' }, { A: '2' }],
    ],
    ['longer rows than headers', '<table><tr><th>A<tr><td>1<td>2</table>', [{ A: '1', column2: '2' }]],
    ['tables in tables', '<table><tr><th>A<tr><td><table><tr><td>x</table></table>', [{ A: 'x' }]],
    ['a table further down', '<section><p><table><tr><td>1</table></section>', [{ column1: '1' }]],
    ['no table', '<section></section>', null],
    ['no rows', '<table></table>', []],
  ])('reads %s', async (_what, body, rows) => {
    expect(await read('rows', body)).toEqual(rows);
  });

  it('keeps a header named __proto__ as a key', async () => {
    const rows = await read('rows', '<table><tr><th>__proto__<tr><td>1</table>');
    expect(JSON.stringify(rows)).toBe('[{"__proto__":"1"}]');
  });

  it('refuses a small page that spans a huge table', async () => {
    const body = `<table>${'<tr><td rowspan=9999 colspan=1000>x'.repeat(1_100)}</table>`;
    const rule = { fields: { it: { select: 'table', table: 'rows' } } };
    await expect(extractWith(rule, body)).rejects.toMatchObject({ code: 'EXTRACT_FAILED' });
  });

  it('bounds the time of headers that span many slots, and of names that are equal', async () => {
    const tall = `<table>${'<tr><th rowspan=9999>x'.repeat(300)}<tbody><tr><td>1</table>`;
    expect(await read('rows', tall)).toHaveLength(1);
    const wide = `<table><tr>${'<th colspan=1000>x'.repeat(100)}<tr><td>1</table>`;
    const [row] = (await read('rows', wide)) as [object];
    expect(Object.keys(row)).toHaveLength(100_000);
  });

  it('makes an item of each table of a page, with its caption', async () => {
    const body = `<table class=wikitable><caption>Home</caption><tr><th>Team<th>Goals<tr><th scope=row>X<td>3</table>
      <table class=wikitable><tr><th>Team<th>Goals<tr><td>Y<td><table><caption>Inner</caption><tr><td>4</table></table>`;
    const { items } = await extractWith(
      { each: 'table.wikitable', fields: { caption: ':scope > caption', rows: { table: 'rows' } } },
      body,
    );
    expect(items.map(({ fields }) => fields)).toEqual([
      { caption: 'Home', rows: [{ Team: 'X', Goals: '3' }] },
      { caption: null, rows: [{ Team: 'Y', Goals: 'Inner 4' }] },
    ]);
  });

  it('reads long tables', async () => {
    const body = `<table>${'<tr><td>1<td>2'.repeat(130_000)}</table>`;
    expect(await read('rows', body)).toHaveLength(130_000);
  });
});

describe('readPairs', () => {
  it.each([
    ['header and cell', '<table><tr><th>A<td>1<tr><th>B<td></table>', { A: '1', B: null }],
    [
      'two pairs in a row',
      '<table><tr><th>A</th><td>1</td><th>B</th><td>2</td></tr></table>',
      { A: '1', B: '2' },
    ],
    [
      'a header over several rows',
      '<table><tr><th rowspan=2>A<td>1<tr><td>2<tr><th>B<td rowspan=2>3<tr><th>C</table>',
      { A: '1, 2', B: '3', C: '3' },
    ],
    ['first and second cell', '<table><tr><td>A<td>1<tr><td>alone</table>', { A: '1' }],
    [
      'equal keys, in order',
      '<table><tr><td>A<td>1<tr><td>B<td>2<tr><td>A<td>3<tr><td>A 2<td>4</table>',
      { A: '1', B: '2', 'A 3': '3', 'A 2': '4' },
    ],
    ['a definition list', '<dl><dt>A<dd>1<dd>2<dt>B<dt>C<dd>3</dl>', { A: '1, 2', B: '3', C: '3' }],
    [
      'a definition list in groups',
      '<dl><div><dt>A<dd>1</div><div><dt>B<dd>2</div></dl>',
      { A: '1', B: '2' },
    ],
    ['neither', '<section></section>', null],
  ])('reads %s', async (_what, body, pairs) => {
    const found = await read('pairs', body);
    expect(JSON.stringify(found)).toBe(JSON.stringify(pairs));
  });
});

describe('an infobox', () => {
  const infobox = `<table class="infobox vcard"><caption>Mount Example</caption><tbody>
    <tr><th colspan="2" class="infobox-above">Mount Example</th></tr>
    <tr><td colspan="2"><a href="/x"><img src="/x.jpg"></a><div>From the north</div></td></tr>
    <tr><th colspan="2">Highest point</th></tr>
    <tr><th scope="row"><a href="/e">Elevation</a></th><td>1,351.5 m</td></tr>
    <tr><th scope="row">Named for</th><td><ul><li>Ada</li><li>Byron</li></ul></td></tr>
    </tbody></table>`;

  it('is pairs, or a typed object by label', async () => {
    const fields = {
      pairs: { select: '.infobox', table: 'pairs' },
      peak: {
        select: '.infobox',
        fields: {
          height: { label: 'Elevation', type: 'number' },
          unit: { label: 'Elevation', transform: ['unit'] },
          names: { xpath: './/tr[th="Named for"]//li', list: true },
        },
      },
    };
    expect(await fieldsWith(fields, infobox)).toEqual({
      pairs: { Elevation: '1,351.5 m', 'Named for': 'Ada Byron' },
      peak: { height: 1351.5, unit: 'm', names: ['Ada', 'Byron'] },
    });
  });

  const groups = `<h2>Dimensions</h2><dl><dt>Height<dd>5 cm<dt>Weight<dd>1 kg</dl>
    <h2>Parcel</h2><div><dl><dt>Height<dd>12 cm</dl></div>
    <table><caption>Screen</caption>
    <tr><th>Height<td>3 cm<tr><th colspan=2>Frame<tr><th>Height<td>4 cm<tr><td>Depth<td>1 cm
    <tbody><tr><td colspan=2>Stand<tr><th>Height:<td>9 cm<tr><th>In / out<td>2 cm</table>`;

  it.each([
    ['Height', 5],
    ['Dimensions / Height', 5],
    ['parcel / height', 12],
    ['Screen / Height', 3],
    ['Frame / Height', 4],
    ['Frame / Depth', 1],
    ['Stand / Height', 9],
    ['In / out', 2],
    ['Stand / In / out', 2],
    ['Parcel / Weight', null],
    ['Nothing / Height', null],
  ])('has %s as %s, by its group where the label names one', async (label, value) => {
    expect(await fieldsWith({ f: { label, type: 'number' } }, groups)).toEqual({ f: value });
  });

  it('is looked for in the element of the field, whose heading may stand before it', async () => {
    const fields = {
      f: {
        select: 'div',
        fields: { height: { label: 'Parcel / Height' }, of: { label: 'Dimensions / Height' } },
      },
    };
    expect(await fieldsWith(fields, groups)).toEqual({ f: { height: '12 cm', of: null } });
  });

  it('says which step lost a pair that is not there, or is not of the type', async () => {
    const fields = {
      height: { label: 'Frame / Height', type: 'integer', required: true },
      none: { label: 'Frame / Weight', required: true },
      word: { label: 'Stand / In / out', type: 'date', required: true },
    };
    const { items } = await extractWith({ fields }, groups);
    expect(items[0]?.fields).toEqual({ height: 4, none: null, word: null });
    expect(items[0]?.lost).toMatchObject([
      { field: 'none', step: 'select' },
      { field: 'word', step: 'type', found: '2 cm' },
    ]);
  });
});

describe('a cell that is in no pair', () => {
  it.each([
    ['a third one', '<tr><td>A<td>1<td>x<tr><td>B<td>2<td>y<td>z', { A: '1', B: '2' }, 'x', 3],
    ['one behind the value of a heading', '<tr><th>A<td>1<td>x', { A: '1' }, 'x', undefined],
    ['one before any heading', '<tr><td>x<th>A<td>1', { A: '1' }, 'x', undefined],
    ['one alone in its row', '<tr><td>A<td>1<tr><td colspan=2>note', { A: '1' }, 'note', undefined],
    ['a value without a heading', '<tr><th><td>x<tr><th>A<td>1', { A: '1' }, 'x', undefined],
    [
      'one over rows, once',
      '<tr><td>A<td>1<td rowspan=2>x<tr><td>B<td>2',
      { A: '1', B: '2' },
      'x',
      undefined,
    ],
  ])('is lost: %s', async (_, rows, f, found, times) => {
    const { items } = await extractWith(
      { fields: { t: 'h1', f: { select: 'table', table: 'pairs' } } },
      `<h1>T</h1><table>${rows}</table>`,
    );
    expect(items[0]?.fields['f']).toEqual(f);
    expect(items[0]?.lost).toEqual([
      { field: 'f', step: 'cell', found, ...(times === undefined ? {} : { times }) },
    ]);
  });

  it.each([
    ['without text', '<tr><td>A<td>1<td><img>'],
    ['that is a heading of the table', '<tr><th colspan=2>All<tr><th>A<td>1'],
  ])('is no loss: one %s', async (_, rows) => {
    const { items } = await extractWith(
      { fields: { f: { select: 'table', table: 'pairs' } } },
      `<table>${rows}</table>`,
    );
    expect(items[0]?.lost).toBeUndefined();
  });

  it('is counted over a list of tables, and of a list of definitions', async () => {
    const { items } = await extractWith(
      { fields: { f: { select: 'table, dl', table: 'pairs', list: true } } },
      '<table><tr><td>A<td>1<td>x</table><dl><dd>y<dt>A<dd>1</dl>',
    );
    expect(items[0]?.lost).toEqual([{ field: 'f', step: 'cell', found: 'x', times: 2 }]);
  });
});
