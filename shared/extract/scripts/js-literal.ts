import { isUnsafeInteger, parseExactJson } from '../../exact-json.ts';
import type { Json } from '../../model.ts';
import type { JsCursor } from './js-cursor.ts';
import { readEncodedText, readText } from './js-text.ts';

/** What an expression of a script is without running it. */
export interface JsValue {
  value: Json;
  /** Parts of it are code: null in the value. */
  hasCode: boolean;
  /** Where these are, as far as that is known. */
  codes: readonly CodeAt[];
}

/** A part of a value that is code in place of data. */
export interface CodeAt {
  /** Names and indices. */
  path: readonly (string | number)[];
  /** Its beginning. */
  text: string;
}

/** Length of the code that a loss shows. */
export const shownCode = 80;

/** So many parts of a value are known by their places. */
const maxCodes = 1_000;

/** Deeper values could not be written. */
const maxDepth = 100;

/** The parameters of a function that is called with literals, and what may still be written of them. */
interface Parameters {
  values: ReadonlyMap<string, { value: Json; length: number }>;
  room: number;
}

/** Few parameters may make a value of any length. */
const maxChars = 20_000_000;

/**
 * Reads the expression at the cursor, if it states data: a literal of ECMAScript (object, list, string, number and so on),
 * `JSON.parse` of a string, or a function that is called at once with literals and returns one, as Nuxt writes it.
 * `undefined` for code, with the cursor where that was known. Numbers keep their digits as `parseExactJson` keeps them.
 */
export function readJsValue(cursor: JsCursor): JsValue | undefined {
  const reader = new LiteralReader(cursor);
  const value = reader.expression(0);
  const { hasCode, codes } = reader;
  return value === undefined ? undefined : { value, hasCode, codes };
}

class LiteralReader {
  hasCode = false;
  readonly codes: CodeAt[] = [];
  /** Where in the value the cursor is. */
  private readonly trail: (string | number)[] = [];
  private readonly cursor: JsCursor;
  private readonly parameters: Parameters | undefined;
  /** Is it within a call? No other one is read there. */
  private isInCall = false;

  constructor(cursor: JsCursor, parameters?: Parameters) {
    this.cursor = cursor;
    this.parameters = parameters;
  }

  expression(depth: number): Json | undefined {
    const value = this.operand(depth);
    return value !== undefined && this.endsHere() ? value : undefined;
  }

  /** Is nothing done with the value? `a || b` is `a` where that is an object or a list. */
  private endsHere(): boolean {
    const next = this.cursor.peek();
    if (next === '' || ',;)]}'.includes(next) || /[\p{ID_Start}$_]/u.test(next)) return true;
    if (!this.cursor.skip('||') && !this.cursor.skip('??')) return false;
    this.cursor.skipExpression();
    return true;
  }

  private operand(depth: number): Json | undefined {
    if (depth > maxDepth) return undefined;
    const first = this.cursor.peek();
    if (first === '{') return this.object(depth);
    if (first === '[') return this.list(depth);
    if (first === '(') return this.group(depth);
    if (first === '!') return this.negation();
    if (first === '-' || first === '+') return this.signed();
    return readText(this.cursor) ?? this.number('') ?? this.named(depth);
  }

  private object(depth: number): Json | undefined {
    const { cursor } = this;
    cursor.skip('{');
    const entries: [name: string, value: Json][] = [];
    while (!cursor.skip('}')) {
      if (cursor.isAtEnd) return undefined;
      const start = cursor.at;
      const name = cursor.string() ?? cursor.identifier() ?? cursor.number();
      if (name !== undefined && cursor.skip(':')) entries.push([name, this.entry(depth, name)]);
      else this.leaveOut(start, name);
      if (!cursor.skip(',') && cursor.peek() !== '}') return undefined;
    }
    return Object.fromEntries(entries);
  }

  private list(depth: number): Json | undefined {
    const { cursor } = this;
    cursor.skip('[');
    const entries: Json[] = [];
    while (!cursor.skip(']')) {
      if (cursor.isAtEnd) return undefined;
      // A hole is undefined.
      if (cursor.skip(',')) entries.push(null);
      else {
        entries.push(this.entry(depth, entries.length));
        if (!cursor.skip(',') && cursor.peek() !== ']') return undefined;
      }
    }
    return entries;
  }

  /** A value in a list or an object; code is null there. */
  private entry(depth: number, name: string | number): Json {
    const start = this.cursor.at;
    this.trail.push(name);
    const value = this.expression(depth + 1);
    this.trail.pop();
    if (value !== undefined) return value;
    this.leaveOut(start, name);
    return null;
  }

  private leaveOut(start: number, name: string | number | undefined): void {
    this.hasCode = true;
    this.cursor.at = start;
    this.cursor.skipExpression();
    if (name === undefined || this.codes.length >= maxCodes) return;
    const text = this.cursor.text.slice(start, Math.min(this.cursor.at, start + shownCode)).trim();
    this.codes.push({ path: [...this.trail, name], text });
  }

