import { describe, expect, it } from 'vitest';
import { extractWith, parseJob } from '../compile-job.ts';

const scores = `<h1>Cup</h1><h2>Group A</h2>
  <table class=r><caption>Home</caption>
    <tr><th rowspan=2>Team<th colspan=2>Goals<th rowspan=2>Seen<tr><th>for<th>against
    <tr><th scope=row><a href=/x>X</a><td>3<td>1<td rowspan=2>1,204
    <tr><th scope=row><a href=/y>Y</a><td>2<td>2
    <tr><td> <td><td><td>
    <tfoot><tr><td>Sum<td>5<td>3<td></tfoot>
  </table>
  <table><tr><td>layout</table>
  <h2>Group B</h2>
  <table class=r><tr><th>Team<th>Goals / for<tr><th colspan=2>North<tr><td>Z<td>7</table>`;

const fieldsOf = async (rule: Record<string, unknown>, body: string) =>
  (await extractWith(rule, body)).items.map(({ fields }) => fields);
const marksOf = async (rule: Record<string, unknown>, body: string) =>
  (await extractWith(rule, body)).items.map(({ marks }) => marks);

describe('rows of tables as items', () => {
  it('are the cells by their headings, and what is known of their table', async () => {
    const first = { _table: 1, _caption: 'Home', _heading: 'Group A' };
    expect(await fieldsOf({ rows: 'table.r' }, scores)).toEqual([
      { ...first, Team: 'X', 'Goals / for': '3', 'Goals / against': '1', Seen: '1,204' },
      { ...first, Team: 'Y', 'Goals / for': '2', 'Goals / against': '2', Seen: '1,204' },
      { ...first, Team: 'Sum', 'Goals / for': '5', 'Goals / against': '3', Seen: null },
      { _table: 3, _caption: null, _heading: 'Group B', _group: 'North', Team: 'Z', 'Goals / for': '7' },
    ]);
  });

  it('find values by column, with types, links and what stands around them', async () => {
    const fields = {
      team: { column: 'Team', required: true },
      page: { column: 'Team', fields: { url: { select: 'a', attr: 'href', type: 'url' } } },
      goals: { column: 'Goals / for', type: 'integer' },
      seen: { from: ['column:Seen', 'column:Goals / for'], type: 'integer', locale: 'en' },
      link: { select: 'a', attr: 'href' },
      cup: { select: 'h1', within: 'page' },
      table: { column: '_table', type: 'integer' },
      of: { column: '_caption' },
      part: { column: '_heading' },
      group: { column: '_group' },
    };
    const rows = await fieldsOf({ rows: 'table.r', fields }, scores);
    expect(rows).toHaveLength(4);
    expect(rows[1]).toEqual({
      team: 'Y',
      page: { url: 'https://shop.example/y' },
      goals: 2,
      seen: 1204,
      link: '/y',
      cup: 'Cup',
      table: 1,
      of: 'Home',
      part: 'Group A',
      group: null,
    });
    expect(rows[3]).toMatchObject({ team: 'Z', goals: 7, seen: 7, table: 3, group: 'North', of: null });
  });

  it('are objects of one field by table: rows with fields', async () => {
    const goals = {
      select: 'table.r',
      table: 'rows',
      fields: { team: { column: 'Team' }, for: { column: 'Goals / for', type: 'integer' } },
    };
    expect(await fieldsOf({ fields: { goals } }, scores)).toEqual([
      {
        goals: [
          { team: 'X', for: 3 },
          { team: 'Y', for: 2 },
          { team: 'Sum', for: 5 },
        ],
      },
    ]);
  });

  it('include those of a table in a cell where both match', async () => {
    const body = '<table><tr><th>A<tr><td>1<table><tr><th>B<tr><td>2</table></table>';
    expect(
      await fieldsOf({ rows: 'table', fields: { a: { column: 'A' }, b: { column: 'B' } } }, body),
    ).toEqual([
      { a: '1 B 2', b: null },
      { a: null, b: '2' },
    ]);
  });

  it('are none of elements that are no tables, and of tables without rows', async () => {
    expect(await fieldsOf({ rows: 'p, table' }, '<p>x</p><table></table>')).toEqual([]);
  });

  it('are refused where the page is no row', () => {
    const job = (rule: unknown) => () => parseJob({ pages: { product: rule } as Record<string, unknown> });
    expect(job({ fields: { a: { column: 'A' } } })).toThrow('rows: beside fields');
    expect(job({ rows: 'table', each: 'li' })).toThrow('one of them');
    expect(job({ rows: 'table', as: 'json' })).toThrow('items: instead');
    expect(job({ fields: { a: { table: 'pairs', fields: { b: 'b' } } } })).toThrow(
      'no fields beside table: pairs',
    );
    expect(job({ each: 'tr', fields: { a: { column: 'A' } } })).not.toThrow();
  });

  it('reads a cell that spans many rows once', async () => {
    const text = 'x'.repeat(20_000);
    const body = `<table><tr><th>A<th>B<tr><td rowspan=20000>${text}<td>1${'<tr><td>2'.repeat(10_000)}</table>`;
    const rows = await fieldsOf({ rows: 'table', fields: { b: { column: 'B' } } }, body);
    expect(rows).toHaveLength(10_001);
  });
});

