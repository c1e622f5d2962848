import { allChars, atLeast, type CharSet, classes, complement, unite } from './char-set.ts';

/** A regular expression with the flag `u`, as a tree. */
export type RegexNode =
  | CharNode
  | { kind: 'sequence'; parts: RegexNode[] }
  /** In the order in which they are tried. */
  | { kind: 'choice'; options: RegexNode[] }
  | { kind: 'repeat'; body: RegexNode; min: number; max: number; isGreedy: boolean }
  /** A group that captures; the first is number 1. */
  | { kind: 'group'; body: RegexNode; number: number }
  | { kind: 'anchor'; at: Anchor }
  | { kind: 'look'; body: RegexNode; written: '(?=' | '(?!' | '(?<=' | '(?<!' }
  | { kind: 'reference'; written: string };

export type Anchor = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'word' | 'notWord' | 'wordOfAnyCase';

export interface CharNode {
  kind: 'char';
  /** What it matches; where `isExact` is false, at least that. */
  set: CharSet;
  isExact: boolean;
  /** A regular expression that matches what it matches, with the flag `u`. */
  written: string;
}

interface Flags {
  i: boolean;
  m: boolean;
  s: boolean;
}

/** Reads what `new RegExp(source, 'u')` has accepted (ECMA-262, "Patterns", with UnicodeMode). */
export function parseRegex(source: string): RegexNode {
  return new RegexReader(source).disjunction({ i: false, m: false, s: false });
}

const anchorsByText: Readonly<Record<string, Anchor>> = { '\\b': 'word', '\\B': 'notWord' };

class RegexReader {
  readonly #source: string;
  #at = 0;
  #groups = 0;

  constructor(source: string) {
    this.#source = source;
  }

