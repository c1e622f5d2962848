import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openContent } from '../../../shared/extract/page-content.ts';
import { compilePageRule, type RuleReader } from '../../../shared/extract/page-rule.ts';
import { resolveReference as resolve } from '../../../shared/extract/resolve-url.ts';
import { makeNormalise } from '../../../shared/fetch/url.ts';
import type { PageRule } from '../../../shared/job/schema.ts';
import { makePage, parseJob } from '../compile-job.ts';
import { attributeNames, html, nestedHtml, nestingNames, tagNames } from './html-arbitrary.ts';
import { chainRule, rule } from './job-arbitrary.ts';

const normalise = makeNormalise(parseJob({ pages: { product: {} } }).urls);
/** More with `SCANS=100000 vitest run test/extract/scan`. */
const scans = Number(process.env['SCANS'] ?? 3_000);
const pagesPerRule = 20;
const patienceMs = 30_000 + 20 * scans;

describe('compileScanReader', () => {
  it(
    'finds what the tree holds',
    () => {
      const [compareStructure, compareNames] = [compileBoth(structure()), compileBoth(names())];
      const counts = { pages: 0, scanned: 0, found: 0 };
      fc.assert(
        fc.property(html(), (page) => {
          count(counts, compareStructure(page));
          compareNames(page);
        }),
        { numRuns: scans },
      );
      expect(counts.scanned / counts.pages).toBeGreaterThan(0.6);
      expect(counts.found / counts.pages).toBeGreaterThan(0.5);
    },
    patienceMs,
  );

  it(
    'reads rules of every kind as the tree does',
    () => {
      const counts = { pages: 0, scanned: 0, found: 0 };
      fc.assert(
        fc.property(
          rule(),
          fc.array(html(), { minLength: pagesPerRule, maxLength: pagesPerRule }),
          (pageRule, pages) => {
            const compare = compileBoth(pageRule);
            for (const page of pages) count(counts, compare(page));
          },
        ),
        { numRuns: scans / pagesPerRule },
      );
      expect(counts.scanned / counts.pages).toBeGreaterThan(0.6);
      expect(counts.found / counts.pages).toBeGreaterThan(0.1);
    },
    patienceMs,
  );

  it('nests any two elements as the tree does', () => {
    const compare = compileBoth(structure());
    for (const outer of nestingNames) {
      for (const inner of nestingNames)
        compare(`<${outer} class=a>1<${inner} class=b>2</${inner}>3</${outer}>4`);
    }
  });

  it(
    'follows combinators in scopes within one another as the tree does',
    () => {
      const counts = { pages: 0, scanned: 0, found: 0 };
      fc.assert(
        fc.property(
          chainRule(),
          fc.array(nestedHtml(), { minLength: 5, maxLength: 5 }),
          (pageRule, pages) => {
            const compare = compileBoth(pageRule);
            for (const page of pages) count(counts, compare(page));
          },
        ),
        { numRuns: scans / pagesPerRule },
      );
      expect(counts.scanned / counts.pages).toBeGreaterThan(0.6);
      expect(counts.found / counts.pages).toBeGreaterThan(0.4);
    },
    patienceMs,
  );
});

/** Tells the attributes and texts of all elements, and which are in and beside which. */
function structure(): PageRule {
  const attributes = Object.fromEntries(attributeNames.map((attr) => [attr, { attr }]));
  const elements = (select: string) => ({ select, list: true, fields: attributes });
  const inside = { select: '*', list: true, fields: { text: {} } };
  const fields = { text: {}, ...attributes, inside, children: elements('> *'), next: elements('* + *') };
  return ruleOf({ each: '*', fields: { ...fields, later: elements('* ~ *') }, follow: ['*'] });
}

/** Tells the texts of all elements by their names. */
function names(): PageRule {
  const fields = tagNames.map((name) => [name, { select: name, list: true, fields: { text: {} } }]);
  return ruleOf({ fields: Object.fromEntries(fields) });
}

function ruleOf(product: unknown): PageRule {
  return parseJob({ pages: { product } }).pages['product'] as PageRule;
}

interface Compared {
  isScanned: boolean;
  isFound: boolean;
}

function count(counts: { pages: number; scanned: number; found: number }, compared: Compared): void {
  counts.pages++;
  if (compared.isScanned) counts.scanned++;
  if (compared.isScanned && compared.isFound) counts.found++;
}

function compileBoth(pageRule: PageRule): (body: string) => Compared {
  const compile = (inOnePass: boolean) =>
    compilePageRule('product', pageRule, {
      resolve,
      normalise,
      followsCanonical: true,
      itemOptions: {},
      inOnePass,
    });
  const [readTree, readScan] = [compile(false), compile(true)];
  const nothing = JSON.stringify(outcomeOf(readTree, '').result);
  return (body) => {
    const tree = outcomeOf(readTree, body);
    const scan = outcomeOf(readScan, body);
    deepStrictEqual(scan.result, tree.result);
    return { isScanned: !scan.isTreeUsed, isFound: JSON.stringify(tree.result) !== nothing };
  };
}

function outcomeOf(read: RuleReader, body: string): { result: unknown; isTreeUsed: boolean } {
  const page = makePage(body);
  const content = openContent(page);
  let isTreeUsed = false;
  const watched = {
    ...content,
    document() {
      isTreeUsed = true;
      return content.document();
    },
  };
  try {
    return { result: read(page, watched), isTreeUsed };
  } catch (error) {
    return { result: String(error), isTreeUsed };
  }
}
