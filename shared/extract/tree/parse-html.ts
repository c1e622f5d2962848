import { type ChildNode, type Document, Element, type ParentNode } from 'domhandler';
import type { Token, TreeAdapter } from 'parse5';
import type { Htmlparser2TreeAdapterMap } from 'parse5-htmlparser2-tree-adapter';
import { DropError } from '../../errors.ts';
import { scanTree } from '../scan/scan-tree.ts';
import { lowerAscii } from '../values/text.ts';
import { maxElements, noAttributes, numberNodes } from './html-nodes.ts';
import { loadParse5, loadTreeAdapter } from './parsers.cjs';

/**
 * Elements nested deeper than this become siblings at this depth, as in Chromium, so that recursion over the tree
 * cannot exhaust the stack.
 */
export const deepestElement = 512;
/**
 * The tree that the HTML Standard makes of a page without scripting: the content of `noscript` is elements. Two
 * things differ from a browser: the content of a `template` is inside of it, and names of attributes are in lower
 * case in SVG, too. `startIndex` is the position of a node in document order, not in the text. Throws
 * `EXTRACT_FAILED` beyond half a million elements.
 */
export function parseHtml(text: string): Document {
  return scanTree(text) ?? parseByStandard(text);
}

/** Of every page: by parse5, which also moves what the pass would have to move. */
export function parseByStandard(text: string): Document {
  const document = loadParse5().parse<Htmlparser2TreeAdapterMap>(text, {
    treeAdapter: makeTreeAdapter(),
    scriptingEnabled: false,
  });
  numberNodes(document);
  return document;
}

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

function tooManyElements(): DropError {
  return new DropError('EXTRACT_FAILED', `the page makes more than ${maxElements} elements`);
}
