import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { type Dialect, parseCsv } from '../../../shared/extract/csv/parse-csv.ts';
import { sniffDialect } from '../../../shared/extract/csv/sniff-dialect.ts';
import { openContent } from '../../../shared/extract/page-content.ts';
import type { Json } from '../../../shared/model.ts';
import { makePage } from '../../extract/compile-job.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { pythonCalls, pythonString } from './python-calls.ts';

const excel: Dialect = { delimiter: ',', quote: '"', escape: 'twice', isPadded: false };

/** Rows as objects, dialect and header found out (`csvs/*.csv`, `json/*.json`). */
export function checkCsvSpectrum(folder: string): CorpusResult {
  const names = readdirSync(join(folder, 'csvs')).map((name) => name.replace(/\.csv$/, ''));
  const misses = names.flatMap((name) => {
    const body = readFileSync(join(folder, 'csvs', `${name}.csv`));
    const expected: unknown = JSON.parse(readFileSync(join(folder, 'json', `${name}.json`), 'utf8'));
    const value = openContent({ ...makePage(''), body }, { as: 'csv' }).json();
    // An empty cell is null here.
    const found = JSON.stringify(value, (_key, part: Json) => part ?? '');
    return found === JSON.stringify(expected) ? [] : [`${name}: ${found}`];
  });
  return { cases: names.length, misses };
}

interface PapaCase {
  description: string;
  input: string;
  config?: Record<string, unknown>;
  expected: { data: string[][] };
}

/** Papa Parse's cases of its core parser (`tests/test-cases.js`), the dialect given; those with other settings left out. */
export function checkPapaParse(folder: string): CorpusResult {
  const source = readFileSync(join(folder, 'tests', 'test-cases.js'), 'utf8');
  const list = source.slice(
    source.indexOf('var CORE_PARSER_TESTS'),
    source.indexOf("describe('Core Parser Tests'"),
  );
  const all = runInNewContext(`${list}; CORE_PARSER_TESTS`, { console }) as PapaCase[];
  const known = ['delimiter', 'quoteChar', 'newline'];
  const cases = all.filter(
    ({ config = {}, input }) =>
      typeof input === 'string' &&
      Object.keys(config).every((key) => known.includes(key)) &&
      String(config['delimiter'] ?? ',').length === 1,
  );
  const misses = cases.flatMap(({ description, input, config = {}, expected }) => {
    const delimiter = typeof config['delimiter'] === 'string' ? config['delimiter'] : ',';
    const quote = typeof config['quoteChar'] === 'string' ? config['quoteChar'] : '"';
    const found = rowsOf(input, { ...excel, delimiter, quote });
    const wanted = [...expected.data].filter((row) => row.length > 1 || row[0] !== '');
    return sameRows(found, wanted, `${description}: ${JSON.stringify(input)}`);
  });
  return { cases: cases.length, misses, notes: [`${all.length - cases.length} not asked: other settings`] };
}

/** CPython's csv module (`test/test_csv.py`): what the dialect excel reads, and the delimiters that its sniffer finds. */
export function checkPythonCsv(folder: string): CorpusResult {
  const [file = 'test_csv.py'] = globSync('**/test/test_csv.py', { cwd: folder });
  const source = readFileSync(join(folder, file), 'utf8');
  const excelOnly = source.slice(
    source.indexOf('class TestDialectExcel'),
    source.indexOf('class TestEscapedExcel'),
  );
  const reads = pythonCalls(excelOnly, 'self\\.readerAssertEqual').flatMap(
    ({ arguments: [input, expected] }) =>
      input?.text === undefined || expected === undefined
        ? []
        : [{ input: input.text, expected: listOf(expected.source) }],
  );
  const misses = reads.flatMap(({ input, expected }) =>
    sameRows(
      rowsOf(input, excel),
      expected.filter((row) => row.length > 1 || row[0] !== ''),
      JSON.stringify(input),
    ),
  );
  const sniffs = sniffCases(source);
  const wrong = sniffs.flatMap(({ name, text, delimiter }) => {
    const { dialect } = sniffDialect(text, {});
    return dialect.delimiter === delimiter
      ? []
      : [`${name}: ${JSON.stringify(dialect.delimiter)}, not ${JSON.stringify(delimiter)}`];
  });
  return { cases: reads.length + sniffs.length, misses: [...misses, ...wrong] };
}

/** `dialect = sniffer.sniff(self.sample4)`, and what the delimiter is then to be. */
function sniffCases(source: string): { name: string; text: string; delimiter: string }[] {
  const cases =
    /sniffer\.sniff\(self\.(\w+)\)\s+(?:#[^\n]*\s+)*self\.assertEqual\(dialect\.delimiter, ("[^"]*"|'[^']*')/g;
  return [...source.matchAll(cases)].map(([, name = '', mark = '']) => {
    const written = new RegExp(`^    ${name} = (?:"""|''')\\\\?\\n([\\s\\S]*?)(?:"""|''')`, 'm').exec(
      source,
    )?.[1];
    const text =
      written ?? pythonString(new RegExp(`^    ${name} = (.*)$`, 'm').exec(source)?.[1] ?? '') ?? '';
    return {
      name,
      text: text.replaceAll('\\0', '\0'),
      delimiter: (pythonString(mark) ?? '').replace('\\0', '\0'),
    };
  });
}

function listOf(source: string): string[][] {
  const json = source.replace(/'((?:[^'\\]|\\.)*)'/g, (whole) => JSON.stringify(pythonString(whole)));
  return JSON.parse(json) as string[][];
}

function rowsOf(text: string, dialect: Dialect): string[][] {
  return Array.from(parseCsv(text, dialect), ({ cells }) => cells);
}

function sameRows(found: string[][], expected: string[][], name: string): string[] {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  return one === other ? [] : [`${name}: ${one}, not ${other}`];
}
