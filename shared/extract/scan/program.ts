import type { AttributeSelector, Relation } from '../../schema/selector/types.ts';
import { compileValueTest, type ValueTest } from '../selector/attribute-test.ts';
import { LanguageOfText } from '../values/page-language.ts';
import { lowerAscii } from '../values/text.ts';
import type { Chain, Compound } from './chains.ts';
import { makeTagTable } from './html-rules.ts';
import { attributeFold, classFold, maxNames, NameTable } from './name-table.ts';

/** What a label looks for, in the form that pages are scanned by. */
export interface Program {
  tags: NameTable;
  attributes: NameTable;
  classes: NameTable;
  states: State[];
  scopes: ScanScope[];
  /** How many link rules there are. */
  rules: number;
  /** How many states lead to others: one column each in the rows of open elements. */
  columns: number;
  /** Is the canonical link wanted? */
  canonical: boolean;
  /** For pages of quirks mode, where classes and ids are compared in any case. */
  isQuirky: boolean;
  /** Are there classes or ids, which are compared as the page's mode says? */
  dependsOnMode: boolean;
  language: LanguageOfText;
  /** Does a slot need copies of what it finds? */
  makesCopies: boolean;
  /** The attributes that copies have. */
  copied: { name: string; number: number }[];
  /** The attributes by which elements hide what is in them; 0 where no digits are read. */
  hiding: { hidden: number; style: number };
}

/** One step of a selector. An element is in it when it is what the step asks for and stands where it asks. */
export interface State {
  scope: number;
  test: Test;
  /** Column of the step before; -1: the first step, which stands to the scope. */
  before: number;
  /** Column of its own, where the next step looks for it; -1: the last step, whose elements are found. */
  column: number;
  /** How the next step stands to this one. */
  next: Relation;
  slot: Slot | undefined;
  /** Does its selector begin at the children of the scope? */
  isRooted: boolean;
}

/** A compound with names as numbers. */
export interface Test {
  /** Number of the tag; 0 for any. */
  tag: number;
  classes: number[];
  attributes: AttributeTest[];
  conditions: ConditionTest[];
  isRoot: boolean;
  /** From 1; 0 for any. */
  position: number;
  lists: { anyOf: Test[]; isNegated: boolean }[];
  /** Nothing to test but the tag. */
  isPlain: boolean;
}

interface AttributeTest {
  name: number;
  isPresence: boolean;
  /** Does an element pass that has no such attribute? */
  allowsNone: boolean;
  ofHtml: ValueTest;
  ofForeign: ValueTest;
}

interface ConditionTest {
  attributes: readonly { name: string; number: number }[];
  holds(attribs: Record<string, string>): boolean;
}

/** The document, or elements whose inside is searched for slots of their own. */
export interface ScanScope {
  number: number;
  /** Or the document. */
  isElement: boolean;
  slots: Slot[];
  /** Slots that the scope's own element fills. */
  own: Slot[];
  /** Has it longer selectors that begin at its children? Then elements of it must not be in one another. */
  hasRootedChains: boolean;
}

/** Where elements go that a selector finds in a scope, and what is kept of them. */
export interface Slot {
  /** Index among the slots of its scope; of link rules, among the rules. */
  index: number;
  isLink: boolean;
  isFirstEnough: boolean;
  takesText: boolean;
  /** Are raised digits of the text wanted as such? */
  takesDigits: boolean;
  /** Does its search, where it begins at a template, find what is in it? One by XPath does not. */
  looksIntoTemplate: boolean;
  /** Number of the attribute that is taken; 0 for none. */
  attribute: number;
  /** Is the attribute found in place of its element, with its value as the text? */
  isAttributeFound: boolean;
  /** Number of `datetime` where `time` elements may carry the value; 0 otherwise. */
  machineDate: number;
  inside: ScanScope | undefined;
  /** Are elements that it finds copied, with all that is in them? */
  isCopied: boolean;
}

