import { type AnyNode, type Document, type Element, isComment, isDirective, isTag, isText } from 'domhandler';

const namespaces: Record<string, string> = {
  'http://www.w3.org/2000/svg': 'svg ',
  'http://www.w3.org/1998/Math/MathML': 'math ',
};

/**
 * A tree as html5lib-tests writes it. Ours has no namespaces of attributes, and their names in lower
 * case: `compareLines` makes those of a case so.
 */
export function linesOf(document: Document): string {
  return document.children.flatMap((node) => nodeLines(node, '| ')).join('\n');
}

function nodeLines(node: AnyNode, indent: string): string[] {
  if (isText(node)) return [`${indent}"${node.data}"`];
  if (isComment(node)) return [`${indent}<!-- ${node.data} -->`];
  if (isDirective(node)) return [`${indent}${doctypeLine(node as unknown as Record<string, string>)}`];
  return isTag(node) ? elementLines(node, indent) : [];
}

function elementLines(element: Element, indent: string): string[] {
  const prefix = namespaces[element.namespace ?? ''] ?? '';
  const attributes = Object.entries(element.attribs).map(([name, value]) => `${indent}  ${name}="${value}"`);
  const isTemplate = element.name === 'template' && prefix === '';
  const inside = isTemplate ? `${indent}    ` : `${indent}  `;
  return [
    `${indent}<${prefix}${element.name}>`,
    ...attributes.sort(),
    ...(isTemplate ? [`${indent}  content`] : []),
    ...element.children.flatMap((child) => nodeLines(child, inside)),
  ];
}

function doctypeLine(node: Record<string, string>): string {
  const { 'x-name': name, 'x-publicId': publicId, 'x-systemId': systemId } = node;
  return `<!DOCTYPE ${name}${publicId || systemId ? ` "${publicId}" "${systemId}"` : ''}>`;
}

/** A case's tree, attributes as ours has them. */
export function withPlainAttributes(tree: string): string {
  const lines = tree.split('\n');
  const attribute = /^(\| +)((?:xlink |xml |xmlns )?[^\s<"=]+)(=".*)$/;
  const plain = lines.map((line) =>
    line.replace(attribute, (_whole, indent: string, name: string, rest: string) => {
      return `${indent}${name.replace(' ', ':').toLowerCase()}${rest}`;
    }),
  );
  for (let from = 0; from < plain.length; from++) {
    let to = from;
    while (to < plain.length && attribute.test(plain[to] ?? '')) to++;
    if (to > from) plain.splice(from, to - from, ...plain.slice(from, to).sort());
    from = Math.max(from, to);
  }
  return plain.join('\n');
}
