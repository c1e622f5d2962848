import { namespaceOfPrefix, splitNamespaces } from '../namespaces.ts';
import { findForeignSyntax } from './foreign-syntax.ts';
import { SelectorMistakeError } from './mistake.ts';
import { type ListKind, readPseudo } from './read-pseudo.ts';
import { type NamespaceOf, SelectorReader } from './selector-reader.ts';
import type {
  AttributeOperator,
  AttributeSelector,
  ComplexSelector,
  Relation,
  SelectorStep,
  SimpleSelector,
} from './types.ts';

/**
 * Parses a list of selectors (Selectors Level 4). It accepts more than browsers: a combinator at the beginning (`>
 * a`), unquoted values that are no names (`[a=1]`), `[a!=b]`, `:contains()` and jQuery's names of form controls.
 * It refuses what browsers forgive (an invalid part of `:is()`, brackets that are not closed), so that a typing
 * error is not mistaken for a selector without matches. `namespaceOf`: the namespace of a prefix (`dc|creator`); by default those
 * that are declared in front of the selector. Throws `SelectorMistakeError`.
 */
export function parseSelector(declared: string, namespaceOf?: NamespaceOf): ComplexSelector[] {
  const { text: selector, namespaces = {} } = splitNamespaces(declared);
  findForeignSyntax(selector);
  const reader = new SelectorReader(
    selector,
    namespaceOf ?? ((prefix) => namespaceOfPrefix(prefix, namespaces)),
  );
  const list = readList(reader, 'relative');
  if (!reader.isAtEnd) throw reader.unexpected('a combinator, a comma or the end');
  return list;
}

/** Up to a closing bracket, or the end. */
function readList(reader: SelectorReader, kind: ListKind): ComplexSelector[] {
  const list: ComplexSelector[] = [];
  do list.push(readComplex(reader, kind));
  while (reader.take(','));
  return list;
}

const combinators: Record<string, Relation> = { '>': 'child', '+': 'next', '~': 'after' };

function readComplex(reader: SelectorReader, kind: ListKind): ComplexSelector {
  const steps: ComplexSelector = [];
  reader.skipSpace();
  let relation = takeCombinator(reader);
  if (relation !== undefined && kind === 'plain') {
    throw new SelectorMistakeError('a selector in :not(), :is() or :where() begins with a combinator');
  }
  for (;;) {
    const conditions = readCompound(reader);
    if (conditions.length === 0) throw nothingFollows(reader, relation, steps.length > 0);
    steps.push({ relation, conditions });
    const isSpace = reader.skipSpace();
    if (isAtListEnd(reader)) return steps;
    relation = takeCombinator(reader) ?? (isSpace ? 'inside' : undefined);
    if (relation === undefined) throw reader.unexpected('a combinator, a comma or the end');
  }
}

function takeCombinator(reader: SelectorReader): Relation | undefined {
  if (reader.startsWith('||')) throw new SelectorMistakeError('the combinator || is not supported');
  if (reader.startsWith('<')) {
    throw new SelectorMistakeError('< is no combinator', 'a parent by its child is parent:has(> child)');
  }
  const relation = combinators[reader.peek()];
  if (relation === undefined) return undefined;
  reader.at++;
  reader.skipSpace();
  return relation;
}

function isAtListEnd(reader: SelectorReader): boolean {
  return reader.isAtEnd || reader.peek() === ',' || reader.peek() === ')';
}

function nothingFollows(reader: SelectorReader, relation: Relation | undefined, isInside: boolean) {
  const sign = Object.entries(combinators).find(([, found]) => found === relation)?.[0];
  if (sign !== undefined && isAtListEnd(reader)) {
    return new SelectorMistakeError(`nothing follows the ${sign} at its end`);
  }
  if (!isInside && isAtListEnd(reader)) {
    return new SelectorMistakeError('a part of it is empty, before or after a comma or in brackets');
  }
  return reader.unexpected('a selector');
}

function readCompound(reader: SelectorReader): SelectorStep['conditions'] {
  const conditions: SimpleSelector[] = [];
  const tag = readTag(reader);
  if (tag !== undefined) conditions.push(tag);
  for (;;) {
    reader.skipComments();
    if (reader.take('.')) conditions.push({ kind: 'class', name: readNameAfter(reader, '.') });
    else if (reader.take('#')) conditions.push(idSelector(readNameAfter(reader, '#')));
    else if (reader.take('[')) conditions.push(readAttribute(reader));
    else if (reader.take(':')) conditions.push(...readPseudo(reader, readList));
    else return conditions;
  }
}

