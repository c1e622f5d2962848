import { type CharSet, exactly } from './char-set.ts';
import type { Anchor, CharNode, RegexNode } from './parse-regex.ts';
import { withoutEmptyRepeats } from './without-empty.ts';

/** An expression in RE2's syntax, which finds there what it finds in ECMAScript. */
export interface Translation {
  source: string;
  /** Does the original have a group, so that only what that finds is kept? */
  keepsGroup: boolean;
  /** The number of groups that stand for the first one of the original: the one that took part last holds its text. */
  groups: number;
}

/** Why an expression has no translation, and what to write instead. */
export interface Untranslatable {
  reason: string;
  instead: string;
}

/** RE2 compiles a counted repetition as that many copies. */
const maxCopies = 1_000;
const maxChars = 3_000;

/** Whether `translate` has an answer, without the tables of Unicode, which take long to make. */
export function whyUntranslatable(node: RegexNode): Untranslatable | undefined {
  const translated = translateWith(node, () => []);
  return 'reason' in translated ? translated : undefined;
}

export function translate(node: RegexNode): Translation | Untranslatable {
  return translateWith(node, ({ set, isExact, written }) => (isExact ? set : exactly(written)));
}

class NoTranslation extends Error {
  readonly instead: string;

  constructor(reason: string, instead: string) {
    super(reason);
    this.instead = instead;
  }
}

function translateWith(node: RegexNode, setOf: (node: CharNode) => CharSet): Translation | Untranslatable {
  try {
    checkGroups(node);
    const writer = new Writer(setOf);
    const source = writer.write(withoutEmptyRepeats(node), 1);
    return { source, keepsGroup: hasGroup(node), groups: writer.groups };
  } catch (error) {
    if (error instanceof NoTranslation) return { reason: error.message, instead: error.instead };
    if (error instanceof RangeError) return { reason: error.message, instead: simpler };
    throw error;
  }
}

const simpler = 'write it with fewer repetitions of repetitions';

class Writer {
  groups = 0;
  #chars = 0;
  readonly #setOf: (node: CharNode) => CharSet;

  constructor(setOf: (node: CharNode) => CharSet) {
    this.#setOf = setOf;
  }

  /** `copies`: how often RE2 will have it in its program. */
  write(node: RegexNode, copies: number): string {
    switch (node.kind) {
      case 'char':
        return this.#char(node, copies);
      case 'sequence':
        return node.parts.map((part) => this.write(part, copies)).join('');
      case 'choice':
        return `(?:${node.options.map((option) => this.write(option, copies)).join('|')})`;
      case 'group':
        if (node.number > 1) return `(?:${this.write(node.body, copies)})`;
        this.groups += 1;
        return `(${this.write(node.body, copies)})`;
      case 'anchor':
        return anchor(node.at);
      case 'repeat':
        return this.#repeat(node, copies);
      case 'look':
        throw noLook(node.written);
      case 'reference':
        throw new NoTranslation(
          `has a reference to a group (${node.written})`,
          'write the alternatives out, such as "[^"]*"|\'[^\']*\'',
        );
      default:
        return node satisfies never;
    }
  }

  #repeat(node: Extract<RegexNode, { kind: 'repeat' }>, copies: number): string {
    const { body, min, max, isGreedy } = node;
    if (max === 0) return '(?:)';
    const count = Math.max(1, min, Number.isFinite(max) ? max : 0);
    if (count * copies > maxCopies) {
      throw new NoTranslation(`repeats something ${count * copies} times`, 'write + or * instead');
    }
    const times = `{${min},${Number.isFinite(max) ? max : ''}}`;
    return `(?:${this.write(body, copies * count)})${times}${isGreedy ? '' : '?'}`;
  }

  #char(node: CharNode, copies: number): string {
    this.#chars += copies;
    if (this.#chars > maxChars) throw new NoTranslation(`is longer than ${maxChars} characters`, simpler);
    const set = this.#setOf(node);
    if (set.length === 0) return '[^\\x{0}-\\x{10ffff}]';
    return `[${set.map(([from, to]) => `\\x{${from.toString(16)}}-\\x{${to.toString(16)}}`).join('')}]`;
  }
}

function anchor(at: Anchor): string {
  switch (at) {
    case 'start':
      return '\\A';
    case 'end':
      return '\\z';
    case 'word':
      return '\\b';
    case 'notWord':
      return '\\B';
    case 'lineStart':
    case 'lineEnd':
      throw new NoTranslation('has ^ or $ at lines, (?m:', 'write the line break, such as (?:^|\\n)');
    case 'wordOfAnyCase':
      throw new NoTranslation('has \\b where case is ignored', 'put \\b outside of (?i:…)');
    default:
      return at satisfies never;
  }
}

function noLook(written: '(?=' | '(?!' | '(?<=' | '(?<!'): NoTranslation {
  const isBehind = written.includes('<');
  const what = isBehind ? 'looks behind' : 'looks ahead';
  const instead = written.endsWith('!')
    ? 'write what may stand there, such as [^,]'
    : 'match what stands there, and put what is to be kept into a group: Price: (\\d+)';
  return new NoTranslation(`${what}, ${written}`, instead);
}

/**
 * In ECMAScript each repetition forgets what its groups found; in RE2 they keep it. The same comes out where every
 * repetition finds the group anew.
 */
function checkGroups(node: RegexNode): void {
  if (node.kind === 'repeat' && node.max > 1 && hasGroup(node.body) && !alwaysFinds(node.body)) {
    throw new NoTranslation(
      'has its first group in a part of a repetition that may be passed by',
      'put the group around the repetition, or begin it with (?: instead',
    );
  }
  for (const inner of within(node)) checkGroups(inner);
}

function within(node: RegexNode): RegexNode[] {
  if (node.kind === 'sequence') return node.parts;
  if (node.kind === 'choice') return node.options;
  return 'body' in node ? [node.body] : [];
}

function hasGroup(node: RegexNode): boolean {
  return (node.kind === 'group' && node.number === 1) || within(node).some(hasGroup);
}

function alwaysFinds(node: RegexNode): boolean {
  if (node.kind === 'group') return node.number === 1 || alwaysFinds(node.body);
  if (node.kind === 'sequence') return node.parts.some(alwaysFinds);
  if (node.kind === 'choice') return node.options.every(alwaysFinds);
  return node.kind === 'repeat' && node.min > 0 && alwaysFinds(node.body);
}
