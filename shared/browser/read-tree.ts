import type { Page } from 'playwright-core';
import type { DomNode } from './serialise-tree.ts';

/** `DOM.getDocument` cuts longer texts, for the eyes of a developer, and ends them with an ellipsis. */
const maxTextChars = 10_000;

/** The document as it stands in the browser, with what its shadow roots and frames hold, and all of its text. */
export async function readTree(page: Page): Promise<DomNode> {
  const session = await page.context().newCDPSession(page);
  try {
    const { root } = await session.send('DOM.getDocument', { depth: -1, pierce: true });
    const document: DomNode = root;
    for (const node of cutNodes(document)) {
      const { outerHTML } = await session.send('DOM.getOuterHTML', { backendNodeId: node.backendNodeId });
      node.markup = outerHTML;
    }
    return document;
  } finally {
    await session.detach().catch(() => undefined);
  }
}

function cutNodes(document: DomNode): DomNode[] {
  const found: DomNode[] = [];
  const open = [document];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.nodeValue.length > maxTextChars) found.push(node);
    const { children = [], shadowRoots = [], contentDocument, templateContent } = node;
    for (const child of children) open.push(child);
    for (const shadow of shadowRoots) open.push(shadow);
    if (contentDocument !== undefined) open.push(contentDocument);
    if (templateContent !== undefined) open.push(templateContent);
  }
  return found;
}