function readNameAfter(reader: SelectorReader, sign: '.' | '#'): string {
  const value = /^\d[\w-]*/.exec(reader.text.slice(reader.at))?.[0];
  if (value === undefined) return reader.readName(`behind ${sign}`);
  const attribute = sign === '.' ? 'class~' : 'id';
  throw new SelectorMistakeError(
    `a name behind ${sign} does not begin with a digit`,
    `write [${attribute}="${value}"]`,
  );
}

function idSelector(value: string): AttributeSelector {
  const operator = 'equals';
  return { kind: 'attribute', name: 'id', isOfAnyNamespace: false, operator, value, letterCase: 'byMode' };
}

function readTag(reader: SelectorReader): SimpleSelector | undefined {
  const isBar = reader.startsWith('|') && !reader.startsWith('||');
  if (!isBar && !reader.startsWith('*') && !reader.isAtName()) return undefined;
  const first = isBar ? '' : readTagName(reader);
  if (reader.startsWith('||') || !reader.take('|')) return tagSelector(first, false);
  if (first === '' || first === '*') return tagSelector(readTagName(reader), first === '');
  const namespace = reader.namespaceOf(first);
  if (namespace === undefined) throw unknownPrefix(first, reader);
  return { kind: 'tag', name: readTagName(reader), isBare: false, namespace };
}

/** A selector cannot declare the namespace of a prefix: the job does. */
function unknownPrefix(prefix: string, reader: SelectorReader): SelectorMistakeError {
  const name = reader.isAtName() ? reader.readName('of an element') : 'name';
  return new SelectorMistakeError(
    `the namespace of ${prefix}| is not known here`,
    `declare ${prefix} in namespaces of the job, or write ${name} alone, or ${prefix}\\:${name} as the page writes it`,
  );
}

function readTagName(reader: SelectorReader): string {
  return reader.take('*') ? '*' : reader.readName('of an element');
}

function tagSelector(name: string, isBare: boolean): SimpleSelector {
  return name === '*' && !isBare ? { kind: 'any' } : { kind: 'tag', name, isBare };
}

const operators: [string, AttributeOperator][] = [
  ['=', 'equals'],
  ['~=', 'word'],
  ['|=', 'hyphen'],
  ['^=', 'start'],
  ['$=', 'end'],
  ['*=', 'part'],
  ['!=', 'differs'],
];

function readAttribute(reader: SelectorReader): AttributeSelector {
  reader.skipSpace();
  const isOfAnyNamespace = reader.take('*|');
  if (!isOfAnyNamespace && !reader.startsWith('|=')) reader.take('|');
  const name = reader.readName('of an attribute');
  if (reader.startsWith('|') && !reader.startsWith('|=')) {
    reader.at++;
    const local = reader.isAtName() ? reader.readName('of an attribute') : 'name';
    const hint = `in XML write xpath:*[@${name}:${local}], or [${name}\\:${local}] as the page writes it`;
    throw new SelectorMistakeError(
      `an attribute with a namespace (${name}|${local}) is not found by CSS here`,
      hint,
    );
  }
  const base = { kind: 'attribute', name: name.replace(/[A-Z]+/g, lower), isOfAnyNamespace } as const;
  reader.skipSpace();
  const found = operators.find(([sign]) => reader.take(sign));
  if (found === undefined) {
    reader.expect(']', `[${name}`);
    return { ...base, operator: 'exists', value: '', letterCase: 'kept' };
  }
  reader.skipSpace();
  const value = readValue(reader);
  const letterCase = readLetterCase(reader);
  reader.expect(']', `[${name}`);
  return { ...base, operator: found[1], value, letterCase };
}

function lower(letters: string): string {
  return letters.toLowerCase();
}

function readValue(reader: SelectorReader): string {
  if (/["']/.test(reader.peek())) return reader.readString();
  const value = reader.readRaw(/[\s\]]/);
  if (value === '' || value.startsWith('=')) throw reader.unexpected('a value');
  return value;
}

function readLetterCase(reader: SelectorReader): AttributeSelector['letterCase'] {
  reader.skipSpace();
  if (reader.take('i') || reader.take('I')) {
    reader.skipSpace();
    return 'ignored';
  }
  if (!reader.take('s') && !reader.take('S')) return 'byName';
  reader.skipSpace();
  return 'kept';
}
