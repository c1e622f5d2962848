import type { Normalise } from '../fetch/url.ts';
import type { PageRule } from '../job/schema.ts';
import { type AskedForms, askedBy, whyUnasked } from './kinds/asked.ts';
import { pageKindOf } from './kinds/page-kinds.ts';
import { compileRecordsReader } from './kinds/read-records.ts';
import { compileLinks } from './links/links.ts';
import { withoutNofollow } from './links/nofollow.ts';
import type { Resolve } from './links/reference.ts';
import type { ItemOptions } from './make-item.ts';
import type { PageContent } from './page-content.ts';
import type { ReadRule, RuleReader } from './rule-reader.ts';
import { compileScanReader } from './scan/read-scan.ts';
import { compileTreeReader } from './tree/read-tree.ts';
import type { Extraction } from './types.ts';
import { withoutValues } from './without-values.ts';

export interface RuleOptions {
  /** Resolves references that can be followed. */
  resolve: Resolve;
  /** The form in which URLs are compared: patterns may match it. */
  normalise: Normalise;
  followsCanonical: boolean;
  /** Are links marked `rel=nofollow` left out? */
  obeysNofollow: boolean;
  /** May pages be read in one pass, without a tree? */
  inOnePass: boolean;
  itemOptions: ItemOptions;
}

/** Compiles the rule of one label in the job file, except for its handler. */
export function compilePageRule(label: string, rule: PageRule, options: RuleOptions): RuleReader {
  const follow = options.obeysNofollow ? withoutNofollow(rule.follow) : rule.follow;
  return compileReader(`pages.${label}`, rule.item ?? label, { ...rule, follow }, options);
}

/** Compiles a rule that stands at `location` of the job. */
export function compileReader(
  location: string,
  name: string,
  rule: ReadRule,
  options: RuleOptions,
): RuleReader {
  const { followsCanonical, itemOptions } = options;
  const links = compileLinks(rule.follow, `${location}.follow`, options);
  const parts = { rule, location, name, links, followsCanonical, itemOptions };
  const readRecords = compileRecordsReader(parts);
  const readTree = compileTreeReader(parts);
  const readScan = options.inOnePass ? compileScanReader(parts) : undefined;
  const asked = askedBy(rule);
  return (page, content) => {
    if (content.isHtml) {
      const scanned = page.document === undefined ? readScan?.(page, content) : undefined;
      return scanned ?? readTree(page, content);
    }
    const unasked = page.list === undefined ? whyUnasked(asked, pageKindOf(content.kind), page) : undefined;
    if (unasked !== undefined) return unaskedPage(unasked);
    const isFile = !content.isText && !asked.values;
    const extraction = (content.hasRecords && !isFile ? readRecords : readTree)(page, content);
    const mayBeFile = page.referrer !== undefined && page.list === undefined && rule.as === undefined;
    return mayBeFile && !isMeant(asked, content) ? unlessEmpty(extraction, content) : extraction;
  };
}

function unaskedPage(unasked: string): Extraction {
  return { items: [], links: [], unasked };
}

/** XHTML is what elements are looked for in, and JSON what paths are. */
function isMeant({ elements }: AskedForms, { kind }: PageContent): boolean {
  return elements ? kind === 'xhtml' : kind === 'json' || kind === 'jsonl';
}

/** A file that a page links to, and that has nothing of what the label looks for, is no item without values. */
function unlessEmpty(extraction: Extraction, { kind }: PageContent): Extraction {
  const { items, links } = extraction;
  const isEmpty = items.length > 0 && links.length === 0 && items.every(withoutValues);
  if (!isEmpty) return extraction;
  const { what } = pageKindOf(kind);
  return unaskedPage(`it is ${what}, and none of the label's fields finds anything in it`);
}
