import { orderOf } from './document-order.ts';
import { AttributeNode, nextNode, nodeAfter, parentOf, type XPathNode } from './nodes.ts';

// Of nodes in document order, those whose axes have all nodes that the axes of all of them have.

/** What follows an attribute are the children of its element, too. */
export function followingOf(node: XPathNode): XPathNode | null {
  return node instanceof AttributeNode ? nextNode(node.owner) : nodeAfter(node);
}

/** Those that are in none of the others. */
export function outermost(nodes: XPathNode[]): XPathNode[] {
  let end = -1;
  return nodes.filter((node) => {
    if (node instanceof AttributeNode) return true;
    if (orderOf(node) < end) return false;
    const after = nodeAfter(node);
    end = after === null ? Number.POSITIVE_INFINITY : orderOf(after);
    return true;
  });
}

export function firstOfEachParent(nodes: XPathNode[]): XPathNode[] {
  const parents = new Set<unknown>();
  return nodes.filter((node) => {
    const parent = parentOf(node);
    if (node instanceof AttributeNode || parent === null) return true;
    return parents.size < parents.add(parent).size;
  });
}

export function lastOfEachParent(nodes: XPathNode[]): XPathNode[] {
  return firstOfEachParent(nodes.toReversed());
}

export function earliestToEnd(nodes: XPathNode[]): XPathNode[] {
  let earliest: XPathNode | undefined;
  let order = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const following = followingOf(node);
    if (following === null || orderOf(following) >= order) continue;
    earliest = node;
    order = orderOf(following);
  }
  return earliest === undefined ? [] : [earliest];
}
