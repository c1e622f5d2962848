import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatten, headerLine, recordLine } from '../../shared/export/csv.ts';
import type { Json } from '../../shared/model.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import { parseCsv } from './parse-csv.ts';

describe('flatten', () => {
  it.each<[string, Json, Record<string, string>]>([
    ['a number', 12.5, { a: '12.5' }],
    ['null', null, { a: '' }],
    ['false', false, { a: 'false' }],
    ['an object', { b: 1, c: { d: 'x' } }, { 'a.b': '1', 'a.c.d': 'x' }],
    ['an empty object', {}, { a: '' }],
    ['a list of scalars', ['x', 2, null, true], { a: 'x; 2; ; true' }],
    ['an empty list', [], { a: '' }],
    ['a list of objects', [{ b: 1 }], { a: '[{"b":1}]' }],
    ['a list of lists', [[1]], { a: '[[1]]' }],
  ])('makes cells of %s', (_what, value, expected) => {
    expect(Object.fromEntries(flatten({ a: value }))).toEqual(expected);
  });

  it('keeps both of two values that come to one column', () => {
    expect(Object.fromEntries(flatten({ 'a.b': 1, a: { b: 2 } }))).toEqual({ 'a.b': '1; 2' });
  });

  it.each([
    ['=SUM(A1)', "'=SUM(A1)"],
    ['+49 30 1234', '+49 30 1234'],
    ['+49 30-1234', "'+49 30-1234"],
    ['+49 (30) 1234', "'+49 (30) 1234"],
    ['+49 30.1234', "'+49 30.1234"],
    ['+49  30', "'+49  30"],
    ['+49 30 ', "'+49 30 "],
    ['+49 A1', "'+49 A1"],
    ['-49 30', "'-49 30"],
    ['＝SUM(A1)', "'＝SUM(A1)"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠x', "'＠x"],
    ['-cmd', "'-cmd"],
    ['@import', "'@import"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['-12.50', '-12.50'],
    ['+3e5', '+3e5'],
    ['-1.', '-1.'],
    ['-.5E-3', '-.5E-3'],
    ['-1.2.3', "'-1.2.3"],
    ['-', "'-"],
    ['a=b', 'a=b'],
  ])('disarms what a spreadsheet would run as a formula: %j', (text, cell) => {
    expect(flatten({ a: text }).get('a')).toBe(cell);
  });

  it.each(['', '-', '+', '+1 '])('takes time in proportion to a long cell of digits after %j', (sign) => {
    const text = `${sign}${'1'.repeat(300_000)}x`;
    let cell: string | undefined;
    const cpuMs = cpuMsOf(() => {
      cell = flatten({ a: text }).get('a');
    });
    expect(cell).toBe(sign === '' ? text : `'${text}`);
    expect(cpuMs).toBeLessThan(5_000);
  });

  it('leaves negative numbers alone', () => {
    expect(flatten({ a: -5 }).get('a')).toBe('-5');
  });
});

describe('headerLine', () => {
  it('disarms column names that come from a page', () => {
    expect(headerLine(['a', '=x'])).toBe("a,'=x\r\n");
  });
});

describe('recordLine', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'",;\r\n =\t-x') }),
  );

  it('parses back, whatever the cells hold', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (values) => {
        const record = Object.fromEntries(values.map((value, index) => [`c${index}`, value]));
        const columns = Object.keys(record);
        const [header, row, ...rest] = parseCsv(headerLine(columns) + recordLine(columns, record));
        expect(rest).toEqual([]);
        expect(header).toEqual(columns);
        expect(row?.map((text, index) => text === values[index] || text === `'${values[index]}`)).toEqual(
          values.map(() => true),
        );
      }),
    );
  });

  it.each([
    [';', 'a;b'],
    [',', 'a,b'],
    ['a line feed', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['a space before', ' a'],
    ['a space behind', 'a '],
    ['a tab behind', 'a\t'],
    ['a quote', 'a"b', '"a""b"'],
  ])('quotes a cell with %s, which a reader would part or trim', (_, cell, quoted = `"${cell}"`) => {
    expect(recordLine(['a', 'b'], { a: cell, b: 1 })).toBe(`${quoted},1\r\n`);
    expect(headerLine([cell, 'b'])).toBe(`${quoted},b\r\n`);
  });

  it('quotes no other cell, but one that would be an empty line', () => {
    expect(recordLine(['a', 'b'], { a: "it's a b|c: d", b: '' })).toBe("it's a b|c: d,\r\n");
    expect(recordLine(['a'], { a: '' })).toBe('""\r\n');
  });

  it('leaves columns empty that the record does not have', () => {
    expect(recordLine(['a', 'b', 'c'], { b: 1 })).toBe(',1,\r\n');
  });
});
