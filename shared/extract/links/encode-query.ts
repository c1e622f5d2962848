import { loadQueryEncoder } from '../../fetch/charset/query-encoder.cjs';

/** The special-query percent-encode set of the URL Standard, beyond the C0 controls. */
const specialQuerySet = ' "#\'<>';

/**
 * A reference as it stands on a page, with what its query holds beyond ASCII in the page's own encoding
 * (URL Standard, query state), where the URL parser alone would take UTF-8: sites in GBK or Shift_JIS decode
 * their queries that way. Characters outside of the encoding become `&#…;`, as in browsers.
 */
export function encodeQuery(reference: string, charset: string): string {
  if (charset === 'utf-8') return reference;
  const special = charset === 'iso-2022-jp' ? beyondJapaneseAscii : beyondAscii;
  if (!special.test(reference)) return reference;
  const hash = reference.indexOf('#');
  const end = hash === -1 ? reference.length : hash;
  const at = reference.indexOf('?');
  if (at === -1 || at > end || isUnicode(charset)) return reference;
  const query = reference.slice(at + 1, end);
  if (!special.test(query)) return reference;
  const encoded = loadQueryEncoder()(charset, withoutBreaks(query), specialQuerySet);
  return reference.slice(0, at + 1) + encoded + reference.slice(end);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII includes control characters
const beyondAscii = /[^\x00-\x7f]/;

/** Encoding Standard, "ISO-2022-JP encoder": the encoder refuses its own shift and escape characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the shifts and the escape are control characters
const beyondJapaneseAscii = /[^\x00-\x7f]|[\x0e\x0f\x1b]/;

/** Encoding Standard, "get an output encoding": these are written as UTF-8. */
function isUnicode(charset: string): boolean {
  return charset.startsWith('utf-16') || charset === 'replacement';
}

/** The URL parser removes tabs and line breaks before it parses (URL Standard, basic URL parser), and trims white space. */
function withoutBreaks(query: string): string {
  return query.replace(/[\t\n\r]/g, '').replace(trailing, '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what the URL parser calls C0 control or space
const trailing = /[\x00-\x20]+$/;
