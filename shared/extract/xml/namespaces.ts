import { type Element, isTag } from 'domhandler';

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** The namespace of an element (Namespaces in XML 1.0), `''` for none; of a prefix that is not declared, the prefix itself. */
export function namespaceOf(element: Element): string {
  // Of HTML the parser knows it.
  if (element.namespace !== undefined) return element.namespace;
  return namespaceOfPrefixAt(element, prefixOf(element.name));
}

/** The namespace of an attribute: without a prefix it has none, whatever that of its element is. */
export function namespaceOfAttribute(element: Element, name: string): string {
  const prefix = prefixOf(name);
  return prefix === '' ? '' : namespaceOfPrefixAt(element, prefix);
}

function namespaceOfPrefixAt(element: Element, prefix: string): string {
  if (prefix === 'xml') return xmlNamespace;
  return declaredAt(element, prefix) ?? prefix;
}

/** The part of a name behind its prefix. */
export function localNameOf({ name }: Element): string {
  return name.slice(name.indexOf(':') + 1);
}

function prefixOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(':')));
}

/** The tree has names in lower case, prefixes among them. */
function declaredAt(element: Element, prefix: string): string | undefined {
  const attribute = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  for (let node: Element['parent'] = element; node !== null; node = node.parent) {
    if (isTag(node) && Object.hasOwn(node.attribs, attribute)) return node.attribs[attribute]?.trim();
  }
  return undefined;
}

/** The base that `xml:base` (W3C XML Base) of the element, and of those around it, come to. */
export function xmlBaseOf(element: Element, documentUrl: string): string {
  const written: string[] = [];
  for (let node: Element['parent'] = element; node !== null; node = node.parent) {
    if (isTag(node) && node.attribs['xml:base'] !== undefined) written.push(node.attribs['xml:base']);
  }
  return written.reduceRight(
    (base, reference) => URL.parse(reference.trim(), base)?.href ?? base,
    documentUrl,
  );
}
