import { deepStrictEqual } from 'node:assert';
import { memoizeResolved } from '../../../shared/extract/links/memoize-resolved.ts';
import { resolveReference as resolve } from '../../../shared/extract/links/resolve-url.ts';
import { openContent } from '../../../shared/extract/page-content.ts';
import { compilePageRule } from '../../../shared/extract/page-rule.ts';
import type { RuleReader } from '../../../shared/extract/rule-reader.ts';
import type { Extraction } from '../../../shared/extract/types.ts';
import { makeNormalise } from '../../../shared/fetch/url.ts';
import type { PageRule } from '../../../shared/job/schema.ts';
import { makePage, parseJob } from '../compile-job.ts';
import { attributeNames, tagNames } from './html-arbitrary.ts';

const normalise = makeNormalise(parseJob({ pages: { product: {} } }).urls);

export interface Compared {
  isScanned: boolean;
  isFound: boolean;
  /** Of the first item: the field `found`. */
  found: unknown;
}

/** Compiles a rule to read pages in one pass and by the tree; throws where they differ. */
export function compileBoth(pageRule: PageRule): (body: string) => Compared {
  const compile = (inOnePass: boolean) =>
    compilePageRule('product', pageRule, {
      resolve: memoizeResolved(resolve),
      normalise,
      followsCanonical: true,
      obeysNofollow: true,
      itemOptions: {},
      inOnePass,
    });
  const [readTree, readScan] = [compile(false), compile(true)];
  const nothing = JSON.stringify(outcomeOf(readTree, '').result);
  return (body) => {
    const tree = outcomeOf(readTree, body);
    const scan = outcomeOf(readScan, body);
    deepStrictEqual(scan.result, tree.result);
    const isFound = JSON.stringify(tree.result) !== nothing;
    return { isScanned: !scan.isTreeUsed, isFound, found: foundIn(scan.result) };
  };
}

function foundIn(result: unknown): unknown {
  return typeof result === 'string' ? result : (result as Extraction).items[0]?.fields['found'];
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

/** Tells the attributes and texts of all elements, and which are in and beside which. */
export function structureRule(): PageRule {
  const attributes = Object.fromEntries(attributeNames.map((attr) => [attr, { attr }]));
  const elements = (select: string) => ({ select, list: true, fields: attributes });
  const inside = { select: '*', list: true, fields: { text: {} } };
  const fields = { text: {}, ...attributes, inside, children: elements('> *'), next: elements('* + *') };
  return ruleOf({ each: '*', fields: { ...fields, later: elements('* ~ *') }, follow: ['*'] });
}

/** Tells the texts of all elements by their names. */
export function namesRule(names: string[] = tagNames): PageRule {
  const fields = names.map((name) => [name, { select: name, list: true, fields: { text: {} } }]);
  return ruleOf({ fields: Object.fromEntries(fields) });
}

export function ruleOf(product: unknown): PageRule {
  return parseJob({ pages: { product } }).pages['product'] as PageRule;
}
