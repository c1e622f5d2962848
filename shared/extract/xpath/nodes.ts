import {
  type AnyNode,
  type ChildNode,
  type Element,
  hasChildren,
  isCDATA,
  isComment,
  isDirective,
  isTag,
  isText,
} from 'domhandler';
import { isTemplate } from '../selector/walk.ts';

/** A node of the data model of XPath 1.0 (section 5): of the tree, or an attribute of one of its elements. */
export type XPathNode = AnyNode | AttributeNode;

/** Made when it is found: two of the same name and element are the same node. */
export class AttributeNode {
  readonly owner: Element;
  readonly name: string;
  readonly value: string;

  constructor(owner: Element, name: string, value: string) {
    this.owner = owner;
    this.name = name;
    this.value = value;
  }
}

export function isElement(node: XPathNode): node is Element {
  return !(node instanceof AttributeNode) && isTag(node);
}

/** A CDATA section is a text. Beside the root element there is none (5.1). */
export function isTextNode(node: XPathNode): boolean {
  if (node instanceof AttributeNode) return false;
  return (isText(node) || isCDATA(node)) && node.parent?.type !== 'root';
}

/** Without the document type and the declaration of XML, which are no nodes. */
export function isInstruction(node: XPathNode): boolean {
  return !(node instanceof AttributeNode) && isDirective(node) && !/^(?:!|\?xml$)/i.test(node.name);
}

export function isCommentNode(node: XPathNode): boolean {
  return !(node instanceof AttributeNode) && isComment(node);
}

export function isOfModel(node: XPathNode): boolean {
  if (node instanceof AttributeNode || isTag(node) || node.type === 'root') return true;
  return isTextNode(node) || isCommentNode(node) || isInstruction(node);
}

export function attributeOf(node: XPathNode, name: string): string | undefined {
  return isElement(node) && Object.hasOwn(node.attribs, name) ? node.attribs[name] : undefined;
}

/** The content of a template is in a document of its own. */
export function childrenOf(node: XPathNode): readonly ChildNode[] {
  if (node instanceof AttributeNode || !hasChildNodes(node) || isTemplate(node)) return [];
  return node.children;
}

/** An element or the document. */
export function hasChildNodes(node: AnyNode): node is Extract<AnyNode, { children: ChildNode[] }> {
  return isTag(node) || node.type === 'root';
}

export function parentOf(node: XPathNode): Extract<XPathNode, { children: ChildNode[] }> | null {
  return node instanceof AttributeNode ? node.owner : node.parent;
}

/** In document order. */
export function nextNode(node: AnyNode): AnyNode | null {
  return childrenOf(node)[0] ?? nodeAfter(node);
}

/** The first node behind this one and all that is in it. */
export function nodeAfter(node: AnyNode): AnyNode | null {
  let at: AnyNode | null = node;
  while (at !== null && at.next === null) at = at.parent;
  return at === null ? null : at.next;
}

export function rootOf(node: XPathNode): AnyNode {
  let root: AnyNode = node instanceof AttributeNode ? node.owner : node;
  while (root.parent !== null) root = root.parent;
  return root;
}

/** The string-value (section 5). */
export function stringOf(node: XPathNode): string {
  if (node instanceof AttributeNode) return node.value;
  if (isText(node) || isComment(node)) return node.data;
  if (isDirective(node)) return node.data.replace(/^\?\S*\s*/, '').replace(/\?$/, '');
  const children = isCDATA(node) ? node.children : childrenOf(node);
  let text = '';
  for (const child of children) if (isPartOfText(child)) text += isText(child) ? child.data : stringOf(child);
  return text;
}

function isPartOfText(node: ChildNode): boolean {
  return hasChildren(node) || isTextNode(node);
}
