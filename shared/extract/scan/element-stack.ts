import {
  boundsItems,
  boundsScope,
  endsImplied,
  endsImpliedInTemplate,
  endsPlainly,
  flagsOf,
  flagsShift,
  html,
  isForm,
  isFormatting,
  isIntegration,
  isParagraph,
  isSpecial,
  isTemplateRoot,
  isVoid,
  tags,
  traitsOf,
} from './html-rules.ts';

const isCounted = isParagraph | isTemplateRoot;
const isNoted = isFormatting | isForm;
/** A kind that no name has: right in a form that is off the stack. */
const isInHidden = 32_768;
const endsWithMore = isCounted | isNoted | isInHidden;
const endsByItsTag = endsPlainly << flagsShift;
const htmlTraits = traitsOf[html] as Uint32Array;

/** Pages that nest deeper are left to the tree, which makes siblings of what is too deep. */
export const deepestElement = 512;

/** Called for every element when its start tag is read, and when it ends. Void elements only open. */
export interface Watcher {
  opened(name: number, depth: number, flags: number): void;
  closed(depth: number, flags: number): void;
}

/**
 * The elements that are open, by the numbers of their names, and what the HTML Standard asks of its stack
 * of open elements. It is the path of the tree as well: an element that is taken off the stack while
 * others are open inside of it (a form) stays as one that no rule sees.
 */
export class ElementStack {
  /** How many are open: the innermost has this depth, from 1. */
  depth = 0;
  /** Must this page be left to the tree? */
  isTooDeep = false;
  /** How many of HTML's `p` and `template` are open. */
  paragraphs = 0;
  templates = 0;

  readonly names = new Uint16Array(deepestElement + 1);
  private readonly namespaces = new Uint8Array(deepestElement + 1);
  /** As in `traitsOf`. */
  private readonly kinds = new Uint32Array(deepestElement + 1);
  private readonly watcher: Watcher;
  /** Called for formatting elements and forms that end. */
  private readonly noteEnd: (depth: number, kind: number) => void;

  constructor(watcher: Watcher, noteEnd: (depth: number, kind: number) => void) {
    this.watcher = watcher;
    this.noteEnd = noteEnd;
  }

  startPage(): void {
    this.depth = 0;
    this.isTooDeep = false;
    this.paragraphs = 0;
    this.templates = 0;
  }

  /** The name of the innermost element; 0 for none. */
  get innermost(): number {
    return this.names[this.depth] as number;
  }

  /** Of the innermost element. */
  get namespace(): number {
    return this.namespaces[this.depth] as number;
  }

  /** Is the innermost element of HTML, and called this? */
  isAt(name: number): boolean {
    return this.names[this.depth] === name && this.namespaces[this.depth] === html;
  }

  /** Does the end tag of the innermost element end it and nothing else? */
  endsPlainly(): boolean {
    return ((this.kinds[this.depth] as number) & endsByItsTag) !== 0;
  }

  isIntegrationPoint(): boolean {
    return ((this.kinds[this.depth] as number) & isIntegration) !== 0;
  }

  /** Opens an element of HTML. */
  open(name: number): void {
    const traits = htmlTraits[name] as number;
    if ((traits & (isVoid << flagsShift)) !== 0) this.pass(name);
    else this.add(name, html, traits);
  }

  push(name: number, namespace: number): void {
    this.add(name, namespace, (traitsOf[namespace] as Uint32Array)[name] as number);
  }

  /** An element that ends where it begins. */
  pass(name: number): void {
    if (this.depth >= deepestElement) this.isTooDeep = true;
    else this.watcher.opened(name, this.depth + 1, flagsOf[name] as number);
  }

  pop(): void {
    this.end(this.kinds[this.depth] as number);
  }

  /** Of a formatting element that has been taken off the list of those. */
  popUnnoted(): void {
    this.end((this.kinds[this.depth] as number) & ~isNoted);
  }

  /** Ends all down to and with that at `depth`. */
  popTo(depth: number): void {
    while (this.depth >= depth) this.pop();
  }

