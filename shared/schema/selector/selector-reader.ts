import { SelectorMistakeError } from './mistake.ts';

const identifierStart = /[a-z_\u0080-\u{10ffff}]/iu;
const identifierPart = /[\w\u0080-\u{10ffff}-]/u;
const hexadecimal = /^[\da-f]{1,6}/i;

export type NamespaceOf = (prefix: string) => string | undefined;

/** Reads the tokens of a selector one after the other, by CSS Syntax Module Level 3 (section 4). */
export class SelectorReader {
  at = 0;
  readonly text: string;
  /** The namespace of a prefix; `undefined` for one that is not declared. */
  readonly namespaceOf: NamespaceOf;

  constructor(text: string, namespaceOf: NamespaceOf = () => undefined) {
    this.namespaceOf = namespaceOf;
    // CSS Syntax, 3.3: preprocessing the input stream.
    this.text = text.replace(/\r\n?|\f/g, '\n').replace(/\0|[\ud800-\udfff]/gu, '\ufffd');
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Skips `text`. Returns whether it was there. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string, where: string): void {
    if (this.take(text)) return;
    if (this.isAtEnd) throw new SelectorMistakeError(`${where} has no ${text} at its end`);
    throw this.unexpected(`${text} of ${where}`);
  }

  /** Returns whether there was white space; comments do not count. */
  skipSpace(): boolean {
    let isSpace = false;
    for (;;) {
      if (this.startsWith('/*')) this.skipComment();
      else if (/[ \t\n]/.test(this.peek())) {
        isSpace = true;
        this.at++;
      } else return isSpace;
    }
  }

  skipComments(): void {
    while (this.startsWith('/*')) this.skipComment();
  }

  /** Is there an identifier (CSS Syntax, 4.3.9)? */
  isAtName(): boolean {
    const dashes = this.peek() === '-' ? 1 : 0;
    if (dashes === 1 && this.text[this.at + 1] === '-') return true;
    return identifierStart.test(this.pointAt(this.at + dashes)) || this.isEscapeAt(this.at + dashes);
  }

  /** `what`: what the name is the name of, for the message. */
  readName(what: string): string {
    if (!this.isAtName()) {
      if (this.isAtEnd) throw new SelectorMistakeError('it ends where a name should follow');
      throw this.unexpected(`a name ${what}`);
    }
    return this.readNamePart();
  }

  /** A string in single or double quotes. */
  readString(): string {
    const mark = this.peek();
    let value = '';
    this.at++;
    while (!this.take(mark)) {
      if (this.isAtEnd || this.peek() === '\n')
        throw new SelectorMistakeError(`a text in ${mark} does not end`);
      if (this.take('\\\n')) continue;
      value += this.readPoint();
    }
    return value;
  }

  /** The raw text up to one of `ends`. */
  readRaw(ends: RegExp): string {
    let value = '';
    while (!this.isAtEnd && !ends.test(this.peek())) value += this.readPoint();
    return value;
  }

  unexpected(expected: string): SelectorMistakeError {
    const rest = this.text.slice(this.at);
    const found = rest.length > 20 ? `${rest.slice(0, 20)}…` : rest;
    return new SelectorMistakeError(
      `${expected} should stand where ${found === '' ? 'it ends' : `${found} is`}`,
    );
  }

  private readNamePart(): string {
    let name = '';
    for (;;) {
      if (!identifierPart.test(this.pointAt(this.at)) && !this.isEscapeAt(this.at)) return name;
      name += this.readPoint();
    }
  }

  /** One code point, escaped or not (CSS Syntax, 4.3.7). */
  readPoint(): string {
    if (this.peek() !== '\\') {
      const point = this.pointAt(this.at);
      this.at += point.length;
      return point;
    }
    this.at++;
    const digits = hexadecimal.exec(this.text.slice(this.at, this.at + 6))?.[0];
    if (digits !== undefined) {
      this.at += digits.length;
      if (/[ \t\n]/.test(this.peek())) this.at++;
      return pointOf(Number.parseInt(digits, 16));
    }
    const point = this.pointAt(this.at);
    this.at += point.length;
    return point || '\ufffd';
  }

  private isEscapeAt(at: number): boolean {
    return this.text[at] === '\\' && this.text[at + 1] !== '\n';
  }

  private pointAt(at: number): string {
    return String.fromCodePoint(...[this.text.codePointAt(at) ?? []].flat());
  }

  private skipComment(): void {
    const end = this.text.indexOf('*/', this.at + 2);
    if (end < 0) throw new SelectorMistakeError('a comment does not end');
    this.at = end + 2;
  }
}

function pointOf(code: number): string {
  const isNone = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return isNone ? '\ufffd' : String.fromCodePoint(code);
}
