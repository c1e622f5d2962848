import type { CDPSession, Page } from 'playwright-core';
import { applyStates, findStates, isControl } from './control-states.ts';
import { type DomNode, nodesOf, nodeTypes } from './dom-node.ts';
import { completeTemplate, completeText, isCut } from './long-texts.ts';
import { type OwnWorld, openOwnWorld } from './own-world.ts';
import { resolveInFrames } from './resolve-in-frames.ts';

/**
 * Levels that are asked for at once where all are too many for one answer: the protocol's coding (CBOR, in Chromium's
 * `inspector_protocol`) has 300 lists and objects in each other at most. An element takes two, in a shadow root four.
 */
const levelsAtOnce = 60;

/** A page that goes on changing is read again so often. */
const maxReadings = 3;

/**
 * The document as it stands in the browser, with what its shadow roots and frames hold, all of its text, and its controls as they are
 * filled in. `frames`: where they are, by their addresses there.
 */
export async function readTree(page: Page, frames?: ReadonlyMap<string, string>): Promise<DomNode> {
  const session = await page.context().newCDPSession(page);
  try {
    // By default texts of white space alone are left out: of `<b>a</b> <i>b</i>` there would be `ab`.
    await session.send('DOM.enable', { includeWhitespace: 'all' });
    const document = await readWhole(session);
    resolveInFrames(document, frames);
    return document;
  } finally {
    await session.detach().catch(() => undefined);
  }
}

/**
 * It takes several questions, between which the page may go on. Controls of frames that are replaced faster than they are read are as
 * their attributes have them; texts are never cut.
 */
async function readWhole(session: CDPSession, reading = 1): Promise<DomNode> {
  const isLast = reading === maxReadings;
  const leaveOut = (error: unknown) => {
    if (!isLast || !isOfPast(error)) throw error;
  };
  try {
    const document = await readDocument(session);
    const completed = missingIn(document).flatMap((missing) => [
      completeTexts(session, missing),
      completeControls(session, missing).catch(leaveOut),
    ]);
    await Promise.all(completed);
    return document;
  } catch (error) {
    if (isLast || !isOfPast(error)) throw error;
    return readWhole(session, reading + 1);
  }
}

/** Is it what the protocol says of nodes and frames that were there a moment ago? */
function isOfPast(error: unknown): boolean {
  return /No frame (?:for|with) given id|[Nn]ode with given id|Cannot find context/.test(String(error));
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

/** What a document and its shadow roots have that the protocol does not say of their nodes. */
interface Missing {
  document: DomNode;
  texts: DomNode[];
  /** Those that hold texts which are cut. */
  templates: DomNode[];
  /** By their numbers. */
  controls: Map<number, DomNode>;
  hasShadows: boolean;
}

/** Of the document and those of its frames, each. */
function missingIn(root: DomNode): Missing[] {
  const documents = [root];
  const all: Missing[] = [];
  for (const document of documents) {
    const missing: Missing = { document, texts: [], templates: [], controls: new Map(), hasShadows: false };
    for (const node of nodesOf(document, { withFrames: false, withTemplates: false })) {
      const { contentDocument, templateContent, shadowRootType } = node;
      if (isCut(node)) missing.texts.push(node);
      if (isControl(node)) missing.controls.set(node.backendNodeId, node);
      if (shadowRootType !== undefined) missing.hasShadows = true;
      if (contentDocument !== undefined) documents.push(contentDocument);
      if (templateContent !== undefined && [...nodesOf(templateContent)].some(isCut))
        missing.templates.push(node);
    }
    all.push(missing);
  }
  return all;
}

async function completeTexts(session: CDPSession, { document, texts, templates }: Missing): Promise<void> {
  if (texts.length === 0 && templates.length === 0) return;
  const world = await worldOf(session, document);
  await Promise.all([
    ...texts.map((text) => completeText(world, text)),
    ...templates.map((template) => completeTemplate(world, template)),
  ]);
}

async function completeControls(
  session: CDPSession,
  { document, controls, hasShadows }: Missing,
): Promise<void> {
  if (controls.size === 0) return;
  const world = await worldOf(session, document);
  applyStates(controls, await world.valuesOf(document.backendNodeId, findStates, hasShadows));
}

async function worldOf(session: CDPSession, { children = [] }: DomNode): Promise<OwnWorld> {
  const root = children.find(({ nodeType }) => nodeType === nodeTypes.element);
  if (root?.frameId !== undefined) return openOwnWorld(session, root.frameId);
  // A document without a root has comments at most.
  const { frameTree } = await session.send('Page.getFrameTree');
  return openOwnWorld(session, frameTree.frame.id);
}
