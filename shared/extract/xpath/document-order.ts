import { AttributeNode, type XPathNode } from './nodes.ts';

/** The nodes in document order, each once. */
export function inDocumentOrder(nodes: XPathNode[]): XPathNode[] {
  for (let index = 1; index < nodes.length; index++) {
    const [before, node] = [nodes[index - 1], nodes[index]];
    if (before !== undefined && node !== undefined && compareNodes(before, node) >= 0) return sorted(nodes);
  }
  return nodes;
}

function sorted(nodes: XPathNode[]): XPathNode[] {
  const kept: XPathNode[] = [];
  for (const node of nodes.toSorted(compareNodes)) {
    const last = kept.at(-1);
    if (last === undefined || !isSame(last, node)) kept.push(node);
  }
  return kept;
}

function isSame(one: XPathNode, other: XPathNode): boolean {
  if (!(one instanceof AttributeNode) || !(other instanceof AttributeNode)) return one === other;
  return one.owner === other.owner && one.name === other.name;
}

/** Parsers number the nodes in the order of the page. */
export function orderOf(node: XPathNode): number {
  return (node instanceof AttributeNode ? node.owner : node).startIndex ?? -1;
}

/** Attributes come behind their element, and before its children. */
function compareNodes(one: XPathNode, other: XPathNode): number {
  return orderOf(one) - orderOf(other) || placeAmongAttributes(one) - placeAmongAttributes(other);
}

function placeAmongAttributes(node: XPathNode): number {
  return node instanceof AttributeNode ? Object.keys(node.owner.attribs).indexOf(node.name) : -1;
}
