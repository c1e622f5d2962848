import { frameElement } from '../extract/tree/html-nodes.ts';
import { type DomNode, nodesOf, nodeTypes } from './dom-node.ts';
import { type ShadowChildren, shownChildren, shownInFrame } from './shown-children.ts';

/** HTML Standard, serialising HTML fragments: these have no end tag. */
const voids = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(
    ' ',
  ),
);
/** The text in these is written as it is. */
const raw = new Set('style script xmp iframe noembed noframes plaintext'.split(' '));

/** A parser drops the line feed after the start tag of these. */
const droppingLineFeed = new Set(['pre', 'textarea', 'listing']);

/** As a parser takes them for what they are beside the content of frames: what else stands in a `frameset` it leaves out. */
const besideContent: ReadonlyMap<string, string> = new Map([
  ['frameset', 'div'],
  ['frame', 'iframe'],
]);
const asNamed: ReadonlyMap<string, string> = new Map();

/**
 * The document as HTML (HTML Standard, serialising HTML fragments), which a parser reads back to the same elements where it would nest
 * them so. What an open shadow root shows stands in its host, with the children of the host in their slots, so that selectors reach it;
 * what a frame of the same origin shows stands behind the frame, in `spinneret-frame`, since a parser reads what stands in an `iframe` as
 * text. Shadow roots that are closed stay closed.
 */
export function serialiseTree(document: DomNode): string {
  const parts: string[] = [];
  const next: Writer['next'] = (document.children ?? []).toReversed().map((node) => ({ node }));
  const writer = { parts, hosts: new Map(), next, names: showsFrameset(document) ? besideContent : asNamed };
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (typeof one === 'string') parts.push(one);
    else write(one.node, writer, one.parent);
  }
  return parts.join('');
}

function showsDocument({ contentDocument }: DomNode): boolean {
  return contentDocument !== undefined;
}

/** Is the document a `frameset` with the documents of its frames? */
function showsFrameset({ children = [] }: DomNode): boolean {
  const root = children.find(({ nodeType }) => nodeType === nodeTypes.element);
  const frameset = root?.children?.find(({ localName }) => localName === 'frameset');
  return frameset !== undefined && [...nodesOf(frameset)].some(showsDocument);
}

interface Writer {
  parts: string[];
  hosts: ShadowChildren;
  /** The names of elements that are not written as their own. */
  names: ReadonlyMap<string, string>;
  /** What is still to be written, the last first: nodes, with the name of the element of HTML they stand in, and tags. */
  next: (string | { node: DomNode; parent?: string })[];
}

function write(node: DomNode, writer: Writer, parent: string | undefined): void {
  const { nodeType, nodeValue } = node;
  if (nodeType === nodeTypes.element) writeElement(node, writer);
  if (nodeType === nodeTypes.text || nodeType === nodeTypes.cdata) {
    writer.parts.push(parent !== undefined && raw.has(parent) ? nodeValue : escapeText(nodeValue));
  }
  if (nodeType === nodeTypes.comment) writer.parts.push(`<!--${nodeValue}-->`);
  if (nodeType === nodeTypes.doctype) writer.parts.push(doctypeOf(node));
}

/** With its identifiers: by them a parser tells quirks mode, in which a table does not end the paragraph that it stands in. */
function doctypeOf({ nodeName, publicId = '', systemId = '' }: DomNode): string {
  const quoted = (id: string) => (id.includes('"') ? `'${id}'` : `"${id}"`);
  if (publicId !== '') {
    return `<!DOCTYPE ${nodeName} PUBLIC ${quoted(publicId)}${systemId === '' ? '' : ` ${quoted(systemId)}`}>`;
  }
  return systemId === '' ? `<!DOCTYPE ${nodeName}>` : `<!DOCTYPE ${nodeName} SYSTEM ${quoted(systemId)}>`;
}

function writeElement(node: DomNode, writer: Writer): void {
  const { parts, next } = writer;
  const name = writer.names.get(node.localName) ?? node.localName;
  parts.push(`<${name}`);
  const { attributes = [] } = node;
  for (let index = 0; index < attributes.length; index += 2) {
    parts.push(` ${attributes[index]}="${escapeAttribute(attributes[index + 1] ?? '')}"`);
  }
  parts.push('>');
  if (node.contentDocument !== undefined) frameNext(node.contentDocument, next);
  if (voids.has(name)) return;
  const children = shownChildren(node, writer.hosts);
  const [first] = children;
  if (droppingLineFeed.has(name) && first?.nodeType === nodeTypes.text && first.nodeValue.startsWith('\n')) {
    parts.push('\n');
  }
  next.push(`</${name}>`);
  const inside = node.isSVG ? {} : { parent: name };
  for (const child of children.toReversed()) next.push({ node: child, ...inside });
}

function frameNext(document: DomNode, next: Writer['next']): void {
  next.push(`</${frameElement}>`);
  for (const node of shownInFrame(document).toReversed()) next.push({ node });
  next.push(`<${frameElement}>`);
}

function escapeText(value: string): string {
  return value.replace(/[&<>\u00A0]/g, (char) => entities[char] ?? char);
}

function escapeAttribute(value: string): string {
  return value.replace(/[&"<>\u00A0]/g, (char) => entities[char] ?? char);
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\u00A0': '&nbsp;',
};
