import {
  type AnyNode,
  type Document,
  Element,
  hasChildren,
  isComment,
  isTag,
  isText,
  Text,
} from 'domhandler';
import { alignmentOf } from '../markdown/tables.ts';
import { contentOfFrame, htmlNamespace } from '../tree/html-nodes.ts';
import {
  ReadableDocument,
  ReadableElement,
  type ReadableNode,
  type ReadableParent,
  ReadableText,
} from './dom.ts';

/**
 * Attributes beyond this length are left out of the copy: Readability searches them by regular expressions whose time grows
 * with the square of the length. Those that hold URLs are kept, since pictures are held in them.
 */
const maxAttributeChars = 2_048;
const kept: ReadonlySet<string> = new Set(['src', 'href', 'content']);

/** The document in nodes that Readability can read and change; `url` is the page's, `baseUrl` that of its references. */
export function copyDocument(document: Document, url: string, baseUrl: string): ReadableDocument {
  const copy = new ReadableDocument(url, baseUrl);
  for (const node of document.children) copyInto(copy, node, copy);
  return copy;
}

/** Elements are at most 512 deep. */
function copyInto(parent: ReadableParent, node: AnyNode, document: ReadableDocument): void {
  if (isText(node)) parent.appendChild(new ReadableText(node.data));
  else if (isComment(node)) parent.appendChild(new ReadableText(node.data, true));
  else if (isTag(node)) {
    const attributes = Object.entries(node.attribs).flatMap(([name, value]) => attributeOf(name, value));
    const element = new ReadableElement(node.name, document, attributes, node.namespace);
    if (node.name === 'td' || node.name === 'th') element.alignment = alignmentOf(node);
    parent.appendChild(element);
    // Readability takes frames away: what they show stands behind them.
    const content = contentOfFrame(node);
    for (const child of node.children) copyInto(child === content ? parent : element, child, document);
  } else if (hasChildren(node)) for (const child of node.children) copyInto(parent, child, document);
}

function attributeOf(name: string, value: string): [string, string][] {
  if (value.length <= maxAttributeChars || kept.has(name)) return [[name, value]];
  return [];
}

/** What Readability has made, as a tree again. */
export function treeOf(root: ReadableElement): Element {
  let serial = 0;
  const make = (node: ReadableNode): Element | Text | undefined => {
    if (node instanceof ReadableText) return node.isComment ? undefined : new Text(node.textContent);
    const attributes = Object.fromEntries(node.attributes.map(({ name, value }) => [name, value]));
    if (node.alignment !== '') attributes['align'] = node.alignment;
    const element = new Element(node.localName, attributes, []);
    element.namespace = node.namespace ?? htmlNamespace;
    element.startIndex = serial++;
    for (const child of node.childNodes) append(element, make(child));
    return element;
  };
  return make(root) as Element;
}

function append(parent: Element, child: Element | Text | undefined): void {
  if (child === undefined) return;
  child.parent = parent;
  child.prev = parent.lastChild;
  if (child.prev !== null) child.prev.next = child;
  parent.children.push(child);
}
