import { Comment, Document, Element, type ParentNode } from 'domhandler';
import { DropError } from '../errors.ts';
import { append, appendText } from '../extract/scan/make-node.ts';
import {
  frameElement,
  htmlNamespace,
  maxElements,
  noAttributes,
  numberNodes,
} from '../extract/tree/html-nodes.ts';
import { deepestElement } from '../extract/tree/parse-html.ts';
import { lowerAscii } from '../extract/values/text.ts';
import { type DomNode, nodeTypes } from './dom-node.ts';
import { type ShadowChildren, shownChildren, shownInFrame } from './shown-children.ts';

const svgNamespace = 'http://www.w3.org/2000/svg';
const mathNamespace = 'http://www.w3.org/1998/Math/MathML';

/** What stands in these is HTML again, but for two elements (HTML Standard, "MathML text integration point"). */
const textInMath = new Set(['mi', 'mo', 'mn', 'ms', 'mtext']);
const mathInText = new Set(['mglyph', 'malignmark']);
/** The encodings of an annotation that is HTML (HTML Standard, "HTML integration point"). */
const htmlEncoding = /^(text\/html|application\/xhtml\+xml)$/i;

const modes = {
  QuirksMode: 'quirks',
  LimitedQuirksMode: 'limited-quirks',
  NoQuirksMode: 'no-quirks',
} as const;

interface Waiting {
  node: DomNode;
  parent: ParentNode;
  /** How many elements the parent stands in, itself included. */
  depth: number;
}

/**
 * The elements as the browser has them, in the form that `parseHtml` gives: open shadow roots and templates as `serialiseTree` shows them,
 * what frames show in them, elements below the 512th level beside each other. What scripts put where no parser would (a block in a
 * paragraph, a link in a link, a row in no table) stays there, which it would not in HTML. Throws `EXTRACT_FAILED` beyond half a million
 * elements.
 */
export function makeDocument(tree: DomNode): Document {
  const document = Object.assign(new Document([]), {
    'x-mode': modes[tree.compatibilityMode ?? 'NoQuirksMode'],
  });
  const hosts: ShadowChildren = new Map();
  const waiting: Waiting[] = [];
  const wait = (nodes: readonly DomNode[], parent: ParentNode, depth: number) => {
    for (const node of nodes.toReversed()) waiting.push({ node, parent, depth });
  };
  let elements = 0;
  wait(tree.children ?? [], document, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, parent, depth } = next;
    if (node.nodeType !== nodeTypes.element) {
      addLeaf(parent, node);
      continue;
    }
    if (++elements > maxElements)
      throw new DropError('EXTRACT_FAILED', `the page makes more than ${maxElements} elements`);
    const element = elementOf(node, parent);
    append(depth < deepestElement ? parent : (parent.parent ?? parent), element);
    const inside = Math.min(depth + 1, deepestElement);
    if (node.contentDocument !== undefined) {
      const children = [...shownInFrame(node.contentDocument)];
      waiting.push({
        node: { ...noNode, localName: frameElement, children },
        parent: element,
        depth: inside,
      });
    }
    wait(shownChildren(node, hosts), element, inside);
  }
  numberNodes(document);
  return document;
}

const noNode: DomNode = {
  ...{ nodeType: nodeTypes.element, nodeName: '', localName: '', nodeValue: '', backendNodeId: 0 },
};

function elementOf({ localName, attributes = [], isSVG = false }: DomNode, parent: ParentNode): Element {
  const attribs: Record<string, string> = attributes.length === 0 ? noAttributes : Object.create(null);
  for (let index = 0; index < attributes.length; index += 2)
    attribs[lowerAscii(attributes[index] ?? '')] ??= attributes[index + 1] ?? '';
  const element = new Element(localName, attribs, []);
  element.namespace = isSVG ? svgNamespace : namespaceIn(parent, localName);
  return element;
}

/** The protocol marks elements of SVG alone. */
function namespaceIn(parent: ParentNode, name: string): string {
  if (name === 'math') return mathNamespace;
  if (!(parent instanceof Element) || parent.namespace !== mathNamespace) return htmlNamespace;
  const isText = textInMath.has(parent.name) && !mathInText.has(name);
  const isHtml = parent.name === 'annotation-xml' && htmlEncoding.test(parent.attribs['encoding'] ?? '');
  return isText || isHtml ? htmlNamespace : mathNamespace;
}

function addLeaf(parent: ParentNode, { nodeType, nodeValue }: DomNode): void {
  if (nodeType === nodeTypes.comment) append(parent, new Comment(nodeValue));
  const isText = nodeType === nodeTypes.text || nodeType === nodeTypes.cdata;
  if (isText && nodeValue !== '') appendText(parent, nodeValue);
}