describe('headings that do not do as names', () => {
  const odd = '<table><tr><th>A<th>A<th><th>B<tr><td>1<td>2<td>3<td>4<tr><td>5<td>6<td>7<td>8</table>';
  const repeated = { kind: 'heading', source: 'repeated', found: '"A 2"' };
  const unnamed = { kind: 'heading', source: 'unnamed', found: '"column3"' };

  it('are marked once for a table', async () => {
    const ofRows = [
      { ...repeated, field: '' },
      { ...unnamed, field: '' },
    ];
    expect(await marksOf({ rows: 'table' }, odd)).toEqual([ofRows, undefined]);
    const rows = [
      { ...repeated, field: 'rows' },
      { ...unnamed, field: 'rows' },
    ];
    expect(await marksOf({ fields: { rows: { select: 'table', table: 'rows' } } }, odd)).toEqual([rows]);
    const all = { fields: { rows: { select: 'table', table: 'rows', list: true } } };
    expect(await marksOf(all, odd + odd)).toEqual([[...rows, ...rows]]);
  });

  it('are marked for each value of a column that is not the only one', async () => {
    const rule = {
      rows: 'table',
      fields: { a: { column: 'A' }, second: { column: 'A 2' }, b: { column: 'B' } },
    };
    const mark = { kind: 'heading', source: 'repeated', field: 'a' };
    expect(await marksOf(rule, odd)).toEqual([[mark], [mark]]);
  });

  it('are marked in pairs', async () => {
    const body = '<table><tr><th>Total<td>1<tr><th>Area<td>2<tr><th>Total<td>3</table>';
    const rule = { fields: { facts: { select: 'table', table: 'pairs' } } };
    expect(await fieldsOf(rule, body)).toEqual([{ facts: { Total: '1', Area: '2', 'Total 2': '3' } }]);
    expect(await marksOf(rule, body)).toEqual([[{ ...repeated, field: 'facts', found: '"Total 2"' }]]);
  });

  it('are no names of a table without any', async () => {
    expect(await marksOf({ rows: 'table' }, '<table><tr><td>1<td>2</table>')).toEqual([undefined]);
  });

  it.each([['text/csv', 'a;a;;b\n1;2;3;4\n5;6;7;8']])(
    'are marked on the first row of a file of %s',
    async (contentType, body) => {
      const { items } = await extractWith({ table: { header: 1 } }, body, { contentType });
      expect(items.map(({ fields }) => Object.keys(fields))[0]).toEqual(['a', 'a_2', 'column3', 'b']);
      expect(items.map(({ marks }) => marks)).toEqual([
        [
          { ...repeated, field: '', found: '"a_2"' },
          { ...unnamed, field: '' },
        ],
        undefined,
      ]);
    },
  );
});
