/** The functions of XPath 1.0 that make texts of texts (4.2). They count characters, not units of UTF-16. */

export function normaliseSpace(text: string): string {
  return text.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '').replace(/[\t\n\r ]+/g, ' ');
}

export function lengthOf(text: string): number {
  return isShortCharacters(text) ? text.length : [...text].length;
}

/** Character for character: NaN and infinity are what they are in comparisons. */
export function substring(text: string, from: number, length: number | undefined): string {
  const first = Math.round(from);
  const end = length === undefined ? Number.POSITIVE_INFINITY : first + Math.round(length);
  return [...text].filter((_, index) => index + 1 >= first && index + 1 < end).join('');
}

export function substringBefore(text: string, sign: string): string {
  return text.slice(0, Math.max(0, text.indexOf(sign)));
}

export function substringAfter(text: string, sign: string): string {
  const at = text.indexOf(sign);
  return at === -1 ? '' : text.slice(at + sign.length);
}

/** Of a character that is named twice the first counts. */
export function translate(text: string, from: string, to: string): string {
  const replacements = [...to];
  const pairs = [...from].map((letter, index) => [letter, replacements[index] ?? ''] as const);
  const map = new Map(pairs.reverse());
  return Array.from(text, (letter) => map.get(letter) ?? letter).join('');
}

function isShortCharacters(text: string): boolean {
  return !/[\ud800-\udbff]/.test(text);
}
