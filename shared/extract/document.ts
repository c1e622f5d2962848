import { Document, DomHandler, type Element, isTag } from 'domhandler';
import { Parser } from 'htmlparser2';
import { DropError } from '../errors.ts';

/**
 * Elements nested deeper than this become siblings at this depth, as in Chromium, so that nothing
 * that walks the tree can exhaust the stack.
 */
const deepestElement = 512;
/** The parser's time grows with the square of the open elements: a page beyond this is not read at all. */
const mostOpenElements = 5_000;

/**
 * Parses HTML, or XML (feeds) when `xml`: names are in lower case either way. Nodes carry
 * `startIndex`. Throws `EXTRACT_FAILED` when elements are nested beyond all reason.
 */
export function parseDocument(text: string, xml: boolean): Document {
  const options = {
    xmlMode: xml,
    lowerCaseTags: true,
    lowerCaseAttributeNames: true,
    withStartIndices: true,
  };
  const tree = new DomHandler(undefined, options);
  let open = 0;
  const parser = new Parser(
    {
      onparserinit: (self) => tree.onparserinit(self),
      onopentag(name, attributes) {
        open++;
        if (open > mostOpenElements) throw tooDeep();
        if (open > deepestElement) tree.onclosetag();
        tree.onopentag(name, attributes);
      },
      onclosetag() {
        if (open <= deepestElement) tree.onclosetag();
        open--;
      },
      ontext: (data) => tree.ontext(data),
      oncomment: (data) => tree.oncomment(data),
      oncommentend: () => tree.oncommentend(),
      oncdatastart: () => tree.oncdatastart(),
      oncdataend: () => tree.oncdataend(),
      onprocessinginstruction: (name, data) => tree.onprocessinginstruction(name, data),
    },
    options,
  );
  parser.end(text);
  return tree.root;
}

/** For rules that read nothing from the page. */
export function emptyDocument(): Document {
  return new Document([]);
}

/** The first `<base href>`, as it stands there. */
export function baseReferenceOf(document: Document): string | undefined {
  const base = firstElement(document, ({ name, attribs }) => name === 'base' && 'href' in attribs);
  return base?.attribs['href'];
}

/** The first `<link rel="canonical">`, as it stands there. It counts only outside of the body (RFC 6596, HTML Standard). */
export function canonicalReferenceOf(document: Document): string | undefined {
  return firstElement(document, isCanonicalLink)?.attribs['href'];
}

function isCanonicalLink(element: Element): boolean {
  if (element.name !== 'link' || !element.attribs['href']) return false;
  const relations = (element.attribs['rel'] ?? '').toLowerCase().split(/\s+/);
  return relations.includes('canonical') && !isInBody(element);
}

function isInBody(element: Element): boolean {
  for (let node = element.parent; node !== null; node = node.parent) {
    if (isTag(node) && node.name === 'body') return true;
  }
  return false;
}

function firstElement(document: Document, test: (element: Element) => boolean): Element | undefined {
  const waiting = [...document.children].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isTag(node)) continue;
    if (test(node)) return node;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) waiting.push(child);
    }
  }
  return undefined;
}

function tooDeep(): DropError {
  return new DropError(
    'EXTRACT_FAILED',
    `more than ${mostOpenElements} elements are open inside one another`,
  );
}
