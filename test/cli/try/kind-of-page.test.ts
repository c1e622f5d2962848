import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kindOfPage } from '../../../cli/try/kind-of-page.ts';
import { makePage, parseJob } from '../../extract/compile-job.ts';

const workbook = readFileSync(join(import.meta.dirname, '../../extract/xlsx/files/openpyxl.xlsx'));
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function kindOf(contentType: string, body: string | Uint8Array, written: Record<string, unknown> = {}) {
  const rule = parseJob({ pages: { product: written } }).pages['product'];
  if (rule === undefined) throw new Error('the job has no such page');
  const page = makePage('', { contentType, body: Buffer.from(body) });
  return kindOfPage(rule, page);
}

describe('kindOfPage', () => {
  it('names the columns of a table, and how they are separated', () => {
    expect(kindOf('text/csv', 'name;unit price\nA;1\n')).toEqual({
      kind: 'csv',
      about: 'CSV, 1 row, 2 columns separated by ;',
      paths: ['name', '["unit price"]'],
    });
  });

  it('names the paths of the first item', () => {
    const { about, paths } =
      kindOf('application/json', '{"list":[{"a":{"b":1},"c":[{"d":2}]}]}', { items: 'list' }) ?? {};
    expect([about, paths]).toEqual(['JSON', ['a.b', 'c[0].d']]);
  });

  it('names the sheets of a workbook', () => {
    expect(kindOf(xlsx, workbook)?.about).toBe(
      'an Excel workbook, Prices: 3 rows, 6 columns; 2024: 1 row, 2 columns',
    );
  });

  it('says what a page is that has no paths', () => {
    expect(kindOf('image/svg+xml', '<svg/>', { fields: { a: 'h1' } })).toEqual({
      kind: 'svg',
      about: 'an SVG image',
      paths: [],
    });
  });

  it.each([
    ['a web page', 'text/html', '<h1>A</h1>'],
    ['what cannot be read', 'application/json', '{'],
  ])('has nothing to say of %s', (_, contentType, body) => {
    expect(kindOf(contentType, body)).toBeUndefined();
  });
});
