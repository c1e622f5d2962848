import { type Document, type Element, isTag, isText } from 'domhandler';
import { statedLanguageOf } from '../values/page-language.ts';
import { isBlank } from '../values/text.ts';

/**
 * The language of an article as a tag of BCP 47: that of the element around all of its text, else of the page's element or its
 * `<meta>`, else of the answer's Content-Language header if it names one (HTML Standard, 3.2.6.2). `undefined` where none states it.
 */
export function statedLanguage(
  content: Element,
  document: Document,
  contentLanguage: string | undefined,
): string | undefined {
  const page = document.children.find(isTag);
  const body = page?.children.find((child): child is Element => isTag(child) && child.name === 'body');
  const stated = langAround(content) ?? statedLanguageOf(body ?? page ?? document);
  const tag = stated ?? (contentLanguage?.includes(',') ? undefined : contentLanguage);
  return tag === undefined ? undefined : canonical(tag);
}

/** Of the element, or of the only one in it. */
function langAround(content: Element): string | undefined {
  let at: Element | undefined = content;
  while (at !== undefined) {
    if (at.attribs['lang']) return at.attribs['lang'];
    const shown: (typeof at.children)[number][] = at.children.filter(
      (child) => isTag(child) || (isText(child) && !isBlank(child.data)),
    );
    const [only] = shown;
    at = shown.length === 1 && only !== undefined && isTag(only) ? only : undefined;
  }
  return undefined;
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.trim().replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}
