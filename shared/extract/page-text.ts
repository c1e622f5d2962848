import { decodeText } from '../fetch/charset/charset.ts';
import type { Page } from './types.ts';

// Each pattern takes an unclosed comment or element up to the end of the text, so that the time stays linear.
const unseen =
  /<!--(?:[\s\S]*?-->|[\s\S]*$)|<(script|style|noscript|template|iframe)\b[^>]*(?:>|$)[\s\S]*?(?:<\/\1\s*>|$)/gi;
const tag = /<[^>]*(?:>|$)/g;

/**
 * What a page says, to tell whether it says something else than before: its text with white space folded, of markup without tags,
 * scripts and comments, so that no token in a form or an attribute counts.
 */
export function pageTextOf(page: Pick<Page, 'body' | 'contentType'>): string {
  const { text } = decodeText(page.body, page.contentType);
  const isMarkup = page.contentType === '' || /html|xml/i.test(page.contentType);
  const seen = isMarkup ? text.replace(unseen, ' ').replace(tag, ' ') : text;
  return seen.replace(/\s+/g, ' ').trim();
}
