import type { Copies } from './copies.ts';
import { tags } from './html-rules.ts';
import type { Program, ScanScope, Slot } from './program.ts';
import { Copy, type References, ScanMatch } from './scan-match.ts';
import type { StartTag } from './start-tag.ts';
import type { TextRecorder } from './text-recorder.ts';

/** What is done when the element at a depth ends. */
const endsText = 0;
const endsScope = 1;
const endsUnread = 2;
const endsTemplate = 3;
const endsCopy = 4;

/** The element whose start tag was read. */
export interface Opened {
  name: number;
  depth: number;
  isVoid: boolean;
  flags: number;
}

/** Keeps what was found, in the scopes it was found in, and ends it with its element. */
export class Collector {
  root: ScanMatch = new ScanMatch(0, 0, 0);
  references: References[] = [];
  /** Open elements that are scopes, outermost first, by the number of the scope. */
  readonly openScopes: ScanMatch[][];
  /** Depth of the innermost open `template`: only scopes inside of it are searched there. */
  templateDepth = 0;
  /** Must this page be left to the tree? */
  isBeyond = false;
  takenLength = 0;

  private readonly program: Program;
  private readonly tag: StartTag;
  private readonly recorder: TextRecorder;
  private readonly copies: Copies | undefined;
  /** One entry each per thing to do at the end of an element, innermost last. */
  private readonly endDepths: number[] = [];
  private readonly endKinds: number[] = [];
  private readonly endFindings: ScanMatch[] = [];
  private readonly endNumbers: number[] = [];
  private deepestEnd = -1;

  constructor(program: Program, tag: StartTag, recorder: TextRecorder, copies: Copies | undefined) {
    this.program = program;
    this.tag = tag;
    this.recorder = recorder;
    this.copies = copies;
    this.openScopes = program.scopes.map(() => []);
  }

  startPage(): void {
    this.templateDepth = 0;
    this.isBeyond = false;
    this.takenLength = 0;
    this.root = new ScanMatch(0, 0, 0);
    this.references = [];
    for (let rule = 0; rule < this.program.rules; rule++) {
      this.references.push({ at: [], found: [] });
    }
    for (const scopes of this.openScopes) scopes.length = 0;
    this.endDepths.length = this.endKinds.length = this.endFindings.length = this.endNumbers.length = 0;
    this.deepestEnd = -1;
    const [scope] = this.program.scopes;
    if (scope) this.enterScope(this.root, scope, document);
  }

  /** `order`: position of the element in the document's order. */
  collectLink(slot: Slot, order: number): void {
    const references = this.references[slot.index] as References;
    const reference = this.tag.reference(slot.attribute);
    // Selectors of a list may all find it.
    if (reference === undefined || references.at.at(-1) === order) return;
    references.at.push(order);
    references.found.push(reference);
  }

  /** Notes that the element belongs to a slot of an open scope. */
  collect(scope: ScanMatch, slot: Slot, element: Opened): void {
    const list = scope.slots[slot.index] as ScanMatch[];
    const last = list.at(-1);
    if (last !== undefined && (slot.isFirstEnough || last.serial === this.tag.serial)) return;
    this.add(scope, slot, element);
  }

  leaveText(depth: number): void {
    this.recorder.leave();
    this.atEnd(depth, endsUnread, this.root, 0);
  }

  enterTemplate(depth: number): void {
    this.atEnd(depth, endsTemplate, this.root, this.templateDepth);
    this.templateDepth = depth;
  }

  /** The element at `depth` ends. */
  close(depth: number): void {
    while (this.deepestEnd === depth) {
      this.endDepths.pop();
      const finding = this.endFindings.pop() ?? this.root;
      const number = this.endNumbers.pop() ?? 0;
      this.end(this.endKinds.pop() ?? endsText, finding, number);
      this.deepestEnd = this.endDepths.at(-1) ?? -1;
    }
  }

  private end(kind: number, finding: ScanMatch, number: number): void {
    if (kind === endsText) {
      this.recorder.end(finding);
      this.takenLength += finding.text.length;
    } else if (kind === endsScope) this.openScopes[number]?.pop();
    else if (kind === endsUnread) this.recorder.comeBack();
    else if (kind === endsCopy) this.copies?.close(number);
    else this.templateDepth = number;
  }

  private atEnd(depth: number, kind: number, finding: ScanMatch, number: number): void {
    this.endDepths.push(depth);
    this.endKinds.push(kind);
    this.endFindings.push(finding);
    this.endNumbers.push(number);
    this.deepestEnd = depth;
  }

  private add(scope: ScanMatch, slot: Slot, element: Opened): void {
    const list = scope.slots[slot.index] as ScanMatch[];
    if (slot.isAttributeFound) {
      this.addAttribute(list, slot, element);
      return;
    }
    const { depth, name } = element;
    const finding = new ScanMatch(this.tag.serial, depth, name);
    list.push(finding);
    if (slot.attribute !== 0) finding.attribute = this.tag.value(slot.attribute);
    else if (name === tags.time && slot.machineDate !== 0)
      finding.attribute = this.tag.value(slot.machineDate);
    this.takenLength += finding.attribute?.length ?? 0;
    if (slot.takesText && !element.isVoid) {
      this.recorder.begin(slot.takesDigits);
      this.atEnd(depth, endsText, finding, 0);
    }
    if (slot.isCopied) this.copy(scope, slot, finding, element);
    if (slot.inside !== undefined) this.enterScope(finding, slot.inside, element);
  }

  private copy(scope: ScanMatch, slot: Slot, finding: ScanMatch, element: Opened): void {
    if (this.copies === undefined) return;
    scope.copies ??= [];
    const copy = scope.copies[slot.index] ?? new Copy();
    scope.copies[slot.index] = copy;
    const { element: copied, begins } = this.copies.add(copy, element);
    finding.element = copied;
    copy.found.set(copied, finding);
    if (begins) this.atEnd(element.depth, endsCopy, finding, element.depth);
  }

  /** In place of its element, whose name says nothing of it. */
  private addAttribute(list: ScanMatch[], slot: Slot, { depth }: Opened): void {
    const value = this.tag.value(slot.attribute);
    if (value === undefined) return;
    const finding = new ScanMatch(this.tag.serial, depth, 0);
    finding.text = value;
    list.push(finding);
    this.takenLength += value.length;
  }

  private enterScope(finding: ScanMatch, scope: ScanScope, element: Opened): void {
    finding.becomeScope(scope);
    for (const slot of scope.own) this.add(finding, slot, element);
    if (element.isVoid) return;
    const open = this.openScopes[scope.number] as ScanMatch[];
    if (scope.hasRootedChains && open.length > 0) this.isBeyond = true;
    open.push(finding);
    this.atEnd(finding.depth, endsScope, finding, scope.number);
  }
}

const document: Opened = { name: 0, depth: 0, isVoid: false, flags: 0 };
