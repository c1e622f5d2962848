import { type ChildNode, cloneNode, Element, Text } from 'domhandler';

/** A text as an element, in the place of which its language is that of what is around it. */
export function textSpot(text: string, parent: Element | undefined): Element {
  return lineSpot([new Text(text)], parent);
}

/** Texts and elements of a line, as an element in its place. */
export function lineSpot(nodes: readonly ChildNode[], parent: Element | undefined): Element {
  const spot = new Element(
    'span',
    {},
    nodes.map((node) => cloneNode(node, true)),
  );
  for (const node of spot.children) node.parent = spot;
  spot.parent = parent ?? null;
  return spot;
}
