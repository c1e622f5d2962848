import { describe, expect, it } from 'vitest';
import { hashNext, maxNames, NameTable, tagFold } from '../../../shared/extract/scan/name-table.ts';

function find(table: NameTable, text: string, fold = tagFold): number {
  const codes = Buffer.from(text);
  const hash = codes.reduce((known, code) => hashNext(known, fold[code] ?? 0), 0);
  return table.find(codes, 0, codes.length, hash);
}

describe('NameTable', () => {
  it('finds names in any case', () => {
    const table = new NameTable(tagFold);
    const numbers = ['a', 'div', 'span', 'title', 'blockquote'].map((name) => table.keep(name));
    expect(new Set(numbers).size).toBe(5);
    expect(['A', 'Div', 'SPAN', 'titlE', 'blockQuote'].map((text) => find(table, text))).toEqual(numbers);
  });

  it('tells names apart whose hashes are equal', () => {
    const table = new NameTable(tagFold);
    const title = table.keep('title');
    expect(find(table, 'eitlt')).toBe(0);
    const other = table.keep('eitlt');
    expect([find(table, 'title'), find(table, 'eitlt')]).toEqual([title, other]);
  });

  it('forgets names that are not kept, and only those', () => {
    const table = new NameTable(tagFold);
    const kept = table.keep('title');
    for (let page = 0; page < 3; page++) {
      const numbers = ['eitlt', 'x-a', 'x-b'].map((name) => table.intern(name));
      expect(['eitlt', 'x-a', 'x-b'].map((text) => find(table, text))).toEqual(numbers);
      table.forget();
      expect(['title', 'eitlt', 'x-a', 'x-b'].map((text) => find(table, text))).toEqual([kept, 0, 0, 0]);
    }
  });

  it('gives no number when it is full', () => {
    const table = new NameTable(tagFold);
    const numbers = Array.from({ length: maxNames }, (_, index) => table.intern(`x-${index}`));
    expect(numbers.filter((number) => number === 0)).toHaveLength(1);
    expect(numbers.slice(0, -1).map((_, index) => find(table, `x-${index}`))).toEqual(numbers.slice(0, -1));
  });
});
