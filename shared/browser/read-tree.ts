import type { CDPSession, Page } from 'playwright-core';
import type { DomNode } from './serialise-tree.ts';

/** `DOM.getDocument` cuts longer texts, for the eyes of a developer, and ends them with an ellipsis. */
const maxTextChars = 10_000;

/** The document as it stands in the browser, with what its shadow roots and frames hold, and all of its text. */
export async function readTree(page: Page): Promise<DomNode> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send('DOM.getDocument', { depth: -1, pierce: true });
    const cut = new Map<number, DomNode>();
    collectCut(root, cut);
    if (cut.size > 0) await restore(session, cut);
    return root;
  } finally {
    await session.detach().catch(() => undefined);
  }
}

function collectCut(node: DomNode, cut: Map<number, DomNode>): void {
  if (node.nodeValue.length > maxTextChars) cut.set(node.backendNodeId, node);
  const { children = [], shadowRoots = [], contentDocument, templateContent } = node;
  for (const child of children) collectCut(child, cut);
  for (const shadow of shadowRoots) collectCut(shadow, cut);
  if (contentDocument !== undefined) collectCut(contentDocument, cut);
  if (templateContent !== undefined) collectCut(templateContent, cut);
}

/** A snapshot has whole texts, but neither slots nor what is in a template. */
async function restore(session: CDPSession, cut: ReadonlyMap<number, DomNode>): Promise<void> {
  const { documents, strings } = await session.send('DOMSnapshot.captureSnapshot', { computedStyles: [] });
  for (const { nodes } of documents) {
    for (const [index, id] of (nodes.backendNodeId ?? []).entries()) {
      const node = cut.get(id);
      const text = strings[nodes.nodeValue?.[index] ?? -1];
      if (node !== undefined && text !== undefined) node.nodeValue = text;
    }
  }
}