  /** A literal in parentheses, or a function in them that is called. */
  private group(depth: number): Json | undefined {
    const { cursor } = this;
    cursor.skip('(');
    const start = cursor.at;
    if (cursor.identifier() === 'function') return this.call(depth);
    cursor.at = start;
    const value = this.expression(depth + 1);
    return value !== undefined && cursor.skip(')') ? value : undefined;
  }

  /** `function(a, b){return {x: a}}("y", 1))`, or with its parenthesis before the arguments. */
  private call(depth: number): Json | undefined {
    const { cursor } = this;
    const names = this.namesOfParameters();
    if (names === undefined || this.isInCall || this.parameters !== undefined) return undefined;
    if (!cursor.skip('{') || cursor.identifier() !== 'return') return undefined;
    const body = cursor.at;
    cursor.skipExpression();
    cursor.skip(';');
    if (!cursor.skip('}')) return undefined;
    const isClosed = cursor.skip(')');
    const given = this.given(depth);
    if (given === undefined || !(isClosed || cursor.skip(')'))) return undefined;
    const end = cursor.at;
    cursor.at = body;
    const parameters = { values: valuesOf(names, given), room: maxChars };
    const reader = new LiteralReader(cursor, parameters);
    const value = reader.expression(depth + 1);
    this.hasCode ||= reader.hasCode;
    for (const { path, text } of reader.codes) this.codes.push({ path: [...this.trail, ...path], text });
    cursor.at = end;
    return parameters.room < 0 ? undefined : value;
  }

  private namesOfParameters(): string[] | undefined {
    const { cursor } = this;
    if (!cursor.skip('(')) return undefined;
    const names: string[] = [];
    while (!cursor.skip(')')) {
      const name = cursor.identifier();
      if (name === undefined) return undefined;
      names.push(name);
      cursor.skip(',');
    }
    return names;
  }

  private given(depth: number): Json[] | undefined {
    const { cursor } = this;
    if (!cursor.skip('(')) return undefined;
    const values: Json[] = [];
    this.isInCall = true;
    while (!cursor.skip(')')) {
      if (cursor.isAtEnd) return undefined;
      values.push(this.entry(depth, values.length));
      if (!cursor.skip(',') && cursor.peek() !== ')') return undefined;
    }
    this.isInCall = false;
    return values;
  }

  /** Minified `true` and `false`. */
  private negation(): boolean | undefined {
    this.cursor.skip('!');
    const number = this.cursor.number();
    return number === '0' ? true : number === '1' ? false : undefined;
  }

  private signed(): Json | undefined {
    const sign = this.cursor.skip('-') ? '-' : '';
    if (sign === '') this.cursor.skip('+');
    return this.number(sign);
  }

  private number(sign: string): Json | undefined {
    const written = this.cursor.number()?.replace(/_|n$/g, '');
    if (written === undefined) return undefined;
    const text = sign + written;
    // ECMAScript, B.1.1: digits behind a zero are octal, as far as they can be.
    const value = /^0[0-7]+$/.test(written) ? Number.parseInt(written, 8) : Number(written);
    if (isUnsafeInteger(text) || !Number.isFinite(value)) return text;
    return sign === '-' && value !== 0 ? -value : value;
  }

  private named(depth: number): Json | undefined {
    const { cursor } = this;
    const name = cursor.identifier();
    if (name === undefined) return undefined;
    const known = this.parameters?.values.get(name);
    if (known !== undefined) return this.parameter(known);
    if (name === 'JSON' && cursor.skip('.'))
      return cursor.identifier() === 'parse' ? this.parsed() : undefined;
    if (name === 'Object' && cursor.skip('.'))
      return cursor.identifier() === 'freeze' ? this.group(depth) : undefined;
    if (name === 'void') return cursor.number() === undefined ? undefined : null;
    return constants.get(name);
  }

  private parameter({ value, length }: { value: Json; length: number }): Json | undefined {
    if (this.parameters === undefined) return undefined;
    this.parameters.room -= length;
    return this.parameters.room < 0 ? undefined : value;
  }

  /** The argument of `JSON.parse`. */
  private parsed(): Json | undefined {
    if (!this.cursor.skip('(')) return undefined;
    const text = readEncodedText(this.cursor);
    if (text === undefined || !this.cursor.skip(')')) return undefined;
    try {
      return parseExactJson(text);
    } catch {
      return undefined;
    }
  }
}

function valuesOf(names: string[], given: Json[]): Parameters['values'] {
  return new Map(
    names.map((name, index) => {
      const value = given[index] ?? null;
      return [name, { value, length: JSON.stringify(value).length }];
    }),
  );
}

const constants: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
  ['NaN', null],
  ['Infinity', null],
]);
