import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Document, type Element, isTag } from 'domhandler';
import { parseDocument } from '../../../shared/extract/tree/document.ts';
import { rawTextOf } from '../../../shared/extract/values/text.ts';
import { compileXPath } from '../../../shared/extract/xpath/compile-xpath.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { countNotes } from './count-notes.ts';

/**
 * The W3C's tests of XPath (QT3), of which the expressions that are XPath 1.0 count: they name no type, variable, operator or function of later
 * versions, and are asked of no document or of one. A prefix `fn:` is left out. What is expected is a value, a count or a truth.
 */
export function checkXPath(folder: string): CorpusResult {
  const notAsked: string[] = [];
  const misses: string[] = [];
  let cases = 0;
  const shared = environmentsOf(folder, 'catalog.xml');
  for (const file of globSync('{fn,op,prod,misc}/**/*.xml', { cwd: folder }).sort()) {
    const source = readFileSync(join(folder, file), 'utf8');
    if (!source.includes('<test-set')) continue;
    const set = parseDocument(source, true);
    const environments = new Map([...shared, ...environmentsIn(set, folder, file)]);
    for (const test of elementsIn(set, 'test-case')) {
      const question = questionOf(test, environments);
      if (typeof question === 'string') {
        notAsked.push(question);
        continue;
      }
      const lines = question();
      if (lines === undefined) notAsked.push('refused when it is evaluated: it needs sequences');
      else cases += 1;
      misses.push(...(lines ?? []).map((line) => `${test.attribs['name']}: ${line}`));
    }
  }
  return { cases, misses, notes: countNotes(notAsked).map((note) => `not asked: ${note}`) };
}

/** What to compare, or why not. */
function questionOf(
  test: Element,
  environments: ReadonlyMap<string, string | undefined>,
): (() => string[] | undefined) | string {
  const [written] = elementsIn(test, 'test');
  const [result] = elementsIn(test, 'result');
  const [environment] = elementsIn(test, 'environment');
  const expression = rawTextOf(written as Element).replaceAll(/\bfn:/g, '');
  const needs = elementsIn(test, 'dependency').filter(({ attribs }) => !isOfXPath(attribs));
  if (needs.length > 0) return 'XQuery, or a feature';
  const expected = result === undefined ? undefined : expectationsOf(result);
  if (expected === undefined) return 'an error, a type or a choice is expected';
  const ref = environment?.attribs['ref'];
  if (environment !== undefined && ref === undefined) return 'an environment of its own';
  const document = ref === undefined ? undefined : environments.get(ref);
  if (ref !== undefined && ref !== 'empty' && document === undefined)
    return 'an environment with more than a document';
  // Last, since this is the most work.
  const search = tryTo(() => compileXPath(expression));
  if (search === undefined) return 'no XPath 1.0';
  return () => {
    const xml = document === undefined ? '<none/>' : readFileSync(document, 'utf8');
    const found = tryTo(() => search(parseDocument(xml, true)));
    return found && expected.flatMap((expectation) => missOf(expression, expectation, found));
  };
}

function isOfXPath({ type, value = '', satisfied }: Record<string, string>): boolean {
  return type === 'spec' && satisfied !== 'false' && /XP\d/.test(value);
}

type Expectation = [kind: 'text' | 'value' | 'count', expected: string];

/** Those that can be told of texts; types are left out, since XPath 1.0 has three. */
function expectationsOf(result: Element): Expectation[] | undefined {
  const parts = result.children.filter(isTag);
  const all = parts.flatMap((part) => (part.name === 'all-of' ? part.children.filter(isTag) : [part]));
  const found = all.map((part): Expectation | undefined | null => {
    const text = rawTextOf(part);
    if (part.name === 'assert-true') return ['text', 'true'];
    if (part.name === 'assert-false') return ['text', 'false'];
    if (part.name === 'assert-empty') return ['count', '0'];
    if (part.name === 'assert-count') return ['count', text.trim()];
    if (part.name === 'assert-string-value') return ['text', text];
    if (part.name === 'assert-eq' && /^\s*(-?[\d.]+|'[^']*'|"[^"]*")\s*$/.test(text))
      return ['value', text.trim()];
    return part.name === 'assert-type' ? null : undefined;
  });
  if (found.includes(undefined)) return undefined;
  const known = found.filter((one) => one !== null && one !== undefined);
  return known.length === 0 ? undefined : known;
}

function missOf(expression: string, [kind, expected]: Expectation, found: Element[]): string[] {
  const texts = found.map((element) => rawTextOf(element));
  const got = kind === 'count' ? String(found.length) : texts.join(' ');
  const isEqual =
    kind === 'value' && /^[-\d.]/.test(expected)
      ? Number(got) === Number(expected)
      : folded(got) === folded(kind === 'value' ? expected.slice(1, -1) : expected);
  return isEqual ? [] : [`${expression} is ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`];
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function tryTo<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

function environmentsOf(folder: string, file: string): Map<string, string | undefined> {
  return environmentsIn(parseDocument(readFileSync(join(folder, file), 'utf8'), true), folder, file);
}

/** The one document of each environment; `undefined`: it has more, or variables, or none. */
function environmentsIn(set: Document, folder: string, file: string): Map<string, string | undefined> {
  return new Map(
    elementsIn(set, 'environment')
      .filter(({ attribs }) => attribs['name'] !== undefined)
      .map((environment) => {
        const parts = environment.children.filter(isTag);
        const [source] = parts;
        const isOne = parts.length === 1 && source?.name === 'source' && source.attribs['role'] === '.';
        const path = isOne ? join(folder, dirname(file), source.attribs['file'] ?? '') : undefined;
        return [environment.attribs['name'] ?? '', path];
      }),
  );
}

function elementsIn(root: Document | Element, name: string): Element[] {
  return root.children
    .filter(isTag)
    .flatMap((child) => [...(child.name === name ? [child] : []), ...elementsIn(child, name)]);
}
