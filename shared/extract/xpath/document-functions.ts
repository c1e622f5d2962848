import { inDocumentOrder } from './document-order.ts';
import { attributeOf, nextNode, parentOf, rootOf, stringOf, type XPathNode } from './nodes.ts';
import { type At, asText, type Compiled } from './values.ts';

/** Of each id the first element. */
export function findIds(compiled: Compiled): At<XPathNode[]> {
  const text = asText(compiled);
  return (...at) => {
    const texts = compiled.result === 'nodes' ? compiled.at(...at).map(stringOf) : [text(...at)];
    const ids = new Set(texts.flatMap((one) => one.split(/[\t\n\r ]+/)));
    const found: XPathNode[] = [];
    let node: XPathNode | null = rootOf(at[0]);
    for (; node !== null && ids.size > 0; node = nextNode(node)) {
      const id = attributeOf(node, 'id');
      if (id !== undefined && ids.delete(id)) found.push(node);
    }
    return inDocumentOrder(found);
  };
}

/** As in XML, with HTML's attribute beside that of XML. */
export function isInLanguage(context: XPathNode, language: string): boolean {
  const wanted = language.toLowerCase();
  for (let node: XPathNode | null = context; node !== null; node = parentOf(node)) {
    const written = attributeOf(node, 'xml:lang') ?? attributeOf(node, 'lang');
    if (written === undefined) continue;
    const own = written.toLowerCase();
    return own === wanted || own.startsWith(`${wanted}-`);
  }
  return false;
}
