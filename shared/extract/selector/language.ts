import type { Element } from 'domhandler';
import { isHtmlElement } from '../tree/html-nodes.ts';
import { rootOf } from './form-controls.ts';
import type { ElementTest, Search } from './search.ts';
import { ancestorOf, visitInside } from './walk.ts';

/** `:lang()` with ranges in lower case (Selectors Level 4, 10.2). */
export function compileLanguage(ranges: string[]): ElementTest {
  const wanted = ranges.map((range) => range.split('-'));
  return (element, search) => {
    const language = languageOf(element, search).toLowerCase();
    const parts = language.split('-');
    return wanted.some((range) => (range[0] === '' ? language === '' : isInRange(parts, range)));
  };
}

/**
 * HTML Standard, "the lang and xml:lang attributes"; '' where none is declared. The Content-Language header is not
 * available here.
 */
function languageOf(element: Element, search: Search): string {
  const declares = (one: Element) => declaredOn(one) !== undefined;
  const declaring = declares(element) ? element : ancestorOf(element, declares);
  if (declaring !== undefined) return declaredOn(declaring) ?? '';
  const known = defaults.get(search) ?? defaultLanguageOf(element);
  defaults.set(search, known);
  return known;
}

function declaredOn(element: Element): string | undefined {
  const { attribs } = element;
  const ofXml = isHtmlElement(element) && element.namespace !== undefined ? undefined : attribs['xml:lang'];
  return ofXml ?? attribs['lang'];
}

const defaults = new WeakMap<Search, string>();

/** The last `<meta http-equiv="content-language">` that names one language. */
function defaultLanguageOf(element: Element): string {
  const root = rootOf(element);
  let language = '';
  visitInside('children' in root ? root.children : [], (one) => {
    if (one.name === 'meta' && /^content-language$/i.test(one.attribs['http-equiv'] ?? '')) {
      const content = one.attribs['content'] ?? '';
      const word = /^[\t\n\f\r ]*([^\t\n\f\r ,]+)/.exec(content)?.[1];
      if (word !== undefined && !content.includes(',')) language = word;
    }
    return false;
  });
  return language;
}

/** Extended filtering (RFC 4647, 3.3.2). */
function isInRange(tag: string[], range: string[]): boolean {
  if (range[0] !== '*' && range[0] !== tag[0]) return false;
  if (tag[0] === '') return false;
  let at = 1;
  for (const wanted of range.slice(1)) {
    if (wanted === '*') continue;
    while (at < tag.length && tag[at] !== wanted) if ((tag[at++] ?? '').length <= 1) return false;
    if (at++ >= tag.length) return false;
  }
  return true;
}