export function makeProgram(canonical: boolean, isQuirky: boolean): Program {
  const attributes = new NameTable(attributeFold);
  attributes.keep('href');
  // Of `input` in tables, only hidden ones stay there.
  attributes.keep('type');
  if (canonical) attributes.keep('rel');
  const program: Program = {
    tags: makeTagTable(),
    attributes,
    classes: new NameTable(isQuirky ? classFold : undefined),
    states: [],
    scopes: [],
    rules: 0,
    columns: 0,
    canonical,
    isQuirky,
    dependsOnMode: false,
    language: new LanguageOfText(),
    makesCopies: false,
    copied: [],
    hiding: { hidden: 0, style: 0 },
  };
  addScope(program, false);
  return program;
}

export function addScope(program: Program, isElement: boolean): ScanScope {
  const number = program.scopes.length;
  const scope: ScanScope = { number, isElement, slots: [], own: [], hasRootedChains: false };
  program.scopes.push(scope);
  return scope;
}

/** Makes the elements that `chains` find in `scope` go into `slot`. */
export function addChains(program: Program, scope: ScanScope, chains: Chain[], slot: Slot): void {
  for (const chain of chains) {
    const isRooted = scope.isElement && chain[0]?.relation === 'child';
    let before = -1;
    for (const [index, { compound }] of chain.entries()) {
      const next = chain[index + 1]?.relation;
      const column = next === undefined ? -1 : program.columns++;
      program.states.push({
        scope: scope.number,
        test: compileTest(program, compound),
        before,
        column,
        next: next ?? 'inside',
        slot: next === undefined ? slot : undefined,
        isRooted,
      });
      before = column;
    }
    if (isRooted && chain.length > 1) scope.hasRootedChains = true;
  }
}

/** Makes copies of elements have these attributes. */
export function copyAttributes(program: Program, names: Iterable<string>): void {
  program.makesCopies = true;
  for (const name of names) {
    if (program.copied.some((known) => known.name === name)) continue;
    program.copied.push({ name, number: program.attributes.keep(name) });
  }
}

/** Makes digits of what elements hide be distinguished from others. */
export function noteHiding(program: Program): void {
  const { attributes } = program;
  program.hiding = { hidden: attributes.keep('hidden'), style: attributes.keep('style') };
}

/** Are there more names than the tables hold? */
export function isTooLarge({ tags, attributes, classes }: Program): boolean {
  // Pages bring tag names of their own along.
  return tags.size > maxNames / 2 || attributes.size >= maxNames || classes.size >= maxNames;
}

function compileTest(program: Program, compound: Compound): Test {
  const { tag, classes, attributes, conditions, isRoot, position, lists } = compound;
  if (classes.length > 0) {
    program.attributes.keep('class');
    program.dependsOnMode = true;
  }
  const fold = program.isQuirky ? lowerAscii : (name: string) => name;
  return {
    tag: tag === undefined ? 0 : program.tags.keep(tag),
    classes: classes.map((name) => program.classes.keep(fold(name))),
    attributes: attributes.map((selector) => compileAttribute(program, selector)),
    conditions: conditions.map(({ names, holds }) => ({
      attributes: names.map((name) => ({ name, number: program.attributes.keep(name) })),
      holds,
    })),
    isRoot,
    position: position ?? 0,
    lists: lists.map(({ anyOf, isNegated }) => ({
      anyOf: anyOf.map((entry) => compileTest(program, entry)),
      isNegated,
    })),
    isPlain:
      !isRoot &&
      classes.length + attributes.length + conditions.length + lists.length + (position ?? 0) === 0,
  };
}

function compileAttribute(program: Program, selector: AttributeSelector): AttributeTest {
  const { isQuirky } = program;
  if (selector.letterCase === 'byMode') program.dependsOnMode = true;
  const ofHtml = compileValueTest(selector, { isHtml: true, isQuirky });
  return {
    name: program.attributes.keep(selector.name),
    isPresence: selector.operator === 'exists',
    allowsNone: ofHtml(undefined),
    ofHtml,
    ofForeign: compileValueTest(selector, { isHtml: false, isQuirky }),
  };
}