  disjunction(flags: Flags): RegexNode {
    const options = [this.#alternative(flags)];
    while (this.#takes('|')) options.push(this.#alternative(flags));
    const [first] = options;
    return options.length === 1 && first !== undefined ? first : { kind: 'choice', options };
  }

  #alternative(flags: Flags): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#source.length && !/^[|)]/.test(this.#source[this.#at] ?? '')) {
      parts.push(this.#quantified(this.#term(flags)));
    }
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { kind: 'sequence', parts };
  }

  #term(flags: Flags): RegexNode {
    const looksAround = this.#match(/\(\?<?[=!]/y) as Extract<RegexNode, { kind: 'look' }>['written'] | '';
    if (looksAround !== '') return { kind: 'look', body: this.#inside(flags), written: looksAround };
    if (this.#source[this.#at] === '(') return this.#group(flags);
    const boundary = anchorsByText[this.#match(/\\[bB]/y)];
    if (boundary !== undefined) return { kind: 'anchor', at: flags.i ? 'wordOfAnyCase' : boundary };
    if (this.#takes('^')) return { kind: 'anchor', at: flags.m ? 'lineStart' : 'start' };
    if (this.#takes('$')) return { kind: 'anchor', at: flags.m ? 'lineEnd' : 'end' };
    const reference = this.#match(/\\(?:[1-9]\d*|k<[^>]*>)/y);
    if (reference !== '') return { kind: 'reference', written: reference };
    return this.#char(flags);
  }

  #group(flags: Flags): RegexNode {
    const modifiers = /\(\?(?<on>[ims]*)-?(?<off>[ims]*):/y;
    modifiers.lastIndex = this.#at;
    const { on = '', off = '' } = modifiers.exec(this.#source)?.groups ?? {};
    if (this.#match(modifiers) !== '') {
      const isOn = (flag: 'i' | 'm' | 's') => on.includes(flag) || (flags[flag] && !off.includes(flag));
      return this.#inside({ i: isOn('i'), m: isOn('m'), s: isOn('s') });
    }
    this.#match(/\((?:\?<[^>]*>)?/y);
    this.#groups += 1;
    const number = this.#groups;
    return { kind: 'group', number, body: this.#inside(flags) };
  }

  #inside(flags: Flags): RegexNode {
    const body = this.disjunction(flags);
    this.#takes(')');
    return body;
  }

  #quantified(body: RegexNode): RegexNode {
    const written = this.#match(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y);
    if (written === '') return body;
    const { min, max } = boundsOf(written);
    return { kind: 'repeat', body, min, max, isGreedy: written === '?' || !written.endsWith('?') };
  }

  #char({ i, s }: Flags): CharNode {
    const start = this.#at;
    const isClass = this.#source[start] === '[';
    const [set, isExact] = isClass ? this.#class() : this.#single(s);
    const plain = this.#source.slice(start, this.#at);
    const written = plain === '.' && s ? '[^]' : plain;
    if (!i && isExact) return { kind: 'char', set, isExact, written };
    const asRead = i ? `(?i:${written})` : written;
    return { kind: 'char', set: atLeast(asRead, set), isExact: false, written: asRead };
  }

  #single(isDotAll = false): [CharSet, isExact: boolean] {
    if (this.#takes('.')) return [isDotAll ? allChars : (classes['.'] ?? []), true];
    return this.#element();
  }

  #class(): [CharSet, isExact: boolean] {
    this.#takes('[');
    const isNegated = this.#takes('^');
    const ranges: [number, number][] = [];
    let isWhole = true;
    while (!this.#takes(']')) {
      const [from, isFromExact] = this.#element(true);
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      if (isRange) this.#at += 1;
      const [to, isToExact] = isRange ? this.#element(true) : [from, true];
      isWhole = isWhole && isFromExact && isToExact;
      if (isRange) ranges.push([from[0]?.[0] ?? 0, to[0]?.[0] ?? 0]);
      else ranges.push(...from.map(([first, last]): [number, number] => [first, last]));
    }
    if (!isWhole) return [allChars, false];
    const set = unite(ranges);
    return [isNegated ? complement(set) : set, true];
  }

  /** One character, or the escape of a class; within a class `\b` is a backspace. */
  #element(isInClass = false): [CharSet, isExact: boolean] {
    if (this.#match(/\\[pP]\{[^}]*\}/y) !== '') return [allChars, false];
    const [, letter = ''] = this.#match(/\\[dDsSwW]/y);
    const known = classes[letter];
    if (known !== undefined) return [known, true];
    const code = isInClass && this.#match(/\\b/y) !== '' ? 8 : this.#codePoint();
    return [[[code, code]], true];
  }

  #codePoint(): number {
    const pair = this.#match(/\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}/y);
    if (pair !== '') {
      const [high, low] = [pair.slice(2, 6), pair.slice(8)].map((hex) => Number.parseInt(hex, 16));
      return String.fromCharCode(high ?? 0, low ?? 0).codePointAt(0) ?? 0;
    }
    const hex = this.#match(/\\(?:u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2})/y);
    if (hex !== '') return Number.parseInt(hex.replace(/[\\ux{}]/g, ''), 16);
    const control = this.#match(/\\c[A-Za-z]/y);
    if (control !== '') return control.charCodeAt(2) % 32;
    const escaped = this.#match(/\\./suy);
    if (escaped !== '') return controls[escaped] ?? escaped.codePointAt(1) ?? 0;
    return this.#match(/./suy).codePointAt(0) ?? 0;
  }

  #takes(char: string): boolean {
    if (!this.#source.startsWith(char, this.#at)) return false;
    this.#at += char.length;
    return true;
  }

  /** What a sticky expression finds here, which is passed over; '' where it finds nothing. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#source) ?? [];
    this.#at += found.length;
    return found;
  }
}

const controls: Readonly<Record<string, number>> = {
  '\\0': 0,
  '\\t': 9,
  '\\n': 10,
  '\\v': 11,
  '\\f': 12,
  '\\r': 13,
};

function boundsOf(written: string): { min: number; max: number } {
  const [quantifier = ''] = written;
  if (quantifier === '?') return { min: 0, max: 1 };
  if (quantifier !== '{') return { min: quantifier === '+' ? 1 : 0, max: Number.POSITIVE_INFINITY };
  const [, min = '0', comma, max] = /\{(\d+)(,)?(\d*)/.exec(written) ?? [];
  if (comma === undefined) return { min: Number(min), max: Number(min) };
  return { min: Number(min), max: max === '' ? Number.POSITIVE_INFINITY : Number(max) };
}
