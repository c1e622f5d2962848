import { hidesContent } from '../values/hidden.ts';
import { apartStart, raisedElements, raisedEnd } from '../values/raised-digits.ts';
import { type Candidates, fileStates } from './candidates.ts';
import type { Collector, Opened } from './collector.ts';
import type { Copies } from './copies.ts';
import { deepestElement, type Watcher } from './element-stack.ts';
import {
  isBase,
  isForeign,
  isInLine,
  isLink,
  isSeparate,
  isTemplate,
  isUnread,
  isVoid,
} from './html-rules.ts';
import type { NameTable } from './name-table.ts';
import type { PageFacts } from './page-facts.ts';
import type { Program, Slot, State, Test } from './program.ts';
import type { ScanMatch } from './scan-match.ts';
import type { StartTag } from './start-tag.ts';
import { StateRows } from './state-rows.ts';
import type { TextRecorder } from './text-recorder.ts';

interface MatcherParts {
  tag: StartTag;
  collector: Collector;
  recorder: TextRecorder;
  facts: PageFacts;
  copies: Copies | undefined;
}

const isOfNote = isUnread | isBase | isLink;

/** Finds the elements that the program's selectors ask for, at the moment they open. */
export class Matcher implements Watcher, Opened {
  name = 0;
  depth = 0;
  /** How many elements opened before it. */
  order = -1;
  isVoid = false;
  flags = 0;
  private isForeign = false;
  private position = 0;
  private readonly children = new Uint32Array(deepestElement + 2);
  private readonly tag: StartTag;
  private readonly collector: Collector;
  private readonly recorder: TextRecorder;
  private readonly facts: PageFacts;
  private readonly candidates: Candidates;
  private readonly rows: StateRows | undefined;
  private readonly copies: Copies | undefined;
  private readonly names: NameTable;
  private readonly hiding: Program['hiding'];
  /** Of the open elements whose digits are set apart. */
  private readonly raisedDepths: number[] = [];

  constructor(program: Program, parts: MatcherParts) {
    this.tag = parts.tag;
    this.collector = parts.collector;
    this.recorder = parts.recorder;
    this.facts = parts.facts;
    this.copies = parts.copies;
    this.names = program.tags;
    this.hiding = program.hiding;
    this.candidates = fileStates(program.states);
    this.rows = program.columns === 0 ? undefined : new StateRows(program.states, program.columns);
  }

  startPage(): void {
    this.children[0] = 0;
    this.order = -1;
    this.raisedDepths.length = 0;
    this.rows?.startPage();
  }

  opened(name: number, depth: number, flags: number): void {
    this.name = name;
    this.depth = depth;
    this.order++;
    this.flags = flags;
    this.isVoid = (flags & isVoid) !== 0;
    this.isForeign = (flags & isForeign) !== 0;
    this.children[depth] = 0;
    this.position = this.children[depth - 1] = (this.children[depth - 1] as number) + 1;
    if ((flags & (isOfNote | this.recorder.edges)) !== 0) this.prepare(flags);
    this.rows?.startRow(depth);
    this.copies?.opened(name, depth, flags);
    this.visitAll();
    this.rows?.endElement(depth);
    if ((flags & isTemplate) !== 0) this.collector.enterTemplate(depth);
  }

  closed(depth: number, flags: number): void {
    this.collector.close(depth);
    this.copies?.closed();
    if ((flags & this.recorder.edges) === 0) return;
    const isApart = this.raisedDepths.at(-1) === depth;
    if (isApart) {
      this.raisedDepths.pop();
      this.recorder.mark(raisedEnd);
    }
    if ((flags & isSeparate) !== 0) this.recorder.separate();
    else if (!isApart) this.recorder.edge();
  }

  private prepare(flags: number): void {
    const { recorder } = this;
    if ((flags & recorder.edges & isSeparate) !== 0) {
      recorder.separate();
      // Void elements end where they begin.
      if (this.isVoid) recorder.separate();
    }
    if ((flags & (isInLine | isSeparate)) !== 0 && (recorder.edges & isInLine) !== 0) {
      const start = this.startOfRaised();
      if (start !== undefined) {
        recorder.mark(start);
        if (this.isVoid) recorder.mark(raisedEnd);
        else this.raisedDepths.push(this.depth);
      } else if ((flags & isInLine) !== 0) recorder.edge();
    }
    if ((flags & isUnread) !== 0 && recorder.open > 0) this.collector.leaveText(this.depth);
    if ((flags & isBase) !== 0) this.facts.meetBase();
    if ((flags & isLink) !== 0) this.facts.meetLink();
  }

