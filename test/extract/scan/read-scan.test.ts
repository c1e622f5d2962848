import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Field } from '../../../shared/job/field-schema.ts';
import { drawSample } from '../../sample.ts';
import { type Compared, compileBoth, namesRule, ruleOf, structureRule } from './both-ways.ts';
import { attributeValues, html, nestedHtml, nestingNames, textHtml } from './html-arbitrary.ts';
import { chainRule, rule } from './job-arbitrary.ts';
import { xpathRule, xpathTextRule } from './xpath-arbitrary.ts';

/** More with `SCANS=100000 vitest run test/extract/scan`. */
const chosen = process.env['SCANS'];
const pagesPerRule = 20;
const timeoutMs = 90_000 + 20 * Number(chosen ?? 0);

/** Of the test's pages; of its rules, where each reads several pages. */
function scansOf(task: TestContext['task'], perRun = 1): { numRuns: number; seed?: number } {
  const drawn = chosen === undefined ? drawSample(task, 'pages', 3_000, 1_000) : { numRuns: Number(chosen) };
  return { ...drawn, numRuns: drawn.numRuns / perRun };
}

describe('compileScanReader', () => {
  it(
    'finds what the tree holds',
    ({ task }) => {
      const [compareStructure, compareNames] = [compileBoth(structureRule()), compileBoth(namesRule())];
      const counts = { pages: 0, scanned: 0, found: 0 };
      fc.assert(
        fc.property(html(), (page) => {
          count(counts, compareStructure(page));
          compareNames(page);
        }),
        scansOf(task),
      );
      expect(counts.scanned / counts.pages).toBeGreaterThan(0.4);
      expect(counts.found / counts.pages).toBeGreaterThan(0.3);
    },
    timeoutMs,
  );

  it.for([
    ['rules of every kind', rule(), html(), 0.1],
    ['XPath', xpathRule(), html(), 0.05],
    ['XPath that looks into what it finds', xpathTextRule(), fc.oneof(html(), textHtml(), textHtml()), 0.08],
  ] as const)(
    'reads %s as the tree does',
    { timeout: timeoutMs },
    ([, rules, pagesOf, minFound], { task }) => {
      const counts = { pages: 0, scanned: 0, found: 0 };
      fc.assert(
        fc.property(
          rules,
          fc.array(pagesOf, { minLength: pagesPerRule, maxLength: pagesPerRule }),
          (pageRule, pages) => {
            const compare = compileBoth(pageRule);
            for (const page of pages) count(counts, compare(page));
          },
        ),
        scansOf(task, pagesPerRule),
      );
      expect(counts.scanned / counts.pages).toBeGreaterThan(0.4);
      expect(counts.found / counts.pages).toBeGreaterThan(minFound);
    },
  );

  it.each([
    '@title',
    "@title='a'",
    "'a' = @title",
    "@title != 'a'",
    "contains(@title, 'a')",
    "starts-with(@title, 'a')",
    "not(starts-with(@title, 'a'))",
    "contains(concat(' ', normalize-space(@title), ' '), ' b ')",
    'string-length(@title) > 2',
    "re:test(@title, '\\w-')",
    "has-class('a')",
    "has-class('a', 'b')",
    "@title='a' or @CLASS='b'",
    "@title='a' and has-class('a')",
  ])('decides a[%s] as the tree does', (condition) => {
    const elements = attributeValues.flatMap((title, at) =>
      ['a', 'b', 'ba', ' a\tb '].map((name) => `<a id="${at}" title="${title}" class="${name}">x</a>`),
    );
    const select = `xpath://a[${condition}]/@id`;
    const field: Field = { select, list: true, required: false, take: 'text' };
    const { isScanned, isFound } = compileBoth({ follow: [], fields: { found: field } })(elements.join(''));
    expect({ isScanned, isFound }).toEqual({ isScanned: true, isFound: true });
  });

  it.each([
    ['//p/text()', ['a', 'c', 'd & e']],
    ['//p//text()', ['a', 'b', 'c', 'd & e']],
    ['//div//text()[normalize-space()]', ['a', 'b', 'c', 'd & e', 'f', 'g', 'h']],
    ['string(//div)', ['abcd & e f gh']],
    ['normalize-space(//div/text()[last()])', ['h']],
    ["//p[text()='c']/b", ['b']],
    ["//p[normalize-space()='abcd & e']/@id", ['1']],
    ["//*[contains(text(), 'f')]/@id", ['2']],
    ["(//div//*[text()='g'])[1]", ['g']],
    ['count(//i)', ['2']],
    ["//div[b]/*[contains(., 'x')]", []],
    ['string(//none)', [null]],
  ])('reads %s in one pass', (xpath, values) => {
    const fields = { found: { xpath, list: true } };
    const page =
      '<div id=0><p id=1>a<b>b</b>c<!--x-->d &amp; e\n<pre id=2> f\n</pre><i><i>g</i></i>h<template>x</template></div>';
    const extractor = compileBoth(ruleOf({ fields }));
    const { isScanned, found } = extractor(page);
    expect({ isScanned, found }).toEqual({ isScanned: true, found: values });
  });

  it('gives the text that opens formatting again to the element that it opens', () => {
    const compare = compileBoth(ruleOf({ fields: { found: { xpath: '//b/text()', list: true } } }));
    const { isScanned, found } = compare('<p><b></p>word</b></p>x');
    expect({ isScanned, found }).toEqual({ isScanned: true, found: ['word'] });
  });

  it.each([
    ['//template', './/p'],
    ['//template', '*'],
    ['//*', 'p'],
  ])('reads %s and in it %s as the tree does, templates too', (each, xpath) => {
    const fields = { found: { xpath, list: true } };
    const compare = compileBoth(ruleOf({ each: `xpath:${each}`, fields }));
    const { isScanned, isFound } = compare('<div><p>a</p></div><template><p>b</p><div><p>c</div></template>');
    expect({ isScanned, isFound }).toEqual({ isScanned: true, isFound: true });
  });

  it('nests any two elements as the tree does', () => {
    const compare = compileBoth(structureRule());
    for (const outer of nestingNames) {
      for (const inner of nestingNames)
        compare(`<${outer} class=a>1<${inner} class=b>2</${inner}>3</${outer}>4`);
    }
  });

  it(
    'follows combinators in scopes within one another as the tree does',
    ({ task }) => {
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
        scansOf(task, pagesPerRule),
      );
      expect(counts.scanned / counts.pages).toBeGreaterThan(0.4);
      expect(counts.found / counts.pages).toBeGreaterThan(0.4);
    },
    timeoutMs,
  );
});

function count(counts: { pages: number; scanned: number; found: number }, compared: Compared): void {
  counts.pages++;
  if (compared.isScanned) counts.scanned++;
  if (compared.isScanned && compared.isFound) counts.found++;
}
