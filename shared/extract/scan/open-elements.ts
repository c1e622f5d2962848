import {
  changesContext,
  endedBy,
  flagsOf,
  impliedEnds,
  isForm,
  isIntegration,
  isSvg,
  isVoid,
  svgSpelling,
  tags,
} from './html-rules.ts';

/** Pages that nest deeper are left to the tree, which makes siblings of what is too deep. */
export const deepestElement = 512;

/** Is told of every element when its start tag is read, and when it ends. Void elements only open. */
export interface Watcher {
  opened(name: number, depth: number, flags: number): void;
  closed(name: number, depth: number, flags: number): void;
}

const html = 0;
const svg = 1;
const math = 2;

/**
 * The elements that are open, by the numbers of their names: which end when another begins, and what
 * an end tag ends. Does what htmlparser2's Parser (12.0.0) does.
 */
export class OpenElements {
  /** How many are open: the innermost has this depth, from 1. */
  depth = 0;
  /** Must this page be left to the tree? */
  isTooDeep = false;

  private readonly watcher: Watcher;
  private readonly names = new Uint16Array(deepestElement + 1);
  /** Whether HTML, SVG or MathML is inside, for each element that changes it. */
  private readonly contexts = new Uint8Array(deepestElement + 1);
  private context = 0;
  private forms = 0;

  constructor(watcher: Watcher) {
    this.watcher = watcher;
  }

  startPage(): void {
    this.depth = 0;
    this.context = 0;
    this.forms = 0;
    this.isTooDeep = false;
  }

  isForeign(): boolean {
    return this.contexts[this.context] !== html;
  }

  /** The name of the innermost element, which an end tag that spells it so always means; 0 for none. */
  innermost(): number {
    return this.depth === 0 ? 0 : (this.names[this.depth] as number);
  }

  closeInnermost(): void {
    this.pop();
  }

  isOpen(name: number): boolean {
    return this.depthOf(name) > 0;
  }

  /** `written`: number of the name in the tag. */
  open(written: number, isSelfClosing: boolean): void {
    const name = this.nameHere(written);
    const flags = flagsOf[name] as number;
    if ((flags & isForm) !== 0 && this.forms > 0) return;
    const ended = impliedEnds[name] as number;
    if (ended !== 0) this.endImplied(ended);
    if (this.depth >= deepestElement) {
      this.isTooDeep = true;
      return;
    }
    if ((flags & isVoid) !== 0) {
      this.watcher.opened(name, this.depth + 1, flags);
      return;
    }
    this.names[++this.depth] = name;
    if ((flags & (changesContext | isForm)) !== 0) this.enter(flags);
    this.watcher.opened(name, this.depth, flags);
    if (isSelfClosing && this.isForeign()) this.pop();
  }

  /** Returns whether the tag stands for an element of its own, which is then opened and closed. */
  close(written: number): boolean {
    const name = this.nameHere(written);
    if (((flagsOf[name] as number) & isVoid) !== 0) return name === tags.br;
    const depth = this.depthOf(name);
    if (depth === 0) return name === tags.p;
    while (this.depth >= depth) this.pop();
    return false;
  }

  closeAll(): void {
    while (this.depth > 0) this.pop();
  }

  /** For `</p>` and `</br>` that nothing opened. */
  insert(name: number): void {
    this.open(name, false);
    if (name === tags.p && !this.isTooDeep) this.pop();
  }

  private endImplied(ended: number): void {
    while (this.depth > 0 && ((endedBy[this.names[this.depth] as number] as number) & ended) !== 0)
      this.pop();
  }

  private pop(): void {
    const name = this.names[this.depth] as number;
    const flags = flagsOf[name] as number;
    this.watcher.closed(name, this.depth, flags);
    if ((flags & changesContext) !== 0) this.context--;
    if ((flags & isForm) !== 0) this.forms--;
    this.depth--;
  }

  private enter(flags: number): void {
    if ((flags & isForm) !== 0) this.forms++;
    if ((flags & changesContext) === 0) return;
    const isHtml = (flags & isIntegration) !== 0;
    this.contexts[++this.context] = isHtml ? html : (flags & isSvg) !== 0 ? svg : math;
  }

  private depthOf(name: number): number {
    let depth = this.depth;
    while (depth > 0 && this.names[depth] !== name) depth--;
    return depth;
  }

  /** SVG has names of its own; some of them may be closed from the HTML inside. */
  private nameHere(written: number): number {
    if (this.context === 0) return written === tags.image ? tags.img : written;
    const here = this.contexts[this.context];
    const spelt = svgSpelling[written] as number;
    if (spelt !== 0 && (here === svg || this.isOpen(spelt))) return spelt;
    return here === html && written === tags.image ? tags.img : written;
  }
}
