import { type AnyNode, type ChildNode, type Element, isTag } from 'domhandler';
import { isHtmlElement } from '../tree/html-nodes.ts';

/** `undefined` for the root. */
export function parentOf({ parent }: Element): Element | undefined {
  return parent !== null && isTag(parent) ? parent : undefined;
}

export function previousOf(element: Element): Element | undefined {
  let node: ChildNode | null = element.prev;
  while (node !== null && !isTag(node)) node = node.prev;
  return node ?? undefined;
}

export function nextOf(element: Element): Element | undefined {
  let node: ChildNode | null = element.next;
  while (node !== null && !isTag(node)) node = node.next;
  return node ?? undefined;
}

/** The content of a template is in a document of its own. */
export function childrenOf(element: Element): readonly ChildNode[] {
  return isTemplate(element) ? [] : element.children;
}

export function isTemplate(node: AnyNode): boolean {
  return isTag(node) && node.name === 'template' && isHtmlElement(node);
}

/** The nearest ancestor that matches. */
export function ancestorOf(element: Element, test: (ancestor: Element) => boolean): Element | undefined {
  let at = parentOf(element);
  while (at !== undefined && !test(at)) at = parentOf(at);
  return at;
}

/** Visits the descendants of `nodes` in document order, until `visit` returns true. Returns whether it did. */
export function visitInside(nodes: readonly AnyNode[], visit: (element: Element) => boolean): boolean {
  const waiting = nodes.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isTag(node)) continue;
    if (visit(node)) return true;
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child !== undefined) waiting.push(child);
    }
  }
  return false;
}
