import { type ChildNode, Comment, Document, Element, type ParentNode, Text } from 'domhandler';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/**
 * The tree that the HTML Standard makes of a page, as parse5 builds it, in the nodes and the spelling
 * that htmlparser2 has. As in a scraper, scripts do not run.
 */
export function standardDocument(text: string): Document {
  const document = new Document([]);
  const parsed = parse(text, { scriptingEnabled: false, sourceCodeLocationInfo: true });
  for (const node of parsed.childNodes) append(document, node);
  return document;
}

function append(parent: ParentNode, node: DefaultTreeAdapterTypes.ChildNode): void {
  const copy = convert(node);
  if (copy === undefined) return;
  copy.startIndex = node.sourceCodeLocation?.startOffset ?? parent.startIndex;
  copy.parent = parent;
  const last = parent.lastChild;
  copy.prev = last;
  if (last !== null) last.next = copy;
  (parent.children as ChildNode[]).push(copy);
  if (!('tagName' in node)) return;
  const inside = 'content' in node ? node.content : node;
  for (const child of inside.childNodes) append(copy as Element, child);
}

function convert(node: DefaultTreeAdapterTypes.ChildNode): ChildNode | undefined {
  if ('tagName' in node) return new Element(node.tagName, attributesOf(node));
  if ('value' in node) return new Text(hidesLineBreak(node) ? `\n${node.value}` : node.value);
  return 'data' in node ? new Comment(node.data) : undefined;
}

/** Names that SVG spells in its own way are not told apart by case; a prefix is part of the name. */
function attributesOf({ attrs }: DefaultTreeAdapterTypes.Element): Record<string, string> {
  const pairs = attrs.map(({ prefix, name, value }): [string, string] => {
    const full = prefix === undefined || prefix === '' ? name : `${prefix}:${name}`;
    return [full.toLowerCase(), value];
  });
  return Object.fromEntries(pairs);
}

/**
 * The first line break in `pre` is no part of it. parse5 has left it out; reading the text leaves out
 * one more, which has to be there for it.
 */
function hidesLineBreak(node: DefaultTreeAdapterTypes.TextNode): boolean {
  const { parentNode } = node;
  return parentNode?.nodeName === 'pre' && parentNode.childNodes[0] === node && node.value.startsWith('\n');
}
