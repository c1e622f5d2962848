import type { XPathAxis } from '../../schema/xpath/syntax.ts';
import { earliestToEnd, firstOfEachParent, followingOf, lastOfEachParent, outermost } from './narrow.ts';
import type { NodeTest } from './node-test.ts';
import { AttributeNode, childrenOf, nextNode, nodeAfter, parentOf, type XPathNode } from './nodes.ts';

export type TreeAxis = Exclude<XPathAxis, 'attribute'>;

/** Adds to `found` the nodes of an axis that pass the test, in the order of the axis, until there are `most`. */
type Walk = (from: XPathNode, test: NodeTest, found: XPathNode[], most: number) => void;

interface AxisRules {
  walk: Walk;
  /** Its order is that of the page turned around. */
  isReverse: boolean;
  /** Of nodes in document order, those whose axes have all that the axes of all of them have: pages of any size take linear time. */
  narrow(nodes: XPathNode[]): XPathNode[];
}

const walkDescendants: Walk = (from, test, found, most) => {
  const first = childrenOf(from)[0];
  if (first === undefined || from instanceof AttributeNode) return;
  const end = nodeAfter(from);
  let node: XPathNode | null = first;
  for (; node !== null && node !== end && found.length < most; node = nextNode(node)) {
    if (test(node)) found.push(node);
  }
};

/** All nodes from `first` on, in document order. */
const walkOnward = (first: XPathNode | null, test: NodeTest, found: XPathNode[], most: number) => {
  if (first instanceof AttributeNode) return;
  for (let node = first; node !== null && found.length < most; node = nextNode(node)) {
    if (test(node)) found.push(node);
  }
};

const walkAncestors: Walk = (from, test, found, most) => {
  for (let node = parentOf(from); node !== null && found.length < most; node = parentOf(node)) {
    if (test(node)) found.push(node);
  }
};

const walkSelf: Walk = (from, test, found) => {
  if (test(from)) found.push(from);
};

function walkSiblings(direction: 'next' | 'prev'): Walk {
  return (from, test, found, most) => {
    if (from instanceof AttributeNode) return;
    for (let node = from[direction]; node !== null && found.length < most; node = node[direction]) {
      if (test(node)) found.push(node);
    }
  };
}

/** What precedes an attribute is what precedes its element. */
const walkPreceding: Walk = (from, test, found, most) => {
  const start = from instanceof AttributeNode ? from.owner : from;
  for (let node = start; ; node = parentOf(node) ?? node) {
    for (let sibling = node.prev; sibling !== null; sibling = sibling.prev) {
      const inside: XPathNode[] = [];
      walkSelf(sibling, test, inside, most);
      walkDescendants(sibling, test, inside, Number.POSITIVE_INFINITY);
      for (const one of inside.reverse()) {
        if (found.length >= most) return;
        found.push(one);
      }
    }
    if (node.parent === null) return;
  }
};

export const axes: Record<TreeAxis, AxisRules> = {
  self: { walk: walkSelf, isReverse: false, narrow: (nodes) => nodes },
  child: {
    walk(from, test, found, most) {
      for (const child of childrenOf(from)) {
        if (found.length >= most) return;
        if (test(child)) found.push(child);
      }
    },
    isReverse: false,
    narrow: (nodes) => nodes,
  },
  descendant: { walk: walkDescendants, isReverse: false, narrow: outermost },
  'descendant-or-self': {
    walk(from, test, found, most) {
      walkSelf(from, test, found, most);
      walkDescendants(from, test, found, most);
    },
    isReverse: false,
    narrow: outermost,
  },
  parent: {
    walk(from, test, found) {
      const parent = parentOf(from);
      if (parent !== null && test(parent)) found.push(parent);
    },
    isReverse: true,
    narrow: firstOfEachParent,
  },
  ancestor: { walk: walkAncestors, isReverse: true, narrow: firstOfEachParent },
  'ancestor-or-self': {
    walk(from, test, found, most) {
      walkSelf(from, test, found, most);
      walkAncestors(from, test, found, most);
    },
    isReverse: true,
    narrow: (nodes) => nodes,
  },
  following: {
    walk: (from, test, found, most) => walkOnward(followingOf(from), test, found, most),
    isReverse: false,
    narrow: earliestToEnd,
  },
  preceding: { walk: walkPreceding, isReverse: true, narrow: (nodes) => nodes.slice(-1) },
  'following-sibling': { walk: walkSiblings('next'), isReverse: false, narrow: firstOfEachParent },
  'preceding-sibling': { walk: walkSiblings('prev'), isReverse: true, narrow: lastOfEachParent },
};
