import { decodeText } from '../fetch/charset.ts';
import type { Page } from './types.ts';

/** More than "Loading…" and less than any page that is to be read. */
const leastText = 100;

const hidden =
  /<(script|style|noscript|template|svg|title|textarea|select|iframe)\b[^>]*>[\s\S]*?(?:<\/\1\s*>|$)/gi;

/**
 * Is it a frame that scripts fill in a browser: no text of its own to speak of, no links, an element to be
 * filled and scripts to do it? Asked only where a page has not given what its label expects.
 */
export function isScriptShell(page: Page): boolean {
  if (!/html/i.test(page.contentType) && page.contentType !== '') return false;
  const { text } = decodeText(page.body, page.contentType);
  if (!/<script\b/i.test(text)) return false;
  const body = text
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(hidden, ' ')
    .replace(/^[\s\S]*?<body\b[^>]*>/i, '');
  if (/<(a|p|h[1-6]|li|td|article|form|img)\b/i.test(body)) return false;
  const seen = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&\w+;|\s+/g, ' ')
    .trim();
  return /<(div|main|section|app|[a-z]+-[\w-]+)\b/i.test(body) && seen.length < leastText;
}
