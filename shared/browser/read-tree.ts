import type { CDPSession, Page } from 'playwright-core';
import { resolveInFrames } from './resolve-in-frames.ts';
import { type DomNode, nodesOf } from './serialise-tree.ts';

/** `DOM.getDocument` cuts longer texts, for the eyes of a developer, and ends them with an ellipsis. */
const maxTextChars = 10_000;

/**
 * Levels that are asked for at once where all are too many for one answer: the protocol's coding (CBOR, in Chromium's
 * `inspector_protocol`) has 300 lists and objects in each other at most. An element takes two, in a shadow root four.
 */
const levelsAtOnce = 60;

/**
 * The document as it stands in the browser, with what its shadow roots and frames hold, and all of its text. `frames`: where they are, by
 * their addresses there.
 */
export async function readTree(page: Page, frames?: ReadonlyMap<string, string>): Promise<DomNode> {
  const session = await page.context().newCDPSession(page);
  try {
    // By default texts of white space alone are left out: of `<b>a</b> <i>b</i>` there would be `ab`.
    await session.send('DOM.enable', { includeWhitespace: 'all' });
    const document = await readDocument(session);
    for (const node of nodesOf(document)) {
      if (node.nodeValue.length <= maxTextChars) continue;
      const { outerHTML } = await session.send('DOM.getOuterHTML', { backendNodeId: node.backendNodeId });
      node.markup = outerHTML;
    }
    resolveInFrames(document, frames);
    return document;
  } finally {
    await session.detach().catch(() => undefined);
  }
}

async function readDocument(session: CDPSession): Promise<DomNode> {
  const document = await inDepth(async (depth) => {
    const { root } = await session.send('DOM.getDocument', { depth, pierce: true });
    return root;
  });
  const complete = async (node: DomNode): Promise<DomNode[]> => {
    const { backendNodeId } = node;
    const whole = await inDepth(async (depth) => {
      const described = await session.send('DOM.describeNode', { backendNodeId, depth, pierce: true });
      return described.node;
    });
    node.children = whole.children ?? [];
    return node.children.flatMap(cutNodes);
  };
  for (let cut = cutNodes(document); cut.length > 0; ) cut = (await Promise.all(cut.map(complete))).flat();
  return document;
}

/** All levels where one answer can hold them, else the first ones. */
async function inDepth(read: (depth: number) => Promise<DomNode>): Promise<DomNode> {
  try {
    return await read(-1);
  } catch (error) {
    if (!/stack limit exceeded/.test(String(error))) throw error;
    return read(levelsAtOnce);
  }
}

/** Those whose children are not there, though they have some: below the last level, and what a template holds. */
function cutNodes(root: DomNode): DomNode[] {
  return [...nodesOf(root)].filter(
    ({ children = [], childNodeCount = 0 }) => children.length === 0 && childNodeCount > 0,
  );
}
