import { type ChildNode, Comment, Document, Element, type ParentNode, Text } from 'domhandler';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/**
 * The tree that the HTML Standard makes of a page, as parse5 builds it with nodes of its own, copied into
 * those that are searched. As in a scraper, scripts do not run.
 */
export function standardDocument(text: string): Document {
  const document = new Document([]);
  const order = { next: 0 };
  const parsed = parse(text, { scriptingEnabled: false });
  for (const node of parsed.childNodes) append(document, node, order);
  return document;
}

function append(parent: ParentNode, node: DefaultTreeAdapterTypes.ChildNode, order: { next: number }): void {
  const copy = convert(node);
  if (copy === undefined) return;
  if ('tagName' in node) copy.startIndex = order.next++;
  copy.parent = parent;
  const last = parent.lastChild;
  copy.prev = last;
  if (last !== null) last.next = copy;
  (parent.children as ChildNode[]).push(copy);
  if (!('tagName' in node)) return;
  const inside = 'content' in node ? node.content : node;
  for (const child of inside.childNodes) append(copy as Element, child, order);
}

function convert(node: DefaultTreeAdapterTypes.ChildNode): ChildNode | undefined {
  if ('tagName' in node) return elementOf(node);
  if ('value' in node) return new Text(node.value);
  return 'data' in node ? new Comment(node.data) : undefined;
}

/** Names that SVG spells in its own way are compared without case; a prefix is part of the name. */
function attributesOf({ attrs }: DefaultTreeAdapterTypes.Element): Record<string, string> {
  const pairs = attrs.map(({ prefix, name, value }): [string, string] => {
    const full = prefix === undefined || prefix === '' ? name : `${prefix}:${name}`;
    return [full.toLowerCase(), value];
  });
  return Object.fromEntries(pairs);
}

function elementOf(node: DefaultTreeAdapterTypes.Element): Element {
  const element = new Element(node.tagName, attributesOf(node));
  element.namespace = node.namespaceURI;
  return element;
}
