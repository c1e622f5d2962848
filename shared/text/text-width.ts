import { stripVTControlCharacters } from 'node:util';

/** Wide and fullwidth characters (Unicode UAX #11) and emoji take two columns of a terminal. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Marks that stand on the character before them, and what has no width. */
const narrow = /[\p{Mn}\p{Me}\p{Cf}]/u;
const plain = /^[\x20-\x7e]*$/;

/** Columns that a text takes on a terminal; colours take none. */
export function widthOf(text: string): number {
  const bare = stripVTControlCharacters(text);
  if (plain.test(bare)) return bare.length;
  let width = 0;
  for (const character of bare) width += narrow.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** The text, without its colours and with a mark at its end where it is wider than `columns`. */
export function cutToWidth(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * Breaks a line between words so that each part fits into `columns`; the parts after the first are indented
 * as the line is, and two more. A word that is wider than a line stays whole.
 */
export function wrapLine(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  const indent = ' '.repeat(Math.min((/^ */.exec(line)?.[0].length ?? 0) + 2, Math.floor(columns / 2)));
  const parts: string[] = [];
  let part = '';
  // White space belongs to the word before it: tables keep their columns as long as they fit.
  for (const word of line.match(/^ *\S+\s*|\S+\s*/gu) ?? []) {
    const isFull = part.trim() !== '' && widthOf(part + word.trimEnd()) > columns;
    if (isFull) {
      parts.push(part.trimEnd());
      part = indent;
    }
    part += word;
  }
  return [...parts, part.trimEnd()].join('\n');
}
