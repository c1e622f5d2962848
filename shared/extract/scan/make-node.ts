import { type ChildNode, Element, type ParentNode, Text } from 'domhandler';
import { htmlNamespace } from '../tree/html-nodes.ts';
import { svg } from './html-rules.ts';
import { svgNameOf } from './svg-names.ts';

/** By the number of the namespace. */
const namespaces = [htmlNamespace, 'http://www.w3.org/2000/svg', 'http://www.w3.org/1998/Math/MathML'];

/** An element of the tree. `name`: in lower case; `namespace`: its number. */
export function makeElement(name: string, namespace: number, attribs: Record<string, string>): Element {
  const element = new Element(namespace === svg ? svgNameOf(name) : name, attribs, []);
  element.namespace = namespaces[namespace] as string;
  return element;
}

export function append(parent: ParentNode, node: ChildNode): void {
  const children = parent.children as ChildNode[];
  const last = children[children.length - 1];
  if (last !== undefined) {
    last.next = node;
    node.prev = last;
  }
  children.push(node);
  node.parent = parent;
}

/** Behind a text it is a part of that. */
export function appendText(parent: ParentNode, text: string): void {
  const { children } = parent;
  const last = children[children.length - 1];
  if (last instanceof Text) last.data += text;
  else append(parent, new Text(text));
}
