import { loadParse5 } from '../tree/parsers.cjs';

/** Pages of quirks mode, where a table may be in a paragraph. Doctypes other than today's are parse5's to judge. */
export function isQuirky(doctype: string | undefined): boolean {
  if (doctype === undefined) return true;
  if (/^<!doctype[ \t\n\f\r]+html[ \t\n\f\r]*>$/i.test(doctype)) return false;
  const { defaultTreeAdapter, html, parse } = loadParse5();
  return defaultTreeAdapter.getDocumentMode(parse(doctype)) === html.DOCUMENT_MODE.QUIRKS;
}