  /** Takes the form at `depth` off the stack. */
  hideForm(depth: number): void {
    if (depth === this.depth) {
      this.pop();
      return;
    }
    this.names[depth] = this.kinds[depth] = 0;
    this.kinds[depth + 1] = (this.kinds[depth + 1] as number) | isInHidden;
  }

  /** Depth of the innermost element of HTML that is called this; 0 when a boundary of the scope is further inside. */
  inScope(name: number, boundary: number): number {
    for (let depth = this.depth; depth > 0; depth--) {
      if (this.names[depth] === name && this.namespaces[depth] === html) return depth;
      if (((this.kinds[depth] as number) & boundary) !== 0) return 0;
    }
    return 0;
  }

  /** Depth of the innermost element of HTML that is called this; 0 for none. */
  topmost(name: number): number {
    for (let depth = this.depth; depth > 0; depth--) {
      if (this.names[depth] === name && this.namespaces[depth] === html) return depth;
    }
    return 0;
  }

  isBoundAbove(depth: number): boolean {
    return this.isKindAbove(depth, boundsScope);
  }

  isSpecialAbove(depth: number): boolean {
    return this.isKindAbove(depth, isSpecial);
  }

  /** Depth of the item that the next one ends, called one or the other; 0 for none. */
  itemInReach(one: number, other: number): number {
    for (let depth = this.depth; depth > 0; depth--) {
      const name = this.names[depth] as number;
      if ((name === one || name === other) && this.namespaces[depth] === html) return depth;
      if (((this.kinds[depth] as number) & boundsItems) !== 0) return 0;
    }
    return 0;
  }

  /** Ends the elements whose end tag may be left out, up to one of a name. */
  endImplied(except: number): void {
    while (((this.kinds[this.depth] as number) & endsImplied) !== 0 && this.names[this.depth] !== except)
      this.pop();
  }

  endAllImplied(): void {
    while (((this.kinds[this.depth] as number) & endsImpliedInTemplate) !== 0) this.pop();
  }

  /** Ends the elements inside of a table or one of its parts, which are called so. */
  clearTo(name: number, other: number, third: number): void {
    for (;;) {
      const { innermost, namespace } = this;
      const isContext = innermost === tags.html || innermost === tags.template;
      if (
        namespace === html &&
        (isContext || innermost === name || innermost === other || innermost === third)
      )
        return;
      if (this.depth === 0) return;
      this.pop();
    }
  }

  /** Is the element at `depth` of HTML? */
  isHtmlAt(depth: number): boolean {
    return this.namespaces[depth] === html && this.names[depth] !== 0;
  }

  isScopeBound(depth: number): boolean {
    return ((this.kinds[depth] as number) & boundsScope) !== 0;
  }

  private add(name: number, namespace: number, traits: number): void {
    if (this.depth >= deepestElement) {
      this.isTooDeep = true;
      return;
    }
    const depth = ++this.depth;
    this.names[depth] = name;
    this.namespaces[depth] = namespace;
    this.kinds[depth] = traits;
    if ((traits & isCounted) !== 0) this.count(traits, 1);
    this.watcher.opened(name, depth, traits >>> flagsShift);
  }

  private isKindAbove(from: number, kind: number): boolean {
    for (let depth = this.depth; depth > from; depth--) {
      if (((this.kinds[depth] as number) & kind) !== 0) return true;
    }
    return false;
  }

  private end(traits: number): void {
    const depth = this.depth--;
    this.watcher.closed(depth, traits >>> flagsShift);
    if ((traits & endsWithMore) !== 0) this.endMore(depth, traits);
  }

  private endMore(depth: number, kind: number): void {
    if ((kind & isCounted) !== 0) this.count(kind, -1);
    if ((kind & isNoted) !== 0) this.noteEnd(depth, kind);
    if ((kind & isInHidden) === 0) return;
    while (this.depth > 0 && this.names[this.depth] === 0)
      this.watcher.closed(this.depth--, flagsOf[tags.form] as number);
  }

  private count(kind: number, by: number): void {
    if ((kind & isParagraph) !== 0) this.paragraphs += by;
    else this.templates += by;
  }
}
