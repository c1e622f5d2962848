import { findTag } from './scan-tags.ts';

/** The number of bytes that the HTML standard's prescan reads before parsing. */
export const prescanLength = 1_024;

/**
 * The label of a page's own encoding, found as browsers find it (HTML standard, 13.2.3): in the first `<meta>`
 * that a parser meets, wherever it is, else in one that the prescan of the first 1,024 bytes takes for one, else
 * in the XML declaration. `markup` is the page's bytes read as Latin-1; `isKnown` says which labels name an
 * encoding: others are ignored.
 */
export function declaredLabel(markup: string, isKnown: (label: string) => boolean): string | undefined {
  // Reading all tags of a large page takes seconds.
  const mayDeclare = /charset/i.test(markup) && /<meta[\s/]/i.test(markup);
  if (!mayDeclare) return xmlLabel(markup, isKnown);
  return (
    findMeta(markup, isKnown, true) ??
    findMeta(markup.slice(0, prescanLength), isKnown, false) ??
    xmlLabel(markup, isKnown)
  );
}

/**
 * The result of `declaredLabel` where the start of the markup determines it, as on most pages, so that no tag
 * behind it is read. `undefined` where it does not.
 */
export function earlyLabel(start: string, isKnown: (label: string) => boolean): string | undefined {
  return findMeta(start, isKnown, true);
}

/** The encoding in an XML declaration, which must be at the very beginning. */
export function xmlLabel(markup: string, isKnown: (label: string) => boolean): string | undefined {
  const label = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]+)["']/.exec(markup)?.[1];
  return label !== undefined && isKnown(label) ? label : undefined;
}

function findMeta(
  markup: string,
  isKnown: (label: string) => boolean,
  asParser: boolean,
): string | undefined {
  return findTag(markup, asParser, (name, attributes) => {
    const label = name === 'meta' ? labelOf(attributes) : undefined;
    return label !== undefined && isKnown(label) ? label : undefined;
  });
}

/** `charset`, or the `content` of a pragma: a description that mentions charsets is no declaration. */
function labelOf(attributes: Map<string, string>): string | undefined {
  const charset = attributes.get('charset');
  if (charset !== undefined) return charset.trim();
  const isPragma = attributes.get('http-equiv')?.toLowerCase() === 'content-type';
  return isPragma ? charsetOfContent(attributes.get('content') ?? '') : undefined;
}

/** HTML standard, "extracting a character encoding from a meta element". */
function charsetOfContent(content: string): string | undefined {
  const found = /charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"'][^\s;]*))/i.exec(content);
  return (found?.[1] ?? found?.[2] ?? found?.[3])?.trim();
}
