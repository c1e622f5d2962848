import type { InlineMark, Token } from './tokens.ts';

/** Marks of a paragraph are checked again after some were left out, this often at most. */
const maxPasses = 4;

/**
 * Emphasis counts by what stands beside its delimiters (CommonMark 6.2, "left-flanking"). Of marks that would not count,
 * punctuation at their edges is moved outside; those that still would not are left out. `write`: a piece for each token.
 */
export function withoutBrokenMarks(tokens: Token[], write: (tokens: readonly Token[]) => string[]): Token[] {
  if (!tokens.some(isMark)) return tokens;
  let current = tokens;
  for (let pass = 0; pass < maxPasses; pass++) {
    const broken = brokenMarks(current, write(current));
    if (broken.size === 0) return current;
    current =
      pass === 0 ? movePunctuation(current, broken) : joinTexts(current.filter((_, at) => !broken.has(at)));
  }
  return joinTexts(current.filter((token) => !isMark(token)));
}

/** Texts that follow each other are escaped as one. */
function joinTexts(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token.kind === 'text' && last?.kind === 'text' && token.isCode === last.isCode) {
      joined[joined.length - 1] = { ...last, text: last.text + token.text };
    } else joined.push(token);
  }
  return joined;
}

function isMark(token: Token): token is Extract<Token, { mark: InlineMark }> {
  return token.kind === 'open' || token.kind === 'close';
}

/** The positions of marks that do not count, and of their counterparts. */
function brokenMarks(tokens: readonly Token[], written: readonly string[]): Set<number> {
  const broken = new Set<number>();
  const open: number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'open') open.push(at);
    if (token.kind !== 'close') continue;
    const start = open.pop();
    if (start === undefined || start === at - 1 || !opens(tokens, written, start) || !closes(written, at)) {
      broken.add(at);
      if (start !== undefined) broken.add(start);
    }
  }
  for (const at of open) broken.add(at);
  return broken;
}

function opens(tokens: readonly Token[], written: readonly string[], at: number): boolean {
  // The delimiters of both would be one run.
  if (tokens[at - 1]?.kind === 'close') return false;
  return flanks(firstAfter(written, at), lastBefore(written, at));
}

function closes(written: readonly string[], at: number): boolean {
  return flanks(lastBefore(written, at), firstAfter(written, at));
}

function flanks(inner: string, outer: string): boolean {
  if (inner === '' || isSpace(inner)) return false;
  return !isPunctuation(inner) || outer === '' || isSpace(outer) || isSurelyPunctuation(outer);
}

function lastBefore(written: readonly string[], at: number): string {
  for (let index = at - 1; index >= 0; index--)
    if (written[index]) return lastCharacter(written[index] ?? '');
  return '';
}

function firstAfter(written: readonly string[], at: number): string {
  for (let index = at + 1; index < written.length; index++) {
    const [first] = written[index] ?? '';
    if (first !== undefined) return first;
  }
  return '';
}

export function lastCharacter(text: string): string {
  return [...text.slice(-2)].at(-1) ?? '';
}

function isSpace(character: string): boolean {
  return /\s/u.test(character);
}

/** CommonMark 0.31: symbols too. */
function isPunctuation(character: string): boolean {
  return /[\p{P}\p{S}]/u.test(character);
}

/** To every version of CommonMark and every library: symbols beyond ASCII are none before 0.31, and some never saw an emoji. */
function isSurelyPunctuation(character: string): boolean {
  return character.length === 1 && /[\p{P}!-/:-@[-`{-~]/u.test(character);
}

/** `**「text」**` as `「**text**」`: what begins and ends with a letter counts whatever stands beside it. */
function movePunctuation(tokens: readonly Token[], broken: ReadonlySet<number>): Token[] {
  const moved: Token[] = [];
  for (const [at, token] of tokens.entries()) {
    const last = moved.at(-1);
    if (token.kind === 'text' && !token.isCode && last?.kind === 'open' && broken.has(at - 1)) {
      const [, marks = '', rest = ''] = /^([\p{P}\p{S}\s]*)(.*)$/su.exec(token.text) ?? [];
      if (marks !== '') moved.splice(-1, 0, { ...token, text: marks });
      if (rest !== '') moved.push({ ...token, text: rest });
    } else if (token.kind === 'close' && broken.has(at) && last?.kind === 'text' && !last.isCode) {
      const rest = withoutPunctuationAtEnd(last.text);
      moved.pop();
      if (rest !== '') moved.push({ ...last, text: rest });
      moved.push(token);
      if (rest !== last.text) moved.push({ ...last, text: last.text.slice(rest.length) });
    } else moved.push(token);
  }
  return moved;
}

/** Not by a regular expression, whose time would grow with the square of the text. */
function withoutPunctuationAtEnd(text: string): string {
  let end = text.length;
  for (let last = lastCharacter(text); end > 0; last = lastCharacter(text.slice(Math.max(0, end - 2), end))) {
    if (!isSpace(last) && !isPunctuation(last)) break;
    end -= last.length;
  }
  return text.slice(0, end);
}
