import { type DomNode, nodeTypes } from './dom-node.ts';

/** Children of shadow hosts by their numbers, for the slots that show them. */
export type ShadowChildren = Map<number, DomNode>;

/**
 * The children as they are shown: those of the open shadow root, with the host's own in the slots. Elements that no slot shows, such as
 * data in a script or a tab that is not open, stand behind them: rules read what is there, though it may not be in sight. Hosts come
 * before their slots.
 */
export function shownChildren(node: DomNode, hosts: ShadowChildren): readonly DomNode[] {
  const { localName, children = [], shadowRoots = [], distributedNodes = [], templateContent } = node;
  // Its text is HTML for those without scripts, and what stands in a frame is for those without frames: nobody sees either.
  if (localName === 'noscript' || node.contentDocument !== undefined) return [];
  if (templateContent !== undefined) return templateContent.children ?? [];
  const shadow = shadowRoots.find(({ shadowRootType }) => shadowRootType === 'open');
  if (shadow !== undefined) {
    for (const child of children) hosts.set(child.backendNodeId, child);
    return [...(shadow.children ?? []), ...withoutSlot(children, shadow)];
  }
  if (localName !== 'slot' || distributedNodes.length === 0) return children;
  return distributedNodes.flatMap(({ backendNodeId }) => hosts.get(backendNodeId) ?? []);
}

/** The elements among the children of a host that no slot in its shadow root shows. */
function withoutSlot(children: readonly DomNode[], shadow: DomNode): DomNode[] {
  const elements = children.filter(({ nodeType }) => nodeType === nodeTypes.element);
  if (elements.length === 0) return [];
  const inSlots = new Set<number>();
  const open = [shadow];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { localName, children = [], distributedNodes = [], contentDocument } = node;
    if (localName === 'noscript' || contentDocument !== undefined) continue;
    for (const { backendNodeId } of distributedNodes) inSlots.add(backendNodeId);
    // A slot that shows something does not show what stands in itself, and so not the slots there.
    if (distributedNodes.length === 0) for (const child of children) open.push(child);
  }
  return elements.filter(({ backendNodeId }) => !inSlots.has(backendNodeId));
}

/**
 * What the body of a frame's document holds; of a document that is no HTML (SVG in an `object`), all of it, since its root is what
 * gives its elements their meaning.
 */
export function shownInFrame({ children = [] }: DomNode): readonly DomNode[] {
  const root = children.find(({ nodeType }) => nodeType === nodeTypes.element);
  if (root === undefined) return [];
  if (root.localName !== 'html') return [root];
  const body = root.children?.find(({ localName }) => localName === 'body' || localName === 'frameset');
  if (body?.localName === 'body') return body.children ?? [];
  return root.children?.filter(({ localName }) => localName !== 'head') ?? [];
}
