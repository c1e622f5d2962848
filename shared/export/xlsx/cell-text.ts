import { xmlText } from '../../text/xml-text.ts';

/**
 * Characters that XML 1.0 §2.2 forbids, halves of surrogate pairs included, and CR, which XML readers turn into a
 * line feed.
 */
const unwritable =
  '[\\u0000-\\u0008\\u000b-\\u001f\\ufffe\\uffff]|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]';
const anyUnwritable = new RegExp(unwritable, 'g');
/** Text that would be read as an escape, also together with an escape that follows. */
const likeEscape = new RegExp(`_(?=x[\\da-f]{4}(?:_|${unwritable}))`, 'gi');

/**
 * Text of a cell as XML: a character that XML cannot represent is `_x0001_`, and the text `_x0041_`, which would
 * be read as A, is `_x005F_x0041_` (ECMA-376 Part 1, §22.9.2.19 ST_Xstring).
 */
export function cellText(text: string): string {
  return xmlText(text.replace(likeEscape, '_x005F_').replace(anyUnwritable, escapeOf));
}

function escapeOf(sign: string): string {
  return `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
