/** What people write of other languages, and what XPath has instead. */
const foreignSigns: Record<string, string> = {
  '==': 'one = compares',
  '<>': '!= is the sign',
  '&': 'and joins conditions',
  '||': 'or joins conditions',
  '!': 'not(…) turns a condition around',
};

const token =
  /\s*(?:(?<text>"[^"]*"|'[^']*')|(?<number>\d+(?:\.\d*)?|\.\d+)|(?<name>[\p{L}_][\p{L}\p{M}\p{N}_.-]*(?::(?!:)(?:[\p{L}_][\p{L}\p{M}\p{N}_.-]*|\*))?)|(?<sign>\/\/|\.\.|::|!=|<=|>=|[/.@*()[\]|+\-=<>,]))/uy;
const operators = new Set(['or', 'and', '=', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'div', 'mod', '|']);
const nodeTypes = new Set(['node', 'text', 'comment', 'processing-instruction']);
const shownChars = 20;

class SyntaxMistake extends Error {}

/** Where an expression is none by the grammar of XPath 1.0 (3), and what should stand there; `undefined` where that is not found. */
export function whereNoSyntax(expression: string): string | undefined {
  try {
    new GrammarReader(expression).readWhole();
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxMistake)) throw error;
    return error.message;
  }
}

/** Reads an expression and keeps nothing of it. */
class GrammarReader {
  private kind = '';
  private value = '';
  /** Where the token that is next begins, and what is behind it. */
  private start = 0;
  private at = 0;
  private readonly expression: string;

  constructor(expression: string) {
    this.expression = expression;
    this.next();
  }

  readWhole(): void {
    this.readExpression();
    if (this.kind !== 'end') this.fail(this.value === ')' || this.value === ']' ? 'its end' : 'an operator');
  }

  private next(): void {
    token.lastIndex = this.at;
    const found = token.exec(this.expression);
    const rest = this.expression.slice(this.at);
    this.start = this.at + (/^\s*/.exec(rest)?.[0].length ?? 0);
    if (found === null) {
      this.kind = this.start === this.expression.length ? 'end' : 'unknown';
      this.value = '';
      return;
    }
    const [kind, value = ''] =
      Object.entries(found.groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    this.kind = kind ?? '';
    this.value = value;
    this.at = token.lastIndex;
  }

  private take(sign: string): boolean {
    const isThere = this.value === sign && this.kind !== 'text';
    if (isThere) this.next();
    return isThere;
  }

  private fail(expected: string): never {
    const rest = this.expression.slice(this.start);
    if (/^["']/.test(rest)) throw new SyntaxMistake(`the text that begins with ${shown(rest)} does not end`);
    const advice = Object.entries(foreignSigns).find(([sign]) => this.hasSign(sign));
    const hint = advice === undefined ? '' : `; ${advice[1]}`;
    const place = rest === '' ? 'where it ends' : `at character ${this.start + 1}, where ${shown(rest)} is`;
    throw new SyntaxMistake(`${expected} should stand ${place}${hint}`);
  }

  /** Is it there, or does it end there? */
  private hasSign(sign: string): boolean {
    const { expression, start } = this;
    return expression.startsWith(sign, start) || expression.startsWith(sign, start - sign.length + 1);
  }

  private readExpression(): void {
    do {
      while (this.take('-'));
      this.readOperand();
    } while (operators.has(this.value) && this.kind !== 'text' && this.takeAny());
  }

  private takeAny(): true {
    this.next();
    return true;
  }

  private readOperand(): void {
    if (this.kind === 'text' || this.kind === 'number') this.next();
    else if (this.value === '(') this.readBracket('(', ')', () => this.readExpression());
    else if (this.isCall()) this.readCall();
    else {
      this.readPath();
      return;
    }
    this.readPredicates();
    this.readSteps();
  }

  private isCall(): boolean {
    return (
      this.kind === 'name' && !nodeTypes.has(this.value) && /^\s*\(/.test(this.expression.slice(this.at))
    );
  }

  private readCall(): void {
    this.next();
    this.readBracket('(', ')', () => {
      if (this.value === ')') return;
      do this.readExpression();
      while (this.take(','));
    });
  }

  private readBracket(open: string, close: string, readInside: () => void): void {
    const opened = this.start;
    this.take(open);
    readInside();
    if (!this.take(close)) this.fail(`an operator or the ${close} of the ${open} at character ${opened + 1}`);
  }

  private readPath(): void {
    if (this.take('/')) {
      if (!this.isAtStep()) return;
    } else if (this.take('//')) {
      if (!this.isAtStep()) this.fail('the name of an element');
    } else if (!this.isAtStep()) this.fail('a path, a text, a number or a function');
    this.readStep();
    this.readSteps();
  }

  private readSteps(): void {
    while (this.take('/') || this.take('//')) {
      if (!this.isAtStep()) this.fail('a step such as the name of an element');
      if (this.isCall()) {
        const name = this.value;
        throw new SyntaxMistake(`${name}() is a function and no step: write ${name}(…) around the path`);
      }
      this.readStep();
    }
  }

  private isAtStep(): boolean {
    return this.kind === 'name' || ['.', '..', '@', '*'].includes(this.value);
  }

  private readStep(): void {
    if (this.take('.') || this.take('..')) return;
    if (this.take('@')) this.readTest('the name of an attribute');
    else {
      const isName = this.kind === 'name';
      this.readTest('the name of an element');
      if (isName && this.take('::')) this.readTest('the name of a node');
    }
    this.readPredicates();
  }

  private readTest(expected: string): void {
    const isType = nodeTypes.has(this.value);
    if (this.kind !== 'name' && this.value !== '*') this.fail(expected);
    this.next();
    if (isType && this.value === '(') this.readBracket('(', ')', () => this.kind === 'text' && this.next());
  }

  private readPredicates(): void {
    while (this.value === '[' && this.kind === 'sign')
      this.readBracket('[', ']', () => this.readExpression());
  }
}

function shown(rest: string): string {
  return rest.length > shownChars ? `${rest.slice(0, shownChars)}…` : rest;
}
