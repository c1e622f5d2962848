import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parseHtml } from '../../../shared/extract/tree/parse-html.ts';
import { compileQuery } from '../../../shared/extract/tree/query.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { findFile } from './find-file.ts';

interface SelectorCase {
  name: string;
  selector: string;
  expect: string[];
  exclude?: string[];
  testType: number;
}

interface Suite {
  invalidSelectors: SelectorCase[];
  validSelectors: SelectorCase[];
  TEST_QSA: number;
}

/** WPT's cases of `querySelectorAll` on a whole page of HTML (`dom/nodes/selectors.js`), and what it has for no selector. */
export function checkSelectors(folder: string): CorpusResult {
  const script = findFile(folder, 'selectors.js');
  const source = readFileSync(script, 'utf8').replaceAll(/^(?:const|let) /gm, 'var ');
  const { invalidSelectors, validSelectors, TEST_QSA } = runInNewContext(`${source}; globalThis`) as Suite;
  const page = readFileSync(join(script, '..', 'ParentNode-querySelector-All-content.html'), 'utf8');
  const document = parseHtml(page);
  const find = (selector: string) => {
    try {
      return compileQuery(selector)
        .all(document)
        .map(({ attribs }) => attribs['id'] ?? '');
    } catch {
      return undefined;
    }
  };
  const asked = validSelectors.filter(
    ({ exclude = [], testType }) =>
      (testType & TEST_QSA) !== 0 && !exclude.includes('document') && !exclude.includes('html'),
  );
  const valid = asked.flatMap(({ name, selector, expect }) => missOf(name, selector, expect, find(selector)));
  const invalid = invalidSelectors.flatMap(({ name, selector }) =>
    missOf(name, selector, undefined, find(selector)),
  );
  const notes = [`${validSelectors.length - asked.length} not asked: other roots than a page of HTML`];
  return { cases: asked.length + invalidSelectors.length, misses: [...valid, ...invalid], notes };
}

function missOf(name: string, selector: string, expected?: string[], found?: string[]): string[] {
  const [wanted, got] = [expected, found].map((ids) => ids?.join(' ') ?? 'refused');
  return wanted === got ? [] : [`${name}: ${JSON.stringify(selector)} is ${got}, not ${wanted}`];
}
