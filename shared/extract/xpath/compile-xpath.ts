import { type AnyNode, Element, hasChildren, isTag, Text } from 'domhandler';
import { namespaceOfPrefix, splitNamespaces } from '../../schema/namespaces.ts';
import { parseXPath } from '../../schema/xpath/parse-xpath.ts';
import { compileExpression } from './compile-expression.ts';
import { declaredNamespaces, namespacesAsWritten } from './node-names.ts';
import { AttributeNode, childrenOf, isElement, stringOf, type XPathNode } from './nodes.ts';
import { asText, type TextOf } from './values.ts';

/**
 * Compiles an XPath 1.0 expression once for any number of searches; names of elements and attributes in either case. Below an
 * element a path is relative to it; `/` and `//` at its beginning are the whole page, as everywhere in XPath. Attributes, texts and
 * values that are no nodes become elements that hold them as their text. With namespaces declared in front of it (`declareNamespaces`), a
 * prefix stands for one of them; else for itself, as the page writes it. `textOf`: as `compileExpression` has it. Throws SyntaxError.
 */
export function compileXPath(declared: string, textOf?: TextOf): (root: AnyNode) => Element[] {
  const { text: expression, namespaces } = splitNamespaces(declared);
  const rules =
    namespaces === undefined
      ? namespacesAsWritten
      : declaredNamespaces((prefix) => namespaceOfPrefix(prefix, namespaces) ?? prefix);
  const compiled = compileExpression(parseXPath(expression), rules, textOf);
  if (compiled.result === 'nodes') {
    return (root) => compiled.at(startOf(root), 1, 1).flatMap((node) => elementOf(node) ?? []);
  }
  const text = asText(compiled);
  // A text of the page as a whole is in the page's language.
  return (root) => [holder(text(startOf(root), 1, 1), isTag(root) ? root : (pageOf(root) ?? root))];
}

/** As in lxml, a relative path begins at the root element of a page. */
function startOf(root: AnyNode): AnyNode {
  return root.parent === null ? (childrenOf(root).find(isTag) ?? root) : root;
}

function elementOf(node: XPathNode): Element | undefined {
  if (node instanceof AttributeNode) return holder(node.value, node.owner, { [node.name]: node.value });
  if (isElement(node)) return node;
  // The document holds all of the page's text, and is an answer to nothing.
  return node.parent === null ? undefined : holder(stringOf(node), node.parent);
}

function pageOf(root: AnyNode): Element | undefined {
  return hasChildren(root) ? root.children.find(isTag) : undefined;
}

/** An element in the place of what is none; its language is that of what is around it. */
function holder(text: string, around: AnyNode, attributes: Record<string, string> = {}): Element {
  const element = new Element('span', attributes, [new Text(text)]);
  element.parent = isTag(around) ? around : null;
  element.startIndex = around.startIndex;
  return element;
}
