/** Marks of CommonMark and GFM that stand around text. */
export type InlineMark = 'strong' | 'em' | 'del';

/** Text with its marks, flat: what a paragraph is written from. */
export type Token =
  | { kind: 'text'; text: string; isCode: boolean }
  | { kind: 'space' }
  | { kind: 'break' }
  /** Markdown as it is written: an image, a reference to a footnote. */
  | { kind: 'raw'; markdown: string }
  | { kind: 'open' | 'close'; mark: InlineMark }
  /** Of HTML, where CommonMark has no marks: a superscript. */
  | { kind: 'openTag' | 'closeTag'; name: string }
  | { kind: 'openLink' }
  | { kind: 'closeLink'; url: string; title: string | undefined };

export type TextToken = Extract<Token, { kind: 'text' }>;

export function isOpening(token: Token | undefined): boolean {
  return token?.kind === 'open' || token?.kind === 'openLink' || token?.kind === 'openTag';
}

/** Collects tokens: white space is folded and stands outside of marks and links, and what is empty is left out. */
export class TokenList {
  readonly tokens: Token[] = [];
  #hasSpace = false;
  /** Is the white space in code? */
  #isSpaceOfCode = false;
  #isStart = true;

  /** Is there anything before the next token, in this line? */
  get hasText(): boolean {
    return !this.#isStart;
  }

  text(text: string, isCode: boolean): void {
    for (const part of text.split(/(\s+)/u)) {
      if (part === '') continue;
      if (/^\s/u.test(part)) this.#addSpace(isCode);
      else this.#add({ kind: 'text', text: part, isCode });
    }
  }

  /** A line of code, whose white space counts. */
  codeLine(text: string): void {
    this.#add({ kind: 'text', text, isCode: true });
  }

  space(): void {
    this.#addSpace(false);
  }

  raw(markdown: string): void {
    this.#add({ kind: 'raw', markdown });
  }

  lineBreak(): void {
    this.#hasSpace = false;
    this.#beforeOpenings({ kind: 'break' });
    this.#isStart = true;
  }

  open(mark: InlineMark): void {
    this.tokens.push({ kind: 'open', mark });
  }

  close(mark: InlineMark): void {
    if (this.tokens.at(-1)?.kind === 'open') this.tokens.pop();
    else this.#afterContent({ kind: 'close', mark });
  }

  openTag(name: string): void {
    this.tokens.push({ kind: 'openTag', name });
  }

  closeTag(name: string): void {
    if (this.tokens.at(-1)?.kind === 'openTag') this.tokens.pop();
    else this.#afterContent({ kind: 'closeTag', name });
  }

  openLink(): void {
    this.tokens.push({ kind: 'openLink' });
  }

  closeLink(url: string, title: string | undefined): void {
    if (this.tokens.at(-1)?.kind === 'openLink') this.tokens.pop();
    else
      this.#afterContent({ kind: 'closeLink', url, title: title === this.#textOfLink() ? undefined : title });
  }

  #addSpace(isCode: boolean): void {
    this.#isSpaceOfCode = this.#hasSpace ? this.#isSpaceOfCode && isCode : isCode;
    this.#hasSpace = true;
  }

  /** Titles that only repeat the text of their link are left out. */
  #textOfLink(): string {
    const start = this.tokens.findLastIndex(({ kind }) => kind === 'openLink');
    return this.tokens
      .slice(start)
      .map((token) => (token.kind === 'text' ? token.text : token.kind === 'space' ? ' ' : ''))
      .join('');
  }

  #add(token: Token): void {
    const last = this.tokens.at(-1);
    const isSpaced = this.#hasSpace && !this.#isStart;
    this.#hasSpace = false;
    this.#isStart = false;
    const isApart = isSpaced && last?.kind === 'text' && last.isCode && !this.#isSpaceOfCode;
    if (token.kind === 'text' && last?.kind === 'text' && last.isCode === token.isCode && !isApart) {
      this.tokens[this.tokens.length - 1] = { ...last, text: last.text + (isSpaced ? ' ' : '') + token.text };
      return;
    }
    if (isSpaced) this.#beforeOpenings({ kind: 'space' });
    this.tokens.push(token);
  }

  /** Before the marks that have just been opened: at their edges white space has no place. */
  #beforeOpenings(token: Token): void {
    let at = this.tokens.length;
    while (isOpening(this.tokens[at - 1])) at -= 1;
    this.tokens.splice(at, 0, token);
  }

  /** Before the line breaks at the end. */
  #afterContent(token: Token): void {
    let at = this.tokens.length;
    while (this.tokens[at - 1]?.kind === 'break') at -= 1;
    this.tokens.splice(at, 0, token);
  }
}
