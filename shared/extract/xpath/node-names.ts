import type { Element } from 'domhandler';
import { namespaceOf, namespaceOfAttribute } from '../xml/namespaces.ts';
import { AttributeNode, isElement, type XPathNode } from './nodes.ts';

/** Which namespace the names of a page and those of an expression are in; `''`: none. */
export interface NamespaceRules {
  ofElement(element: Element): string;
  ofAttribute(element: Element, name: string): string;
  ofPrefix(prefix: string): string;
}

/** The prefix of a name that is written with one is its namespace, since pages use names with a prefix without declaring it. */
export const namespacesAsWritten: NamespaceRules = {
  ofElement: ({ name }) => prefixOf(name),
  ofAttribute: (_element, name) => prefixOf(name),
  ofPrefix: (prefix) => prefix,
};

/** The namespaces that the page declares. */
export function declaredNamespaces(ofPrefix: NamespaceRules['ofPrefix']): NamespaceRules {
  return { ofElement: namespaceOf, ofAttribute: namespaceOfAttribute, ofPrefix };
}

/** The name with its prefix; `''` of what has none. */
export function nameOf(node: XPathNode): string {
  if (node instanceof AttributeNode || isElement(node)) return node.name;
  return node.type === 'directive' ? node.name.replace(/^\?/, '') : '';
}

export function localNameOf(node: XPathNode): string {
  return localPartOf(nameOf(node));
}

export function localPartOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function prefixOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(':')));
}

/** Names are compared in either case, as in HTML. */
export function compileName(local: string): (name: string) => boolean {
  const wanted = local.toLowerCase();
  return (name) => name === wanted || (name.length === wanted.length && name.toLowerCase() === wanted);
}
