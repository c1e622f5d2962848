import { type AnyNode, Element, hasChildren, isTag, Text } from 'domhandler';
import { compileRegex } from '../../patterns/compile-regex.ts';
import { namespaceOfPrefix, splitNamespaces } from '../../schema/namespaces.ts';
import { parseXPath } from '../../schema/xpath/parse-xpath.ts';
import type { XPathFunction, XPathValue } from '../../schema/xpath/xpath-1.cjs';
import { memoize } from '../memoize.ts';
import {
  AttributeView,
  type NamesOfNodes,
  NodeView,
  namesAsWritten,
  namesInNamespaces,
} from './node-view.ts';
import { textFunctions } from './text-functions.ts';

type View = NodeView | AttributeView;

/**
 * Compiles an XPath 1.0 expression once for any number of searches; names of elements and attributes in either case. Below an
 * element a path is relative to it; `/` and `//` at its beginning are the whole page, as everywhere in XPath. Attributes, texts and
 * values that are no nodes become elements that hold them as their text. With namespaces declared in front of it (`declareNamespaces`), a
 * prefix stands for one of them; else for itself, as the page writes it. Throws SyntaxError.
 */
export function compileXPath(declared: string): (root: AnyNode) => Element[] {
  const { text: expression, namespaces } = splitNamespaces(declared);
  const parsed = parseXPath(expression);
  const names = namespaces === undefined ? namesAsWritten : namesInNamespaces;
  const resolve = (prefix: string) =>
    (namespaces === undefined ? undefined : namespaceOfPrefix(prefix, namespaces)) ?? prefix;
  return (root) => {
    const node = startOf(root, names);
    const value = parsed.evaluate<View>({ node, isHtml: true, namespaces: resolve, functions });
    return elementsOf(value, root);
  };
}

/** As in lxml, a relative path begins at the root element of a page. */
function startOf(root: AnyNode, names: NamesOfNodes): NodeView {
  const view = NodeView.of(root, names);
  return root.parent === null ? (view.documentElement ?? view) : view;
}

function functions(name: string, namespace: string): XPathFunction<View> | undefined {
  if (namespace === 're' && name === 'test') return testRegex;
  if (namespace !== '') return undefined;
  if (name === 'has-class') return hasClass;
  return Object.hasOwn(textFunctions, name) ? textFunctions[name] : undefined;
}

const hasClass: XPathFunction<View> = ({ contextNode }, ...names) => {
  const classes =
    contextNode instanceof NodeView ? (contextNode.getAttribute('class') ?? '').split(/\s+/) : [];
  return names.every((name) => classes.includes(name.stringValue()));
};

/** EXSLT: a regular expression of JavaScript here, searched for anywhere; `i` as the third argument ignores case. */
const testRegex: XPathFunction<View> = (_context, text, pattern, flags) => {
  const isCaseless = flags?.stringValue().includes('i') === true;
  const source = pattern?.stringValue() ?? '';
  return regexOf(isCaseless ? `(?i:${source})` : source).test(text?.stringValue() ?? '');
};

const regexOf = memoize(compileRegex);

function elementsOf(value: XPathValue<View>, root: AnyNode): Element[] {
  const nodes = value.toArray?.();
  // A text of the page as a whole is in the page's language.
  if (nodes === undefined) return [holder(value.stringValue(), isTag(root) ? root : (pageOf(root) ?? root))];
  return nodes.flatMap((view) => {
    if (view instanceof AttributeView) {
      return holder(view.value, view.ownerElement.node, { [view.name]: view.value });
    }
    const { node } = view;
    if (isTag(node)) return node;
    // The document holds all of the page's text, and is an answer to nothing.
    return node.parent === null ? [] : holder(view.nodeValue ?? '', node.parent);
  });
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
