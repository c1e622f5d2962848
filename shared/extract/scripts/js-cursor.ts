/** What comes before decides whether a slash begins a regular expression or divides. */
type Before = 'value' | 'operator';

const identifier = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const blank =
  /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*$)|<!--[^\n\r]*|-->(?<=(?:^|[\n\r])\s*-->)[^\n\r]*)+/y;
const numberText =
  /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y;
const regexText = /\/(?![*/])(?:[^\\/[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+\/[a-z]*/y;
const stringText = /'(?:[^'\\\n\r]|\\[\s\S])*'|"(?:[^"\\\n\r]|\\[\s\S])*"/y;

/** Words after which a slash begins a regular expression. */
const operators = new Set(['return', 'typeof', 'case', 'in', 'of', 'void', 'delete', 'do', 'else', 'new']);

/** Goes through the text of a script by its tokens (ECMAScript, 12), and runs nothing of it. */
export class JsCursor {
  at = 0;
  readonly text: string;
  private before: Before = 'operator';

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character behind white space and comments. */
  peek(): string {
    this.take(blank);
    return this.text[this.at] ?? '';
  }

  /** Steps over a mark, if it comes next. */
  skip(mark: string): boolean {
    this.peek();
    const isNext = this.text.startsWith(mark, this.at);
    if (isNext) this.at += mark.length;
    return isNext;
  }

  identifier(): string | undefined {
    this.peek();
    return this.take(identifier);
  }

  number(): string | undefined {
    this.peek();
    return this.take(numberText);
  }

  /** A string of either quotes, or a template without expressions, with its escapes resolved. */
  string(): string | undefined {
    const quote = this.peek();
    if (quote !== '`') {
      const found = this.take(stringText);
      return found === undefined ? undefined : resolveEscapes(found.slice(1, -1));
    }
    const start = this.at;
    const hasEnd = this.skipTemplate();
    const inner = this.text.slice(start + 1, this.at - 1);
    if (hasEnd && !inner.includes('${')) return resolveEscapes(inner);
    this.at = start;
    return undefined;
  }

  /** Steps over one token, and returns what it is: an identifier, or its first character. */
  next(): string {
    const first = this.peek();
    const word = this.take(identifier);
    if (word !== undefined) {
      this.before = operators.has(word) ? 'operator' : 'value';
      return word;
    }
    if (first === '`') this.skipTemplate();
    else if (first === '"' || first === "'") this.takeOrLeaveLine(stringText);
    else if (first === '/' && this.before === 'operator') this.takeOrLeaveLine(regexText);
    else if (this.take(numberText) === undefined) {
      this.at += 1;
      this.before = first === ')' || first === ']' || first === '}' ? 'value' : 'operator';
      return first;
    }
    this.before = 'value';
    return first;
  }

  /** A token that does not end in its line is a mistake: what follows in the line is no code. */
  private takeOrLeaveLine(token: RegExp): void {
    if (this.take(token) !== undefined) return;
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }

  /** Steps over an expression, up to a comma, semicolon or closing bracket that is not its own. */
  skipExpression(): void {
    let depth = 0;
    while (!this.isAtEnd) {
      const mark = this.peek();
      if (depth === 0 && (mark === '' || ',;)]}'.includes(mark))) return;
      if ('([{'.includes(mark)) depth += 1;
      else if (')]}'.includes(mark)) depth -= 1;
      this.next();
    }
  }

  /** Returns whether it ends. */
  private skipTemplate(): boolean {
    this.at += 1;
    while (!this.isAtEnd) {
      const mark = this.text[this.at];
      if (mark === '\\') this.at += 2;
      else if (this.text.startsWith('${', this.at)) this.skipPlaceholder();
      else {
        this.at += 1;
        if (mark === '`') return true;
      }
    }
    return false;
  }

  private skipPlaceholder(): void {
    this.at += 2;
    for (let depth = 1; depth > 0 && !this.isAtEnd; ) {
      const mark = this.peek();
      if (mark === '{') depth += 1;
      else if (mark === '}') depth -= 1;
      this.next();
    }
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

const escapeSequence =
  /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|([0-3][0-7]{0,2}|[4-7][0-7]?)|(\r\n|[\s\S]))/g;
const letters: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r': '',
  '\r\n': '',
  '\u2028': '',
  '\u2029': '',
};

/** ECMAScript, 12.9.4 and B.1.2: escape sequences of string literals. */
function resolveEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(escapeSequence, (_, point, unit, byte, octal, letter: string | undefined) => {
    if (letter !== undefined) return letters[letter] ?? letter;
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const code = Number.parseInt(point ?? unit ?? byte, 16);
    return code > 0x10_ffff ? '\ufffd' : String.fromCodePoint(code);
  });
}
