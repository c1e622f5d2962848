import { decodeText } from '../fetch/charset/charset.ts';
import type { Page } from './types.ts';

/** More than "Loading…" and less than any page with content. */
const minTextChars = 100;
/** This many elements with content make a page in any case. */
const manyElements = 20;

// Each pattern takes an unclosed comment or element up to the end of the text, so that the time stays linear.
const comment = /<!--(?:[\s\S]*?-->|[\s\S]*$)/g;
const hidden =
  /<(script|style|noscript|template|svg|title|textarea|select|iframe)\b[^>]*(?:>|$)[\s\S]*?(?:<\/\1\s*>|$)/gi;
const tag = /<[^>]*(?:>|$)/g;
const content = /<(?:a|p|h[1-6]|li|td|article|form|img)\b/gi;

/**
 * Is it a shell that scripts fill in a browser: hardly any text, no links, an element to be filled and scripts to
 * do it? Checked only where a page did not give what its label expects.
 */
export function isScriptShell(page: Page): boolean {
  if (!/html/i.test(page.contentType) && page.contentType !== '') return false;
  if (hasManyElements(page.body)) return false;
  const { text } = decodeText(page.body, page.contentType);
  if (!/<script\b/i.test(text)) return false;
  const markup = text.replace(comment, '').replace(hidden, ' ');
  const body = markup.slice(Math.max(0, markup.search(/<body\b/i)));
  content.lastIndex = 0;
  if (content.test(body)) return false;
  const seen = body.replace(tag, ' ').replace(/&\w+;/g, ' ').replace(/\s+/g, ' ').trim();
  return /<(div|main|section|app|[a-z]+-[\w-]+)\b/i.test(body) && seen.length < minTextChars;
}

/** True at once for nearly all pages. */
function hasManyElements(body: Uint8Array): boolean {
  const markup = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
  content.lastIndex = 0;
  for (let count = 0; count < manyElements; count += 1) if (!content.test(markup)) return false;
  return true;
}
