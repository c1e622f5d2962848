/** What needs any work at all; most text does not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that XML forbids.
const special = /[&<>"\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text as XML, in content or between double quotes. What XML 1.0 §2.2 forbids is left out, lone halves of
 * surrogate pairs become U+FFFD, and line ends are a line feed as XML readers make them anyway.
 */
export function xmlText(text: string): string {
  if (!special.test(text)) return text;
  return text
    .replace(/\r\n?/g, '\n')
    .replace(forbidden, '')
    .toWellFormed()
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
