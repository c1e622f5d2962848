import { noLinks } from '../links/link-list.ts';
import { resolveBase } from '../links/resolve-url.ts';
import { bindScope, makeItem } from '../make-item.ts';
import type { PageContent } from '../page-content.ts';
import type { RuleInput } from '../rule-reader.ts';
import { addCanonical, readsMarkup } from '../tree/read-tree.ts';
import type { Extraction, Page } from '../types.ts';
import { compileScan } from './compile-scan.ts';

/**
 * Compiles how a rule reads HTML pages in one pass; `undefined` when it cannot, or has nothing to read.
 * The reader gives `undefined` for a page that needs the tree.
 */
export function compileScanReader(
  parts: RuleInput,
): ((page: Page, content: PageContent) => Extraction | undefined) | undefined {
  const { rule, location, name, links, followsCanonical, itemOptions } = parts;
  if (!readsMarkup(rule) && !followsCanonical) return undefined;
  const reader = compileScan(rule, location, followsCanonical);
  if (reader === undefined) return undefined;
  return (page, content) => {
    const scanned = reader.scan(content.utf8());
    if (scanned === undefined) return undefined;
    const base = resolveBase(scanned.base, page.url, content.charset());
    const source = { base: () => base, document: content.document };
    reader.language.startPage(content.text);
    const items = reader.scopes(scanned).map((scope) => {
      const read = bindScope(reader.readFields, scope, scanned.root);
      return makeItem(name, page, source, read, itemOptions, scanned.takenLength);
    });
    reader.language.endPage();
    if (reader.language.needsTree) return undefined;
    const extraction = {
      items,
      ...(rule.follow.length === 0 ? noLinks() : links.inReferences(scanned.references, base)),
    };
    return addCanonical(extraction, scanned.canonical, base);
  };
}
