import { type AnyNode, type Document, type Element, isTag, isText } from 'domhandler';
import fc from 'fast-check';
import { childrenOf, visitInside } from '../../../shared/extract/selector/walk.ts';
import { parseHtml } from '../../../shared/extract/tree/parse-html.ts';
import { compileQuery } from '../../../shared/extract/tree/query.ts';
import { compileBoth, ruleOf } from '../../extract/scan/both-ways.ts';
import { agreedHtml } from '../../extract/scan/standard-arbitrary.ts';
import type { CorpusResult } from '../corpus-result.ts';
import {
  commonSelectors,
  type PageOfCases,
  pages,
  refusedHere,
  standardHere,
  takenHere,
} from './browser-cases.ts';
import { askChromium, type BrowserAnswer, type BrowserQuestion, findChromium } from './chromium.ts';

/**
 * The pages of browser-cases.ts and others by chance, their selectors: by Chromium, by our tree and in one pass. Where Chromium
 * is not installed nothing is compared, and a line says so.
 */
export function checkBrowserSelectors(): CorpusResult {
  const chromium = findChromium();
  if (chromium === undefined) {
    return { cases: 0, misses: [], notes: ['Chromium is not installed: nothing was compared'] };
  }
  const asked = [...pages, ...pagesByChance()].map(questionOf);
  const answers = askChromium(
    chromium.command,
    asked.map(({ question }) => question),
  );
  const results = asked.map(({ page, question, own }, index) =>
    compare(page.name, question, own, answers[index] as BrowserAnswer),
  );
  return {
    cases: results.reduce((sum, { cases }) => sum + cases, 0),
    misses: results.flatMap(({ misses }) => misses),
  };
}

/** The same each time. */
function pagesByChance(): PageOfCases[] {
  return fc
    .sample(agreedHtml(), { numRuns: 200, seed: 20_261_128 })
    .map((html, index) => ({ name: `by chance ${index}`, html, selectors: [] }));
}

/** Ours are searched inside: `a` there is `:scope a` in a browser. */
function questionOf(page: PageOfCases) {
  const own = (page.inside ?? []).flatMap(({ scope, selectors }) =>
    selectors.map((selector) => ({ scope, selector })),
  );
  const inside = own.map(({ scope, selector }) => ({ scope, selector: inBrowser(selector) }));
  const question: BrowserQuestion = {
    html: page.html,
    selectors: [...page.selectors, ...commonSelectors],
    inside,
  };
  return { page, question, own };
}

function inBrowser(selector: string): string {
  return selector.includes(':scope') ? selector : `:scope ${selector}`;
}

function compare(
  name: string,
  { html, selectors }: BrowserQuestion,
  own: BrowserQuestion['inside'],
  answer: BrowserAnswer,
): { cases: number; misses: string[] } {
  const document = parseHtml(html);
  const all = elementsOf(document);
  const misses: string[] = [];
  const check = (what: string, expected: unknown, found: unknown) => {
    const [a, b] = [JSON.stringify(expected), JSON.stringify(found)];
    if (a !== b) misses.push(`${name}: ${what}: Chromium ${a}, we ${b}`);
  };
  check('the tree', answer.tree, describeTree(all));
  for (const [index, selector] of selectors.entries()) {
    const found = find(all, selector, document);
    check(selector, expectedOf(selector, answer.found[index] ?? null, found), found);
    check(`${selector}, in one pass`, '', missOfPass(selector, html));
  }
  for (const [index, { scope, selector }] of own.entries()) {
    const root = compileQuery(scope).first(document);
    check(`${selector} in ${scope}`, answer.inside[index], root && find(all, selector, root));
  }
  return { cases: 1 + 2 * selectors.length + own.length, misses };
}

/** Chromium's answer, or ours where it is meant to be another one. */
function expectedOf(selector: string, ofChromium: number[] | null, ours: number[] | null) {
  if (refusedHere.has(selector)) return null;
  const isMeant = standardHere.has(selector) || (takenHere.has(selector) && ofChromium === null);
  return isMeant && ours !== null ? ours : ofChromium;
}

function find(all: Element[], selector: string, root: Document | Element): number[] | null {
  try {
    return compileQuery(selector)
      .all(root)
      .map((element) => all.indexOf(element));
  } catch {
    return null;
  }
}

/** Is the page read by the rule in one pass as by the tree? Says where not. */
function missOfPass(selector: string, html: string): string {
  try {
    const rule = ruleOf({
      fields: { found: { select: selector, list: true, fields: { text: {}, id: { attr: 'id' } } } },
    });
    compileBoth(rule)(html);
    return '';
  } catch (error) {
    const message = String(error);
    return /CSS selector/.test(message) ? '' : message;
  }
}

function elementsOf(document: Document): Element[] {
  const all: Element[] = [];
  visitInside(document.children, (element) => {
    all.push(element);
    return false;
  });
  return all;
}

const spaces: Record<string, string> = {
  'http://www.w3.org/2000/svg': 'svg ',
  'http://www.w3.org/1998/Math/MathML': 'math ',
};

function describeTree(all: Element[]): string[] {
  return all.map((element) => {
    const { name, namespace, parent, attribs } = element;
    const attributes = Object.entries(attribs)
      .map(([key, value]) => `${key}=${value}`)
      .sort();
    const text = textOf(element);
    const place = parent !== null && isTag(parent) ? all.indexOf(parent) : -1;
    return JSON.stringify([place, `${spaces[namespace ?? ''] ?? ''}${name}`, attributes, text]);
  });
}

/** Without what is in templates, which browsers keep elsewhere. */
function textOf(node: AnyNode): string {
  if (isText(node)) return node.data;
  if (isTag(node)) return childrenOf(node).map(textOf).join('');
  return '';
}
