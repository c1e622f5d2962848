import { type Element, isTag } from 'domhandler';
import { parseDocument } from '../tree/document.ts';
import { markupOf } from '../tree/serialise.ts';
import { parseDate } from '../values/parse-date.ts';
import { foldSpace, rawTextOf, textOf } from '../values/text.ts';
import { nameIn } from './feed-element.ts';

/** The text of an element that holds no markup, such as an id; null where it is empty or not there. */
export function plainOf(element: Element | undefined): string | null {
  return element === undefined ? null : foldSpace(rawTextOf(element)) || null;
}

/** The first that is not empty. */
export function firstPlainOf(elements: readonly (Element | undefined)[]): string | null {
  for (const element of elements) {
    const text = plainOf(element);
    if (text !== null) return text;
  }
  return null;
}

/**
 * A title as text. RSS says nowhere whether it is HTML, so one with tags or references in it is; Atom says so by `type`
 * (RFC 4287, 3.1).
 */
export function titleOf(element: Element | undefined): string | null {
  if (element === undefined) return null;
  const type = typeOf(element);
  if (type === 'xhtml' || (type !== 'html' && element.children.some(isTag))) return textOf(element) || null;
  const text = decodedText(element);
  const mayBeHtml = type === 'html' || (type === undefined && !isAtom(element));
  return (
    (mayBeHtml && looksLikeHtml.test(text) ? textOf(parseDocument(text, false)) : foldSpace(text)) || null
  );
}

const looksLikeHtml = /<[a-z!/]|&(?:#|[a-z])/i;

/** What an element holds as HTML: text is written as HTML, XHTML and HTML stand as they are. */
export function htmlOf(element: Element | undefined): string | null {
  if (element === undefined || element.attribs['src'] !== undefined) return null;
  const type = typeOf(element);
  const inner = element.children.filter(isTag);
  if (type === 'xhtml' || (type !== 'html' && inner.length > 0)) {
    const [only] = inner;
    const isWrapped =
      type === 'xhtml' && inner.length === 1 && only !== undefined && /(^|:)div$/.test(only.name);
    return markupOf(isWrapped ? only : element).trim() || null;
  }
  const text = decodedText(element).trim();
  if (text === '') return null;
  const isText =
    (type === 'text' && element.attribs['mode'] !== 'base64') || (type === undefined && isAtom(element));
  return isText ? text.replace(/[&<>]/g, (mark) => entities[mark] ?? mark) : text;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function decodedText(element: Element): string {
  const text = rawTextOf(element);
  return isBase64(element) ? Buffer.from(text, 'base64').toString('utf8') : text;
}

const markupType = /^(?:text\/|[\w.]+\/(?:[\w.-]+\+)?xml)/i;

/** Atom writes what is neither text nor markup in Base64 (RFC 4287, 4.1.3.3); Atom 0.3 what says so. */
function isBase64(element: Element): boolean {
  const { mode, type = 'text' } = element.attribs;
  if (mode !== undefined) return mode === 'base64';
  return type.includes('/') && !markupType.test(type) && isAtom(element);
}

/** `text`, `html` or `xhtml`; the types of Atom 0.3 are those of MIME, with a `mode`. */
function typeOf(element: Element): string | undefined {
  if (isBase64(element)) return 'html';
  const { attribs } = element;
  const type = attribs['type']?.trim().toLowerCase();
  if (attribs['mode'] === 'xml' && type !== 'text/plain') return 'xhtml';
  if (type === 'text/html') return 'html';
  if (type === 'application/xhtml+xml') return attribs['mode'] === 'escaped' ? 'html' : 'xhtml';
  return type === 'text/plain' ? 'text' : type;
}

function isAtom(element: Element): boolean {
  return nameIn(element).startsWith('atom:');
}

/** A moment as ISO 8601; as it stands where it cannot be read for certain. */
export function dateOf(text: string | null): string | null {
  if (text === null) return null;
  return parseDate(text) ?? text;
}
