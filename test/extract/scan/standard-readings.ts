import { memoizeResolved } from '../../../shared/extract/links/memoize-resolved.ts';
import { resolveReference as resolve, resolveBase } from '../../../shared/extract/links/resolve-url.ts';
import { openContent, type PageContent } from '../../../shared/extract/page-content.ts';
import { compilePageRule } from '../../../shared/extract/page-rule.ts';
import { baseReferenceOf } from '../../../shared/extract/tree/document.ts';
import type { Extraction, Page } from '../../../shared/extract/types.ts';
import { makeNormalise } from '../../../shared/fetch/url.ts';
import { makePage, parseJob } from '../compile-job.ts';
import { standardDocument } from './standard-document.ts';

export interface Readings {
  /** From the tree that parse5 makes by itself. */
  standard: Extraction;
  /** From ours. */
  tree: Extraction;
  scan: Extraction;
  /** Was the page read in one pass, rather than left to the tree? */
  isScanned: boolean;
}

/** Compiles a rule to read pages by it in all three ways; `others`: the labels that it names. */
export function compileReadings(
  rule: unknown,
  others: Record<string, unknown> = {},
): (body: string | Uint8Array) => Readings {
  const { pages, urls } = parseJob({ pages: { ...others, product: rule } });
  const pageRule = pages['product'];
  if (pageRule === undefined) throw new Error('the job has no rule');
  const normalise = makeNormalise(urls);
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
  return (body) => {
    const page = { ...makePage(''), body: typeof body === 'string' ? new TextEncoder().encode(body) : body };
    const watched = watchTree(openContent(page));
    return {
      standard: readTree(page, standardContent(page)),
      tree: readTree(page, openContent(page)),
      scan: readScan(page, watched.content),
      isScanned: !watched.isTreeUsed(),
    };
  };
}

function standardContent(page: Page): PageContent {
  const content = openContent(page);
  const document = standardDocument(content.text());
  return {
    ...content,
    document: () => document,
    base: () => resolveBase(baseReferenceOf(document), page.url, content.charset()),
  };
}

function watchTree(content: PageContent): { content: PageContent; isTreeUsed(): boolean } {
  let isUsed = false;
  const document = () => {
    isUsed = true;
    return content.document();
  };
  return { content: { ...content, document }, isTreeUsed: () => isUsed };
}
