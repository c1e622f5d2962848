import { codeSpan, destination, escapeLineStart, escapeText } from './escape.ts';
import { lastCharacter, withoutBrokenMarks } from './flanking.ts';
import type { InlineMark, Token } from './tokens.ts';

/** Where text is written: in a heading a line break is a space, in a cell of a table it is HTML. */
export type InlinePlace = 'paragraph' | 'heading' | 'table-cell';

export const delimiters: Record<InlineMark, string> = { strong: '**', em: '*', del: '~~' };

/** The Markdown of a paragraph, a heading or a cell; `''` where nothing is in it. */
export function writeInline(tokens: readonly Token[], place: InlinePlace): string {
  const whole = trimBreaks(tokens);
  const kept = withoutBrokenMarks(whole, (list) => writeTokens(list, place));
  const written = writeTokens(kept, place).join('');
  if (place === 'table-cell') return written.replace(/\|/g, '\\|');
  if (place === 'heading') return written.replace(/(^|\s)(#+)$/, '$1\\$2');
  return escapeStarts(written, kept);
}

/** An empty line would end the paragraph. */
function trimBreaks(tokens: readonly Token[]): Token[] {
  const isContent = ({ kind }: Token) => kind === 'text' || kind === 'raw';
  const first = tokens.findIndex(isContent);
  const last = tokens.findLastIndex(isContent);
  return tokens.filter(
    ({ kind }, at) => kind !== 'break' || (at > first && at < last && tokens[at - 1]?.kind !== 'break'),
  );
}

/** Not a backslash: behind a bare URL it would be a part of what GFM makes a link of. */
const breaks: Record<InlinePlace, string> = { paragraph: '  \n', heading: ' ', 'table-cell': '<br>' };

/** One piece for each token. */
function writeTokens(tokens: readonly Token[], place: InlinePlace): string[] {
  const written: string[] = [];
  let links = 0;
  let before = '';
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'openLink') links += 1;
    if (token.kind === 'closeLink') links -= 1;
    const next = tokens[at + 1];
    const edges = {
      before,
      after: firstCharacter(next, place),
      isInLink: links > 0,
      isBeforeLink: next?.kind === 'openLink',
    };
    const piece = writeToken(token, place, edges);
    written.push(piece);
    if (piece !== '') before = lastCharacter(piece);
  }
  return written;
}

function writeToken(token: Token, place: InlinePlace, edges: Parameters<typeof escapeText>[1]): string {
  switch (token.kind) {
    case 'text':
      return token.isCode
        ? codeSpan(token.text, place === 'table-cell', edges.isInLink)
        : escapeText(token.text, edges);
    case 'space':
      return ' ';
    case 'break':
      return breaks[place];
    case 'raw':
      return token.markdown;
    case 'open':
    case 'close':
      return delimiters[token.mark];
    case 'openTag':
      return `<${token.name}>`;
    case 'closeTag':
      return `</${token.name}>`;
    case 'openLink':
      return '[';
    case 'closeLink':
      return `](${destination(token.url)}${writeTitle(token.title)})`;
    default:
      return token satisfies never;
  }
}

/** The first character of what a token will be written as, which may be an escape. */
function firstCharacter(token: Token | undefined, place: InlinePlace): string {
  switch (token?.kind) {
    case undefined:
      return '';
    case 'text':
      return token.isCode ? '`' : (token.text[0] ?? '');
    case 'raw':
      return token.markdown[0] ?? '';
    case 'space':
      return ' ';
    case 'break':
      return breaks[place][0] ?? '';
    case 'open':
    case 'close':
      return delimiters[token.mark][0] ?? '';
    case 'openTag':
    case 'closeTag':
      return '<';
    case 'openLink':
      return '[';
    case 'closeLink':
      return ']';
    default:
      return token satisfies never;
  }
}

export function writeTitle(title: string | undefined): string {
  const text = title?.replace(/\s+/gu, ' ').trim() ?? '';
  return text === '' ? '' : ` "${text.replace(/["\\&]/g, '\\$&')}"`;
}

/** Only lines that begin with text may be read as another block: what is written of tokens has no line breaks. */
function escapeStarts(written: string, tokens: readonly Token[]): string {
  const starts = [tokens[0], ...tokens.flatMap(({ kind }, at) => (kind === 'break' ? [tokens[at + 1]] : []))];
  return written
    .split('\n')
    .map((line, at) =>
      starts[at]?.kind === 'text' && !starts[at].isCode ? escapeLineStart(line, at === 0) : line,
    )
    .join('\n');
}
