import { jQueryNames } from './jquery-names.ts';
import { SelectorMistakeError } from './mistake.ts';
import { needsArgument, pseudoElement, takesNoArgument, unknownPseudo } from './pseudo-mistakes.ts';
import { readNth } from './read-nth.ts';
import { SelectorReader } from './selector-reader.ts';
import {
  type ComplexSelector,
  type NthSelector,
  type SimpleSelector,
  type StateName,
  stateNames,
} from './types.ts';

/** What a list may contain: `relative` selectors may begin with a combinator. */
export type ListKind = 'relative' | 'plain';

/** Reads the selectors in brackets. */
export type ReadList = (reader: SelectorReader, kind: ListKind) => ComplexSelector[];

/** Reads a pseudo-class after its colon. Throws `SelectorMistakeError`. */
export function readPseudo(reader: SelectorReader, readList: ReadList): SimpleSelector[] {
  if (reader.take(':')) throw pseudoElement(reader.readName('behind ::').toLowerCase());
  const name = reader.readName('behind :').toLowerCase();
  if (!reader.take('(')) return readPlain(name, readList);
  const read = functions.get(name);
  if (read === undefined)
    throw isState(name) || positions.has(name) ? takesNoArgument(name) : unknownPseudo(name);
  reader.skipSpace();
  if (reader.peek() === ')') throw needsArgument(name);
  const selector = read(reader, readList);
  reader.skipSpace();
  reader.expect(')', `:${name}(`);
  return [selector];
}

function readPlain(name: string, readList: ReadList): SimpleSelector[] {
  if (isState(name)) return [{ kind: 'state', name }];
  const found = positions.get(name);
  if (found !== undefined) return found;
  const alias = jQueryNames.get(name);
  if (alias === undefined) throw functions.has(name) ? needsArgument(name) : unknownPseudo(name);
  return [{ kind: 'lists', isNegated: false, anyOf: readList(new SelectorReader(alias), 'plain') }];
}

type ReadArgument = (reader: SelectorReader, readList: ReadList) => SimpleSelector;

function nth(isFromEnd: boolean, isOfType: boolean): ReadArgument {
  return (reader, readList) => {
    const { step, offset } = readNth(reader);
    const hasOf = reader.skipSpace() && !isOfType && (reader.take('of') || reader.take('OF'));
    const of = hasOf ? readList(reader, 'plain') : undefined;
    return { kind: 'nth', step, offset, isFromEnd, isOfType, of };
  };
}

function lists(isNegated: boolean): ReadArgument {
  return (reader, readList) => ({ kind: 'lists', isNegated, anyOf: readList(reader, 'plain') });
}

function contains(ignoresCase: boolean): ReadArgument {
  return (reader) => ({ kind: 'contains', text: readText(reader), ignoresCase });
}

const functions: ReadonlyMap<string, ReadArgument> = new Map<string, ReadArgument>([
  ['is', lists(false)],
  ['where', lists(false)],
  ['matches', lists(false)],
  ['not', lists(true)],
  ['has', (reader, readList) => ({ kind: 'has', anyOf: readList(reader, 'relative') })],
  ['nth-child', nth(false, false)],
  ['nth-last-child', nth(true, false)],
  ['nth-of-type', nth(false, true)],
  ['nth-last-of-type', nth(true, true)],
  ['lang', (reader) => ({ kind: 'language', ranges: readRanges(reader) })],
  ['dir', (reader) => ({ kind: 'direction', direction: reader.readName('in :dir()').toLowerCase() })],
  ['contains', contains(false)],
  ['icontains', contains(true)],
]);

function readRanges(reader: SelectorReader): string[] {
  const ranges: string[] = [];
  do {
    reader.skipSpace();
    const isString = /["']/.test(reader.peek());
    const range = isString ? reader.readString() : reader.readRaw(/[\s,)]/);
    if (range === '' && !isString) throw new SelectorMistakeError('a language of :lang() is empty');
    ranges.push(range.toLowerCase());
    reader.skipSpace();
  } while (reader.take(','));
  return ranges;
}

/** Text with or without quotes; without them, brackets must be balanced. */
function readText(reader: SelectorReader): string {
  if (/["']/.test(reader.peek())) return reader.readString();
  let text = '';
  for (let open = 0; !reader.isAtEnd && (open > 0 || reader.peek() !== ')'); text += reader.readPoint()) {
    if (reader.peek() === '(') open++;
    if (reader.peek() === ')') open--;
  }
  return text.trim();
}

const states: ReadonlySet<string> = new Set(stateNames);

function isState(name: string): name is StateName {
  return states.has(name);
}

function position(isFromEnd: boolean, isOfType: boolean): NthSelector {
  return { kind: 'nth', step: 0, offset: 1, isFromEnd, isOfType, of: undefined };
}

const positions: ReadonlyMap<string, SimpleSelector[]> = new Map<string, SimpleSelector[]>([
  ['first-child', [position(false, false)]],
  ['last-child', [position(true, false)]],
  ['only-child', [position(false, false), position(true, false)]],
  ['first-of-type', [position(false, true)]],
  ['last-of-type', [position(true, true)]],
  ['only-of-type', [position(false, true), position(true, true)]],
]);
