import { type ChildNode, type Document, Element, isTag, type ParentNode } from 'domhandler';
import type { Token, TreeAdapter } from 'parse5';
import type { Htmlparser2TreeAdapterMap } from 'parse5-htmlparser2-tree-adapter';
import { DropError } from '../../errors.ts';
import { lowerAscii } from '../values/text.ts';
import { loadParse5, loadTreeAdapter } from './parsers.cjs';

/**
 * Elements nested deeper than this become siblings at this depth, as in Chromium, so that recursion over the tree
 * cannot exhaust the stack.
 */
const deepestElement = 512;
/**
 * Formatting elements that are left open are opened again in every paragraph, so that the number of elements can
 * grow with the square of the page.
 */
const maxElements = 500_000;

/**
 * The tree that the HTML Standard makes of a page without scripting: the content of `noscript` is elements. Two
 * things differ from a browser: the content of a `template` is inside of it, and names of attributes are in lower
 * case in SVG, too. `startIndex` is the position of a node in document order, not in the text. Throws
 * `EXTRACT_FAILED` beyond half a million elements.
 */
export function parseHtml(text: string): Document {
  const document = loadParse5().parse<Htmlparser2TreeAdapterMap>(text, {
    treeAdapter: makeTreeAdapter(),
    scriptingEnabled: false,
  });
  numberNodes(document);
  return document;
}

/** Is it an element of HTML, and not one of SVG or MathML with the same name? XML is not distinguished. */
export function isHtmlElement({ namespace }: Element): boolean {
  return namespace === undefined || namespace === htmlNamespace;
}

/** The namespace of HTML's elements (Infra Standard). */
export const htmlNamespace = 'http://www.w3.org/1999/xhtml';

function makeTreeAdapter(): TreeAdapter<Htmlparser2TreeAdapterMap> {
  const adapter = loadTreeAdapter();
  let open = 0;
  let elements = 0;
  return {
    ...adapter,
    createElement(name, namespace, attributes) {
      if (++elements > maxElements) throw tooManyElements();
      const element = new Element(name, addAttributes(noAttributes, attributes), []);
      element.namespace = namespace;
      return element;
    },
    adoptAttributes(element, attributes) {
      element.attribs = addAttributes(element.attribs, attributes);
    },
    appendChild(parent, child) {
      adapter.appendChild(open < deepestElement ? parent : shallowParent(parent, child), child);
    },
    setTemplateContent() {},
    getTemplateContent: (template) => template as ParentNode as Document,
    onItemPush() {
      open++;
    },
    onItemPop() {
      open--;
    },
  };
}

/** Shared, since most elements have no attributes, and an object for each would double the tree. */
const noAttributes: Record<string, string> = Object.freeze(Object.create(null));

/** Existing attributes are kept. */
function addAttributes(known: Record<string, string>, attributes: Token.Attribute[]): Record<string, string> {
  if (attributes.length === 0) return known;
  const attribs: Record<string, string> = Object.assign(Object.create(null), known);
  for (const { prefix, name, value } of attributes) {
    attribs[lowerAscii(prefix ? `${prefix}:${name}` : name)] ??= value;
  }
  return attribs;
}

function shallowParent(parent: ParentNode, child: ChildNode): ParentNode {
  return child instanceof Element ? (parent.parent ?? parent) : parent;
}

/** Parsing moves elements, so their order is known only at its end. */
function numberNodes(document: Document): void {
  let serial = 0;
  const waiting: ChildNode[] = document.children.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    node.startIndex = serial++;
    if (!isTag(node)) continue;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) waiting.push(child);
    }
  }
}

function tooManyElements(): DropError {
  return new DropError('EXTRACT_FAILED', `the page makes more than ${maxElements} elements`);
}
