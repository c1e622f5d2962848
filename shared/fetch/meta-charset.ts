import { findTag } from './scan-tags.ts';

/** Where the HTML standard looks before it parses. */
export const prescanLength = 1_024;

/**
 * The label that a page gives its own encoding, as browsers come to it (HTML standard, 13.2.3): the first
 * `<meta>` that a parser meets, wherever it is, else one that the prescan of the first 1,024 bytes takes
 * for one, else the XML declaration. `markup` is the page's bytes read as Latin-1; `isKnown` says which
 * labels name an encoding, because others are passed over.
 */
export function declaredLabel(markup: string, isKnown: (label: string) => boolean): string | undefined {
  // Going through all tags of a large page takes seconds.
  const mayDeclare = /charset/i.test(markup) && /<meta[\s/]/i.test(markup);
  if (!mayDeclare) return xmlLabel(markup, isKnown);
  return (
    findMeta(markup, isKnown, true) ??
    findMeta(markup.slice(0, prescanLength), isKnown, false) ??
    xmlLabel(markup, isKnown)
  );
}

/**
 * What `declaredLabel` gives, where the start of the markup is enough to tell, as on most pages: no tag is
 * read otherwise for what comes behind it. `undefined` where it is not, whatever the page declares.
 */
export function earlyLabel(start: string, isKnown: (label: string) => boolean): string | undefined {
  return findMeta(start, isKnown, true);
}

/** The encoding of an XML declaration, which has to be the first thing there is. */
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

/** `charset`, or `content` of a pragma: a description that talks of charsets is no declaration. */
function labelOf(attributes: Map<string, string>): string | undefined {
  const charset = attributes.get('charset');
  if (charset !== undefined) return charset.trim();
  const isPragma = attributes.get('http-equiv')?.trim().toLowerCase() === 'content-type';
  return isPragma ? charsetOfContent(attributes.get('content') ?? '') : undefined;
}

/** HTML standard, "extracting a character encoding from a meta element". */
function charsetOfContent(content: string): string | undefined {
  const found = /charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"'][^\s;]*))/i.exec(content);
  return (found?.[1] ?? found?.[2] ?? found?.[3])?.trim();
}
