import type { Element } from 'domhandler';
import type { XPathNodeTest } from '../../schema/xpath/syntax.ts';
import { compileName, localPartOf, type NamespaceRules, nameOf } from './node-names.ts';
import {
  AttributeNode,
  isCommentNode,
  isElement,
  isInstruction,
  isOfModel,
  isTextNode,
  type XPathNode,
} from './nodes.ts';

export type NodeTest = (node: XPathNode) => boolean;

/** Of all axes but that of attributes: names are those of elements. */
export function compileNodeTest(test: XPathNodeTest, namespaces: NamespaceRules): NodeTest {
  switch (test.kind) {
    case 'any':
      return isElement;
    case 'prefix': {
      const namespace = namespaces.ofPrefix(test.prefix);
      return (node) => isElement(node) && namespaces.ofElement(node) === namespace;
    }
    case 'name':
      return compileElementName(test, namespaces);
    case 'node':
      return isOfModel;
    case 'text':
      return isTextNode;
    case 'comment':
      return isCommentNode;
    case 'instruction':
      return (node) => isInstruction(node) && (test.name === undefined || nameOf(node) === test.name);
    default:
      return test satisfies never;
  }
}

/** Without a prefix, in whichever namespace: that of a page's elements without a prefix is seldom known to those who search. */
function compileElementName(
  { prefix, local }: Extract<XPathNodeTest, { kind: 'name' }>,
  namespaces: NamespaceRules,
): NodeTest {
  const isNamed = compileName(local);
  if (prefix === undefined) return (node) => isElement(node) && isNamed(node.name);
  const namespace = namespaces.ofPrefix(prefix);
  return (node) =>
    isElement(node) && isNamed(localPartOf(node.name)) && namespaces.ofElement(node) === namespace;
}

/** The attributes of an element that a test on their axis finds. */
export function compileAttributes(
  test: XPathNodeTest,
  namespaces: NamespaceRules,
): (node: XPathNode) => AttributeNode[] {
  const isWanted = compileAttributeName(test, namespaces);
  return (node) => {
    if (!isElement(node)) return [];
    const found: AttributeNode[] = [];
    for (const name of Object.keys(node.attribs)) {
      if (isWanted(node, name)) found.push(new AttributeNode(node, name, node.attribs[name] ?? ''));
    }
    return found;
  };
}

function compileAttributeName(
  test: XPathNodeTest,
  namespaces: NamespaceRules,
): (element: Element, name: string) => boolean {
  switch (test.kind) {
    case 'any':
    case 'node':
      return () => true;
    case 'prefix': {
      const namespace = namespaces.ofPrefix(test.prefix);
      return (element, name) => namespaces.ofAttribute(element, name) === namespace;
    }
    case 'name': {
      const isNamed = compileName(test.local);
      if (test.prefix === undefined) return (_element, name) => isNamed(name);
      const namespace = namespaces.ofPrefix(test.prefix);
      return (element, name) =>
        isNamed(localPartOf(name)) && namespaces.ofAttribute(element, name) === namespace;
    }
    case 'text':
    case 'comment':
    case 'instruction':
      return () => false;
    default:
      return test satisfies never;
  }
}
