import { describe, expect, it } from 'vitest';
import { type Dialect, parseCsv } from '../../../shared/extract/csv/parse-csv.ts';
import { cpuMsOf } from '../../../testing/cpu-time.ts';

const excel: Dialect = { delimiter: ',', quote: '"', escape: 'twice', isPadded: false };

const rowsOf = (text: string, dialect: Partial<Dialect> = {}) => [
  ...parseCsv(text, { ...excel, ...dialect }),
];
const cellsOf = (text: string, dialect?: Partial<Dialect>) => rowsOf(text, dialect).map(({ cells }) => cells);

describe('parseCsv', () => {
  it.each<[string, string[][], Partial<Dialect>?]>([
    ['', []],
    ['a,b', [['a', 'b']]],
    ['a,b\n', [['a', 'b']]],
    [
      'a,b\r\nc,d\re,f',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    ['a\n\n\r\nb', [['a'], ['b']]],
    [',', [['', '']]],
    ['a,\n', [['a', '']]],
    ['"a,b","c\nd"', [['a,b', 'c\nd']]],
    ['"say ""hi""",2', [['say "hi"', '2']]],
    ['""', []],
    ['"",""', [['', '']]],
    ['5" pipe,2', [['5" pipe', '2']]],
    ['"a" ,b', [['a', 'b']]],
    ["'a;b';c", [['a;b', 'c']], { delimiter: ';', quote: "'" }],
    ['"a\\"b",c', [['a"b', 'c']], { escape: 'backslash' }],
    ['"a\\\\",c', [['a\\\\', 'c']], { escape: 'backslash' }],
    ['a, "b, c"', [['a', 'b, c']], { isPadded: true }],
  ])('reads %j', (text, cells, dialect) => {
    expect(cellsOf(text, dialect)).toEqual(cells);
    expect(rowsOf(text, dialect).every(({ isBroken }) => !isBroken)).toBe(true);
  });

  it.each<[string, string[][]]>([
    [
      'a,"b"c,d\n1,2,3',
      [
        ['a', 'bc', 'd'],
        ['1', '2', '3'],
      ],
    ],
    [
      'a,"b,c\nd,e,f\n',
      [
        ['a', '"b', 'c'],
        ['d', 'e', 'f'],
      ],
    ],
  ])('loses one row at most to quotes that are wrong: %j', (text, cells) => {
    const rows = rowsOf(text);
    expect(rows.map((row) => row.cells)).toEqual(cells);
    expect(rows.map(({ isBroken }) => isBroken)).toEqual([true, false]);
  });

  it('knows where each row ends', () => {
    expect(rowsOf('a,b\r\n"c\n",d\n').map(({ end }) => end)).toEqual([5, 12]);
  });

  it('takes time in proportion to the text, however many quotes are left open', () => {
    const text = (rows: number) => `${'"a""\n'.repeat(rows)}`;
    const short = cpuMsOf(() => rowsOf(text(20_000)));
    const long = cpuMsOf(() => rowsOf(text(200_000)));
    expect(long).toBeLessThan(30 * Math.max(short, 20));
  });
});
