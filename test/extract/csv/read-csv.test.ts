import { describe, expect, it } from 'vitest';
import { extractWith } from '../compile-job.ts';

const csv = { contentType: 'text/csv' };

async function rowsOf(body: string, rule: Record<string, unknown> = {}, facts = csv) {
  const { items } = await extractWith(rule, body, facts);
  return items.map(({ fields }) => fields);
}

describe('a page of CSV', () => {
  it.each([
    ['commas', 'name,price\nA,1\n'],
    ['semicolons, with decimal commas', 'name;price\nA;1\nB;1,5\nC;2,5\n'],
    ['tabs', 'name\tprice\nA\t1\n'],
    ['bars', 'name|price\nA|1\n'],
    ['the delimiter that Excel states', 'sep=:\nname:price\nA:1\n'],
    ['single quotes', "'name','price'\n'A','1'\n"],
    ['a blank behind each comma', 'name, price\nA, 1\n'],
    ['quotes behind a blank', 'name, price\nA, "1"\n'],
    ['a byte order mark', '\uFEFFname,price\nA,1\n'],
    ['a title above its header', 'Prices of today\nname,price\nA,1\nB,2\n'],
  ])('has a path for each column: %s', async (_, body) => {
    const fields = { name: { path: 'name' }, price: { path: 'price', type: 'number' } };
    expect((await rowsOf(body, { fields }))[0]).toEqual({ name: 'A', price: 1 });
  });

  it('gives whole rows without fields, an empty cell as null', async () => {
    expect(await rowsOf('name,price\nA,\n')).toEqual([{ name: 'A', price: null }]);
  });

  it.each([
    ['without a header where its first row has a number', '1,a\n2,b\n', {}, { column1: '1', column2: 'a' }],
    [
      'without a header where the job says so',
      'x,y\nz,w\n',
      { header: false },
      { column1: 'x', column2: 'y' },
    ],
    ['with the header that the job names', 'x,y\n1,2\nv,w\n', { header: 2 }, { 1: 'v', 2: 'w' }],
    ['with a first column that has no name', ',b\n1,2\n', {}, { column1: '1', b: '2' }],
    ['with names that occur twice', 'a,a,\n1,2,3\n', { header: 1 }, { a: '1', a_2: '2', column3: '3' }],
    ['by the delimiter of the job', 'a;b\n1;2\n', { delimiter: ',' }, { 'a;b': '1;2' }],
  ])('is read %s', async (_, body, table, first) => {
    expect((await rowsOf(body, { table }))[0]).toEqual(first);
  });

  it('has no columns of commas at the end of all lines, and no rows of commas alone', async () => {
    const { items } = await extractWith({}, 'name,price,,\n,,,\nA,1,,\nB,,,\n,,,\n', csv);
    expect(items.map(({ fields }) => fields)).toEqual([
      { name: 'A', price: '1' },
      { name: 'B', price: null },
    ]);
    expect(items.map(({ marks }) => marks)).toEqual([undefined, undefined]);
  });

  it.each([
    ['a login page', '\n<!DOCTYPE html>\n<title>Sign in, please</title>\n<p>a, b\n', 'HTML'],
    ['a page without a document type', '<html lang="en">\n<p>a, b\n', 'HTML'],
    ['XML', '<?xml version="1.0"?>\n<error>a, b</error>\n', 'XML'],
    ['an error of an API', '{"error":"no",\n"code":1}\n', 'JSON'],
    ['JSON Lines', '{"a":1,"b":2}\n{"a":3,"b":4}\n', 'JSON'],
  ])('is not read of %s in its place', async (_, body, what) => {
    await expect(rowsOf(body)).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining(what),
    });
  });

  it.each([
    ['an element', '<b>,x\n1,2\n', { '<b>': '1', x: '2' }],
    ['a bracket', '[a],{b}\n1,2\n', { '[a]': '1', '{b}': '2' }],
  ])('may begin with %s', async (_, body, row) => {
    expect(await rowsOf(body)).toEqual([row]);
  });

  it('marks rows with too few or too many cells, and loses none of them', async () => {
    const { items } = await extractWith({}, 'a,b\n1\n1,2,3\n1,2\n', csv);
    expect(items.map(({ fields, marks }) => [fields, marks?.[0]?.source])).toEqual([
      [{ a: '1', b: null }, 'short'],
      [{ a: '1', b: '2', column3: '3' }, 'long'],
      [{ a: '1', b: '2' }, undefined],
    ]);
  });

  it.each([
    ['windows-1252 where it is no UTF-8', Buffer.from('name\nK\xe4se\n', 'latin1'), 'text/csv'],
    ['the charset of its type', Buffer.from('name\nK\xe4se\n', 'latin1'), 'text/csv; charset=iso-8859-15'],
    ['UTF-16 by its mark', Buffer.from('\uFEFFname\nKäse\n', 'utf16le'), 'text/csv'],
  ])('is decoded as %s', async (_, body, contentType) => {
    expect((await extractWith({}, '', { body, contentType })).items[0]?.fields).toEqual({ name: 'Käse' });
  });

  it('leads to the pages that a column names', async () => {
    const rule = { follow: [{ path: 'url', label: 'product' }] };
    const { links } = await extractWith(rule, 'name,url\nA,/a\nB,https://b.example/b\n', csv);
    expect(links.map(({ url }) => url)).toEqual(['https://shop.example/a', 'https://b.example/b']);
  });
});
