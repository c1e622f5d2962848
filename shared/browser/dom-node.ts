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
  /** Of the root element of a document: the frame that shows it. */
  frameId?: string;
  /** Of a frame whose document the page itself may read. */
  contentDocument?: DomNode;
  /** Of a `template`. */
  templateContent?: DomNode;
  /** What a `slot` shows of the children of its host. */
  distributedNodes?: { backendNodeId: number }[];
}

/** DOM Standard, "nodeType". `cdata`: of documents in XML; in HTML it is text. */
export const nodeTypes = { element: 1, text: 3, cdata: 4, comment: 8, doctype: 10 } as const;

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