  /** The mark where the element sets digits apart. */
  private startOfRaised(): string | undefined {
    const { hidden, style } = this.hiding;
    const isHidden = () => hidesContent(this.tag.value(hidden), this.tag.value(style));
    return raisedElements.get(this.names.nameOf(this.name)) ?? (isHidden() ? apartStart : undefined);
  }

  private visitAll(): void {
    const { tag, candidates } = this;
    const ofTag = candidates.ofTag[this.name];
    if (ofTag !== undefined) this.visitEach(ofTag);
    for (let index = 0; index < tag.attributeCount; index++) {
      const states = candidates.ofAttribute[tag.attributes[index] as number];
      if (states !== undefined) this.visitEach(states);
    }
    for (let index = 0; index < tag.classCount; index++) {
      const states = candidates.ofClass[tag.classes[index] as number];
      if (states !== undefined) this.visitEach(states);
    }
    if (candidates.ofAny.length > 0) this.visitEach(candidates.ofAny);
  }

  private visitEach(states: readonly State[]): void {
    for (let index = 0; index < states.length; index++) this.visit(states[index] as State);
  }

  private visit(state: State): void {
    const scopes = this.collector.openScopes[state.scope] as ScanMatch[];
    if (scopes.length === 0 || !this.passes(state.test)) return;
    const beginning = this.beginningOf(state, scopes);
    if (beginning === 0) return;
    if (state.slot === undefined) this.rows?.keep(state, this.depth, beginning);
    else this.report(state, scopes, beginning);
  }

  /** Depth at which the selector of the state began; 0: the element does not stand where the state asks. */
  private beginningOf(state: State, scopes: ScanMatch[]): number {
    if (state.before >= 0) return this.rows?.beginning(state.before, this.depth) ?? 0;
    if (!state.isRooted) return this.depth;
    for (const scope of scopes) if (scope.depth === this.depth - 1) return this.depth;
    return 0;
  }

  private report({ slot, isRooted }: State, scopes: ScanMatch[], beginning: number): void {
    if (slot === undefined) return;
    for (let index = 0; index < scopes.length; index++) {
      const scope = scopes[index] as ScanMatch;
      const isInside = isRooted ? beginning === scope.depth + 1 : beginning > scope.depth;
      if (!isInside || this.isInTemplateOf(scope, slot)) continue;
      if (slot.isLink) this.collector.collectLink(slot, this.order);
      else this.collector.collect(scope, slot, this);
    }
  }

  /** Is the element apart from the scope, in a template that the search does not look into? */
  private isInTemplateOf({ depth }: ScanMatch, { looksIntoTemplate }: Slot): boolean {
    const { templateDepth } = this.collector;
    return templateDepth > 0 && depth < (looksIntoTemplate ? templateDepth : templateDepth + 1);
  }

  private passes(test: Test): boolean {
    if (test.tag !== 0 && test.tag !== this.name) return false;
    if (test.isPlain) return true;
    if (test.isRoot && this.depth !== 1) return false;
    if (test.position !== 0 && test.position !== this.position) return false;
    for (const name of test.classes) if (!this.tag.hasClass(name)) return false;
    for (const { name, isPresence, allowsNone, ofHtml, ofForeign } of test.attributes) {
      if (!this.tag.has(name)) {
        if (!allowsNone) return false;
      } else if (!isPresence && !(this.isForeign ? ofForeign : ofHtml)(this.tag.value(name))) return false;
    }
    for (const { anyOf, isNegated } of test.lists) {
      if (this.passesAny(anyOf) === isNegated) return false;
    }
    return test.conditions.length === 0 || this.passesConditions(test);
  }

  private passesConditions({ conditions }: Test): boolean {
    return conditions.every(({ attributes, holds }) => {
      const attribs: Record<string, string> = {};
      for (const { name, number } of attributes) {
        const value = this.tag.value(number);
        if (value !== undefined) attribs[name] = value;
      }
      return holds(attribs);
    });
  }

  private passesAny(tests: Test[]): boolean {
    for (const test of tests) if (this.passes(test)) return true;
    return false;
  }
}
