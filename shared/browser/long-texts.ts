import { type DomNode, nodesOf } from './dom-node.ts';
import type { OwnWorld } from './own-world.ts';

/** The protocol cuts longer texts and comments, for the eyes of a developer, and ends them with an ellipsis. */
const maxTextChars = 10_000;

export function isCut({ nodeValue }: DomNode): boolean {
  return nodeValue.length > maxTextChars;
}

/** Gives a cut text what it says, in place. */
export async function completeText(world: OwnWorld, text: DomNode): Promise<void> {
  text.nodeValue = await world.textOf(text.backendNodeId, 'function () { return this.data; }');
}

/** As `completeText`, for all in a template, which is in no frame, so that its nodes are not reached by their numbers. */
export async function completeTemplate(world: OwnWorld, template: DomNode): Promise<void> {
  const found = await world.valuesOf(template.backendNodeId, findLongTexts, maxTextChars);
  const texts = new Map(found.map(({ backendNodeId, values: [text] }) => [backendNodeId, text]));
  for (const node of nodesOf(template)) node.nodeValue = texts.get(node.backendNodeId) ?? node.nodeValue;
}

/** A script for a world of its own: the texts of a template that are longer than `max`, each followed by what it says. */
const findLongTexts = `function (max) {
  const found = [];
  const shadowOf = Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot').get;
  const roots = [this.content];
  for (const root of roots) {
    const walker = root.ownerDocument.createTreeWalker(root);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.nodeType !== Node.ELEMENT_NODE) {
        if (node.data?.length > max) found.push(node, node.data);
        continue;
      }
      if (node.localName === 'template' && node.content) roots.push(node.content);
      const shadow = shadowOf.call(node);
      if (shadow !== null) roots.push(shadow);
    }
  }
  return found;
}`;
