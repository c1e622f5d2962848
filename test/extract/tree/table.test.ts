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
      [{ Size: 'S', 'Price net': '1', 'Price gross': '2' }],
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
    ['first and second cell', '<table><tr><td>A<td>1<tr><td>alone</table>', { A: '1' }],
    [
      'the first of equal keys, in order',
      '<table><tr><td>A<td>1<tr><td>B<td>2<tr><td>A<td>3</table>',
      { A: '1', B: '2' },
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
