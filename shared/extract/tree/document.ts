import { Document, DomHandler, type Element, isTag, isText } from 'domhandler';
import { DropError } from '../../errors.ts';
import { formatCount } from '../../text/format.ts';
import { isBlank } from '../values/text.ts';
import { withoutDeclarations } from '../xml/doctype.ts';
import { resolveNamedCharacters } from '../xml/named-characters.ts';
import { isHtmlElement } from './html-nodes.ts';
import { parseHtml } from './parse-html.ts';
import { loadXmlParser } from './parsers.cjs';

/** The parser's time grows with the square of the open elements: XML beyond this is not read. */
const maxOpenElements = 5_000;
/** XML of more, at some 600 bytes for an element with its text, would fill the memory of a process. */
const maxElements = 2_000_000;
/** Elements nested deeper than this become siblings at this depth, as in HTML. */
const deepestElement = 512;

/**
 * Parses HTML as the HTML Standard says, or XML (feeds) when `xml`, with names in lower case; XML that was cut
 * short is refused. The `startIndex` of nodes grows in document order. Throws `EXTRACT_FAILED` when elements
 * are nested too deeply or are too many, and for XML that uses entities of its own. Names of HTML's characters, which XHTML has and
 * feeds use, are those characters.
 */
export function parseDocument(text: string, xml: boolean): Document {
  return xml ? parseXml(text) : parseHtml(text);
}

function parseXml(written: string): Document {
  const text = resolveNamedCharacters(withoutDeclarations(written));
  const options = {
    xmlMode: true,
    lowerCaseTags: true,
    lowerCaseAttributeNames: true,
    withStartIndices: true,
  };
  const tree = new DomHandler(undefined, options);
  let open = 0;
  let elements = 0;
  let isEnding = false;
  const Parser = loadXmlParser();
  const parser = new Parser(
    {
      onparserinit: (self) => tree.onparserinit(self),
      onopentag(name, attributes) {
        open++;
        if (open > maxOpenElements) throw tooDeep();
        if (++elements > maxElements) throw tooManyElements();
        if (open > deepestElement) tree.onclosetag();
        tree.onopentag(name, attributes);
      },
      onclosetag(name, isImplied) {
        if (isImplied && isEnding)
          throw new DropError('EXTRACT_FAILED', `the XML ends before <${name}> does`);
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
  // XML 1.0, 2.11: line breaks are LF.
  parser.write(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
  isEnding = true;
  parser.end();
  return tree.root;
}

/** For rules that read nothing from the page. */
export function emptyDocument(): Document {
  return new Document([]);
}

/** The first `<base href>` of HTML, as written. */
export function baseReferenceOf(document: Document): string | undefined {
  const base = firstElement(document, (element) => isNamed(element, ['base']) && 'href' in element.attribs);
  return base?.attribs['href'];
}

/** The first `<link rel="canonical">`, as written. It counts only outside of the body (RFC 6596, HTML Standard). */
export function canonicalReferenceOf(document: Document): string | undefined {
  return firstElement(document, isCanonicalLink)?.attribs['href'];
}

/** Elements that are allowed in the head. */
const headElements = words('base basefont bgsound link meta noscript script style template title');
/** Elements that `noscript` in the head often has although they are not allowed there: the image of a counter. */
const counterElements = words('iframe img');

function isCanonicalLink(element: Element): boolean {
  if (!isNamed(element, ['link']) || !element.attribs['href']) return false;
  const relations = (element.attribs['rel'] ?? '').toLowerCase().split(/\s+/);
  return relations.includes('canonical') && (!isInBody(element) || isOfCutHead(element));
}

function isInBody(element: Element): boolean {
  for (let node = element.parent; node !== null; node = node.parent) {
    if (isTag(node) && node.name === 'body') return true;
  }
  return false;
}

/**
 * An image in `noscript` ends the head where scripting is disabled. In a browser with scripting the head goes on,
 * and the link counts.
 */
function isOfCutHead({ parent, prev }: Element): boolean {
  if (parent === null || !isTag(parent) || parent.name !== 'body') return false;
  for (let node = prev; node !== null; node = node.prev) {
    if (isTag(node) && !isNamed(node, [...headElements, ...counterElements])) return false;
    if (isText(node) && !isBlank(node.data)) return false;
  }
  const head = parent.prev;
  const last = head !== null && isTag(head) ? head.children.findLast(isTag) : undefined;
  return last?.name === 'noscript';
}

function isNamed(element: Element, names: readonly string[]): boolean {
  return names.includes(element.name) && isHtmlElement(element);
}

function words(text: string): readonly string[] {
  return text.split(' ');
}

/** The first match outside of templates, whose content is not in the document. */
function firstElement(document: Document, test: (element: Element) => boolean): Element | undefined {
  const waiting = [...document.children].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isTag(node)) continue;
    if (test(node)) return node;
    if (isNamed(node, ['template'])) continue;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) waiting.push(child);
    }
  }
  return undefined;
}

function tooManyElements(): DropError {
  return new DropError('EXTRACT_FAILED', `the XML has more than ${formatCount(maxElements)} elements`);
}

function tooDeep(): DropError {
  return new DropError('EXTRACT_FAILED', `more than ${maxOpenElements} elements are open inside one another`);
}
