/** What stands around a text that is escaped, in the Markdown. */
export interface TextEdges {
  before: string;
  after: string;
  /** Is it the text of a link, whose brackets have to be escaped? */
  isInLink: boolean;
  /** Does a link follow? */
  isBeforeLink: boolean;
}

const special = /[\\`*~[\]<&!:]|_+/g;
const alphanumeric = /[\p{L}\p{N}]/u;
const asciiPunctuation = /[!-/:-@[-`{-~]/;
const reference = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{0,40});/iy;

/** A text in which nothing is read as Markdown, wherever in a line it stands but at its start. */
export function escapeText(text: string, edges: TextEdges): string {
  const escaped = text.replace(special, (found, at: number) => {
    const before = text[at - 1] ?? edges.before;
    const after = text[at + found.length] ?? edges.after;
    if (found[0] === '_') return isInWord(before, after) ? found : found.replaceAll('_', '\\_');
    return isSpecial(found, { text, at, before, after, edges }) ? `\\${found}` : found;
  });
  return /:\/\/|www\./i.test(escaped) ? withoutAutolinks(escaped, edges) : escaped;
}

function isInWord(before: string, after: string): boolean {
  return alphanumeric.test(before) && alphanumeric.test(after);
}

interface Found {
  text: string;
  at: number;
  before: string;
  after: string;
  edges: TextEdges;
}

/** Where a character would be read as Markdown; those that are not listed would be anywhere. */
const tests: Readonly<Record<string, (found: Found) => boolean>> = {
  '\\': ({ after }) => after === '' || asciiPunctuation.test(after),
  '[': ({ after, edges }) => edges.isInLink || after === '^',
  ']': ({ after, edges }) => edges.isInLink || after === '(' || after === ':',
  '<': ({ after }) => /[a-z/!?]/i.test(after),
  '&': ({ text, at }) => {
    reference.lastIndex = at;
    return reference.test(text);
  },
  '!': ({ text, at, edges }) => at === text.length - 1 && edges.isBeforeLink,
  // After a reference to a footnote it would make a definition of it.
  ':': ({ at, before }) => at === 0 && before === ']',
};

function isSpecial(character: string, found: Found): boolean {
  return tests[character]?.(found) ?? true;
}

const bareUrl = /(?:https?|ftp)(?=:\/\/)|www(?=\.)/gi;
/** More of a URL is not looked at, so that the time stays linear. */
const maxUrlChars = 2_000;

/** GFM makes links of bare URLs, in which a backslash escapes nothing, and to which marks behind them would belong. */
function withoutAutolinks(text: string, { after, isInLink }: TextEdges): string {
  return text.replace(bareUrl, (start, at: number) => {
    const [rest = ''] = /^\S*/u.exec(text.slice(at, at + maxUrlChars)) ?? [];
    const isAtMark = !isInLink && at + rest.length === text.length && /\S/u.test(after);
    return rest.includes('\\') || isAtMark ? `${start}\\` : start;
  });
}

/** A line of a paragraph that is not read as the start of another block. `isFirst`: of its paragraph. */
export function escapeLineStart(line: string, isFirst: boolean): string {
  const number = /^(\d{1,9})([.)](?:\s|$).*)$/s.exec(line);
  if (number) return `${number[1]}\\${number[2]}`;
  // Of a definition (CommonMark 4.7) the brackets may hold anything, code too.
  if (isFirst && line.startsWith('[') && line.includes(']:')) return `\\${line}`;
  const isBlockStart = /^(?:#{1,6}(?:\s|$)|>|[-+](?:\s|$)|--[-\s]*$|\[[ x]\](?:\s|$))/i.test(line);
  const isUnderline = !isFirst && /^(?:=+\s*|[-:|][-:|\s]*)$/.test(line);
  return isBlockStart || isUnderline ? `\\${line}` : line;
}

/**
 * A code span (CommonMark 6.1). Two have no Markdown, but HTML: a pipe after a backslash in the cell of a table, and what would make
 * a definition of the link around it.
 */
export function codeSpan(text: string, isInCell: boolean, isInLink = false): string {
  if ((isInCell && text.includes('\\|')) || (isInLink && text.includes(']:')))
    return `<code>${escapeHtml(text)}</code>`;
  const fence = '`'.repeat(longestRun(text, '`') + 1);
  const isPadded = /^`|`$/.test(text) || (/^ .* $/s.test(text) && text.trim() !== '');
  return isPadded ? `${fence} ${text} ${fence}` : fence + text + fence;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>\\*_`[\]~:]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The length of the longest run of a character. */
export function longestRun(text: string, character: string): number {
  let longest = 0;
  let length = 0;
  for (const at of text) {
    length = at === character ? length + 1 : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** The destination of a link (CommonMark 6.3): in angle brackets where its parentheses do not match. */
export function destination(url: string): string {
  const escaped = url.replace(/\\/g, '%5C').replace(/&(?=#?\w{1,40};)/g, '\\&');
  if (!/[()<>\s]/.test(escaped)) return escaped;
  if (!/[<>\s]/.test(escaped) && areMatched(escaped)) return escaped;
  return `<${escaped.replace(/[<>\s]/g, encodeURIComponent)}>`;
}

/** CommonMark's libraries count 32 levels at least. */
function areMatched(url: string): boolean {
  let open = 0;
  for (const character of url) {
    if (character === '(') open += 1;
    if (character === ')') open -= 1;
    if (open < 0 || open > 8) return false;
  }
  return open === 0;
}
