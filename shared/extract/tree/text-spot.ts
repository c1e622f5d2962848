import { Element, Text } from 'domhandler';

/** A text as an element, in the place of which its language is that of what is around it. */
export function textSpot(text: string, parent: Element | undefined): Element {
  const spot = new Element('span', {}, [new Text(text)]);
  spot.parent = parent ?? null;
  return spot;
}
