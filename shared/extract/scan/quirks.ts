import { Document, ProcessingInstruction } from 'domhandler';
import type { Htmlparser2TreeAdapterMap } from 'parse5-htmlparser2-tree-adapter';
import { loadParse5, loadTreeAdapter } from '../tree/parsers.cjs';

const standardDoctype = /^<!doctype[ \t\n\f\r]+html[ \t\n\f\r]*>$/i;

/** Pages of quirks mode, where a table may be in a paragraph. Doctypes other than today's are parse5's to judge. */
export function isQuirky(doctype: string | undefined): boolean {
  if (doctype === undefined) return true;
  if (standardDoctype.test(doctype)) return false;
  const { defaultTreeAdapter, html, parse } = loadParse5();
  return defaultTreeAdapter.getDocumentMode(parse(doctype)) === html.DOCUMENT_MODE.QUIRKS;
}

/** A document with nothing but this doctype, as it stands on the page, and the mode that it brings. */
export function documentOfDoctype(doctype: string): Document {
  if (!standardDoctype.test(doctype)) {
    const document = loadParse5().parse<Htmlparser2TreeAdapterMap>(doctype, {
      treeAdapter: loadTreeAdapter(),
    });
    document.children.length = 1;
    return document;
  }
  const said = { 'x-name': 'html', 'x-publicId': '', 'x-systemId': '' };
  const node = Object.assign(new ProcessingInstruction('!doctype', '!DOCTYPE html'), said);
  return Object.assign(new Document([node]), { 'x-mode': 'no-quirks' });
}
