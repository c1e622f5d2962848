import type { Normalise } from '../fetch/url.ts';
import type { PageRule } from '../job/schema.ts';
import { compileJsonReader } from './json/read-json.ts';
import { compileLinks } from './links/links.ts';
import { withoutNofollow } from './links/nofollow.ts';
import type { Resolve } from './links/reference.ts';
import type { ItemOptions } from './make-item.ts';
import type { ReadRule, RuleReader } from './rule-reader.ts';
import { compileScanReader } from './scan/read-scan.ts';
import { compileTreeReader } from './tree/read-tree.ts';

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
  const readJson = compileJsonReader(parts);
  const readTree = compileTreeReader(parts);
  const readScan = options.inOnePass ? compileScanReader(parts) : undefined;
  return (page, content) => {
    if (content.isJson) return readJson(page, content);
    return (content.isHtml ? readScan?.(page, content) : undefined) ?? readTree(page, content);
  };
}
