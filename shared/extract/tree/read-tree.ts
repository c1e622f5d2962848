import type { Field } from '../../job/schema.ts';
import { selectorAt } from '../compile-part.ts';
import { compileFields, type FieldsReader } from '../fields/compile-fields.ts';
import { checkRecords } from '../kinds/max-records.ts';
import { noLinks } from '../links/link-list.ts';
import { type PageBase, resolveLink } from '../links/resolve-url.ts';
import { bindScope, type ItemRead, makeItem } from '../make-item.ts';
import type { ReadRule, RuleInput, RuleReader } from '../rule-reader.ts';
import type { Extraction } from '../types.ts';
import { canonicalReferenceOf, emptyDocument } from './document.ts';
import { htmlLanguage } from './html-fields.ts';
import type { Spot } from './spot.ts';
import { rowsOfTables, wholeRow } from './table-rows.ts';

/** Compiles how a rule reads HTML and XML pages by their tree. */
export function compileTreeReader(parts: RuleInput): RuleReader {
  const { rule, location, name, links, followsCanonical, itemOptions } = parts;
  const readItems = compileItems(rule, location);
  const needsDocument = readsMarkup(rule);
  return (page, content) => {
    const document = needsDocument ? content.document() : emptyDocument();
    const reads = readItems(document);
    checkRecords(page, reads.length);
    const extraction = {
      items: reads.map((read) => makeItem(name, page, content, read, itemOptions)),
      ...(rule.follow.length === 0 ? noLinks() : links.inDocument(document, content.base())),
    };
    if (!followsCanonical) return extraction;
    return addCanonical(extraction, canonicalReferenceOf(content.document()), content.base());
  };
}

/** Does the rule read any of a page's markup? */
export function readsMarkup({ follow, each, rows, fields }: ReadRule): boolean {
  const isFact = ({ constant, page }: Field) => constant !== undefined || page !== undefined;
  return follow.length > 0 || (each ?? rows) !== undefined || !Object.values(fields).every(isFact);
}

/** `reference`: the canonical link as written on the page. */
export function addCanonical(
  extraction: Extraction,
  reference: string | undefined,
  base: PageBase,
): Extraction {
  const canonical = reference === undefined ? undefined : resolveLink(reference, base);
  return canonical === undefined ? extraction : { ...extraction, canonical };
}

function compileItems(rule: ReadRule, location: string): (document: Spot) => ItemRead[] {
  const read = compileFields(rule.fields, `${location}.fields`, htmlLanguage);
  if (rule.rows !== undefined) return compileRows(rule, location, rule.rows, read);
  const each = rule.each === undefined ? undefined : selectorAt(`${location}.each`, rule.each);
  if (Object.keys(rule.fields).length === 0) return () => [];
  return (document) => (each?.all(document) ?? [document]).map((scope) => bindScope(read, scope, document));
}

/** Items that are rows of tables: by their fields, or without any taken whole. */
function compileRows(
  { fields }: ReadRule,
  location: string,
  selector: string,
  read: FieldsReader<Spot>,
): (document: Spot) => ItemRead[] {
  const tables = selectorAt(`${location}.rows`, selector);
  const isWhole = Object.keys(fields).length === 0;
  return (document) =>
    rowsOfTables(tables.all(document)).map((row) =>
      isWhole ? ({ onMark }) => wholeRow(row, onMark) : bindScope(read, row, document),
    );
}
