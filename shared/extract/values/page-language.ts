import { type AnyNode, type Document, type Element, isTag } from 'domhandler';

/**
 * The locale of an element's language (HTML Standard, 3.2.6.2): the nearest `lang`, its own or an ancestor's, else
 * the page's `<meta http-equiv="content-language">`. `undefined` where nothing states it, or where it is no
 * language whose formats of numbers and dates are known.
 */
export function languageOf(spot: Document | Element): string | undefined {
  const stated = statedLanguageOf(spot);
  return stated === undefined ? undefined : localeOf(stated);
}

/** As the page writes it, which may be empty. */
export function statedLanguageOf(spot: Document | Element): string | undefined {
  let node: AnyNode | null = spot;
  let root: AnyNode = spot;
  for (; node !== null; node = node.parent) {
    root = node;
    const tag = isTag(node) ? (node.attribs['lang'] ?? node.attribs['xml:lang']) : undefined;
    if (tag !== undefined) return tag;
  }
  return pragmaOf(root);
}

/**
 * The language of a page that is read without its tree. It is read from the text if the only `lang` of the page is
 * on its first tag; else the tree is needed.
 */
export class LanguageOfText {
  /** Was the language asked for, and not stated in the text? */
  needsTree = false;
  #text = noText;
  #isKnown = false;
  #locale: string | undefined = undefined;

  startPage(text: () => string): void {
    this.needsTree = this.#isKnown = false;
    this.#text = text;
  }

  locale(): string | undefined {
    if (this.#isKnown) return this.#locale;
    const stated = readLanguage(this.#text());
    this.needsTree = stated === undefined;
    this.#locale = stated?.locale;
    this.#isKnown = true;
    return this.#locale;
  }

  /** Drops the text of the page. */
  endPage(): void {
    this.#text = noText;
  }
}

const noText = () => '';
const anyLanguage = /(?<![\w-])lang(?=[\s=>/])|content-language/gi;
const firstTag = /^\s*(?:<!doctype[^<>]*>\s*)?<html\s+([^<>&]{0,1000})>/i;
const attribute = /\s*([\w:.-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=`/]+)))?(?=\s|$)/iy;

/** `undefined` where the tree is needed. */
function readLanguage(text: string): { locale: string | undefined } | undefined {
  const statements = text.match(anyLanguage)?.length ?? 0;
  if (statements === 0) return { locale: undefined };
  const attributes = statements === 1 ? firstTag.exec(text)?.[1] : undefined;
  if (attributes === undefined) return undefined;
  attribute.lastIndex = 0;
  for (let found = attribute.exec(attributes); found !== null; found = attribute.exec(attributes)) {
    const [, name = '', double, single, bare] = found;
    if (name.toLowerCase() === 'lang') return { locale: localeOf(double ?? single ?? bare ?? '') };
  }
  return undefined;
}

/** The locale of a language tag as pages write it; `de_DE` is read as `de-DE`. */
function localeOf(tag: string): string | undefined {
  const written = tag.trim().replaceAll('_', '-');
  try {
    const [known] = Intl.NumberFormat.supportedLocalesOf(written);
    if (known === undefined) return undefined;
    const { language, script, region } = new Intl.Locale(known);
    return [language, script, region].filter((part) => part !== undefined).join('-');
  } catch {
    return undefined;
  }
}

/** The first in the head; one that names several languages counts as none. */
function pragmaOf(root: AnyNode): string | undefined {
  const page = 'children' in root ? root.children.find((node) => isTag(node)) : undefined;
  const head = page?.children.find((node): node is Element => isTag(node) && node.name === 'head');
  const meta = head?.children.find(
    (node): node is Element =>
      isTag(node) &&
      node.name === 'meta' &&
      node.attribs['http-equiv']?.toLowerCase() === 'content-language' &&
      (node.attribs['content'] ?? '') !== '',
  );
  const content = meta?.attribs['content'] ?? '';
  return content.includes(',') ? undefined : /\S+/.exec(content)?.[0];
}
