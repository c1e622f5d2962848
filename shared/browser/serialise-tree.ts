/**
 * A node as the DevTools protocol describes it (`DOM.Node`), as far as it is read. It comes from the browser itself, so no script of
 * the page can change what it says.
 */
export interface DomNode {
  nodeType: number;
  nodeName: string;
  localName: string;
  nodeValue: string;
  backendNodeId: number;
  /** Of a text or comment that is too long for `nodeValue`. */
  markup?: string;
  /** Of a doctype. */
  publicId?: string;
  systemId?: string;
  /** Name, value, name, value … */
  attributes?: string[];
  children?: DomNode[];
  /** How many it has, also where `children` ends above them. */
  childNodeCount?: number;
  shadowRoots?: DomNode[];
  shadowRootType?: 'user-agent' | 'open' | 'closed';
  isSVG?: boolean;
  /** Of a document: its address, and what references in it are relative to. */
  documentURL?: string;
  baseURL?: string;
  compatibilityMode?: 'QuirksMode' | 'LimitedQuirksMode' | 'NoQuirksMode';
  /** Of a frame whose document the page itself may read. */
  contentDocument?: DomNode;
  /** Of a `template`. */
  templateContent?: DomNode;
  /** What a `slot` shows of the children of its host. */
  distributedNodes?: { backendNodeId: number }[];
}

/** DOM Standard, "nodeType". `cdata`: of documents in XML; in HTML it is text. */
export const nodeTypes = { element: 1, text: 3, cdata: 4, comment: 8, doctype: 10 } as const;

/** HTML Standard, serialising HTML fragments: these have no end tag. */
const voids = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(
    ' ',
  ),
);
/** The text in these is written as it is. */
const raw = new Set('style script xmp iframe noembed noframes plaintext'.split(' '));

/** Is the text in elements of this name written as it is? */
export function isRawText(name: string): boolean {
  return raw.has(name);
}

/** A parser drops the line feed after the start tag of these. */
const droppingLineFeed = new Set(['pre', 'textarea', 'listing']);

/** The element that holds what a frame shows: a parser reads what stands in an `iframe` as text. */
export const frameElement = 'spinneret-frame';

/**
 * The document as HTML (HTML Standard, serialising HTML fragments), which a parser reads back to the same elements where it would nest
 * them so. What an open shadow root shows stands in its host, with the children of the host in their slots, so that selectors reach it;
 * what a frame of the same origin shows stands behind the frame, in `spinneret-frame`. Shadow roots that are closed stay closed.
 */
export function serialiseTree(document: DomNode): string {
  const parts: string[] = [];
  const next: Writer['next'] = (document.children ?? []).toReversed().map((node) => ({ node }));
  const writer = { parts, hosts: new Map(), next };
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (typeof one === 'string') parts.push(one);
    else write(one.node, writer, one.parent);
  }
  return parts.join('');
}

/** The addresses of links, as they are written, in the document with its open shadow roots and frames. */
export function linksOf(document: DomNode, links = new Set<string>()): Set<string> {
  for (const { localName, attributes = [] } of nodesOf(document, { withTemplates: false })) {
    for (let index = 0; localName === 'a' && index < attributes.length; index += 2) {
      if (attributes[index] === 'href') links.add(attributes[index + 1] ?? '');
    }
  }
  return links;
}

/**
 * The node and all in it that may be written, in no order: with what open shadow roots, frames and templates hold. Without recursion,
 * since scripts nest elements as deep as they like.
 */
export function* nodesOf(
  root: DomNode,
  { withTemplates = true, withFrames = true } = {},
): Generator<DomNode> {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    const { children = [], shadowRoots = [], contentDocument, templateContent } = node;
    for (const child of children) open.push(child);
    for (const shadow of shadowRoots) if (shadow.shadowRootType === 'open') open.push(shadow);
    if (withFrames && contentDocument !== undefined) open.push(contentDocument);
    if (withTemplates && templateContent !== undefined) open.push(templateContent);
  }
}

/** Children of shadow hosts by their numbers, for the slots that show them. */
export type ShadowChildren = Map<number, DomNode>;

interface Writer {
  parts: string[];
  hosts: ShadowChildren;
  /** What is still to be written, the last first: nodes, with the name of the element they stand in, and tags. */
  next: (string | { node: DomNode; parent?: string })[];
}

function write(node: DomNode, writer: Writer, parent: string | undefined): void {
  const { nodeType, nodeValue } = node;
  if (node.markup !== undefined) return void writer.parts.push(node.markup);
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
  const name = node.localName;
  parts.push(`<${name}`);
  const { attributes = [] } = node;
  for (let index = 0; index < attributes.length; index += 2) {
    parts.push(` ${attributes[index]}="${escapeAttribute(attributes[index + 1] ?? '')}"`);
  }
  parts.push('>');
  if (voids.has(name)) return;
  const children = shownChildren(node, writer.hosts);
  const [first] = children;
  if (droppingLineFeed.has(name) && first?.nodeType === nodeTypes.text && first.nodeValue.startsWith('\n')) {
    parts.push('\n');
  }
  if (node.contentDocument !== undefined) frameNext(node.contentDocument, next);
  next.push(`</${name}>`);
  for (const child of children.toReversed()) next.push({ node: child, parent: name });
}

/** The children as they are shown: those of the open shadow root, with the host's own in the slots. Hosts come before their slots. */
export function shownChildren(node: DomNode, hosts: ShadowChildren): DomNode[] {
  const { children = [], shadowRoots = [], distributedNodes = [], templateContent } = node;
  // Its text is HTML for those without scripts, which nobody sees here.
  if (node.localName === 'noscript') return [];
  if (templateContent !== undefined) return templateContent.children ?? [];
  const shadow = shadowRoots.find(({ shadowRootType }) => shadowRootType === 'open');
  if (shadow !== undefined) {
    for (const child of children) hosts.set(child.backendNodeId, child);
    return shadow.children ?? [];
  }
  if (node.localName !== 'slot' || distributedNodes.length === 0) return children;
  return distributedNodes.flatMap(({ backendNodeId }) => hosts.get(backendNodeId) ?? []);
}

function frameNext(document: DomNode, next: Writer['next']): void {
  next.push(`</${frameElement}>`);
  for (const node of shownInFrame(document).toReversed()) next.push({ node });
  next.push(`<${frameElement}>`);
}

/** What the body of a frame's document holds. */
export function shownInFrame({ children = [] }: DomNode): DomNode[] {
  const root = children.find(({ nodeType }) => nodeType === nodeTypes.element);
  const body = root?.children?.find(({ localName }) => localName === 'body') ?? root;
  return body?.children ?? [];
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
