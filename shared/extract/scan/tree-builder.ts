import { ActiveFormatting } from './active-formatting.ts';
import { ElementStack, type Watcher } from './element-stack.ts';
import {
  flagsOf,
  goesWithHead,
  html,
  isForm,
  isVoid,
  opensAnywhere,
  opensCell,
  opensFormatting,
  opensItem,
  opensOutsideParagraph,
  opensRow,
  simpleStart,
  startOf,
  starts,
  tags,
} from './html-rules.ts';
import { isQuirky } from './quirks.ts';
import type { StartTag } from './start-tag.ts';

/** The insertion modes of the HTML Standard (13.2.4.1), without those that come to the same here. */
export const modes = {
  initial: 0,
  beforeHtml: 1,
  beforeHead: 2,
  inHead: 3,
  inHeadNoscript: 4,
  afterHead: 5,
  inTable: 6,
  inColumnGroup: 7,
  inTableBody: 8,
  inRow: 9,
  inSelect: 10,
  inSelectInTable: 11,
  inBody: 12,
  inCaption: 13,
  inCell: 14,
  inTemplate: 15,
} as const;
/** Has the body's end tag been met, or the page's, and nothing since but white space and comments? Comments go elsewhere there. */
export const afterBody = { no: 0, body: 1, html: 2, unknown: 3 } as const;

export type Mode = (typeof modes)[keyof typeof modes];

/**
 * What the pass knows of the tree that the HTML Standard would make: the state that start-rules.ts,
 * end-rules.ts, table-rules.ts and head-rules.ts work on. Elements are reported in the order of the document. What
 * the standard puts elsewhere than at the end (foster parents, the adoption agency) is beyond it.
 */
export class TreeBuilder {
  mode: Mode = modes.initial;
  /** Must this page be left to the tree? */
  isBeyond = false;
  /** Which pages are read, those of quirks mode or all others; `undefined`: both. */
  readsQuirky: boolean | undefined = undefined;
  isOfOtherMode = false;
  /** Of the tag that is being read. */
  name = 0;
  namespace = html;
  nameEnd = 0;
  /** Does the element end where it begins? */
  endsAtOnce = false;
  mustBeHidden = false;
  /** The form element pointer. The form may have ended: its depth is 0 then. */
  hasForm = false;
  formDepth = 0;
  /** Was its end tag there? */
  isHeadEnded = false;
  /** The first one, as it stands on the page. */
  doctype: string | undefined = undefined;
  /** Did `noscript` end the head, and may what comes still belong to it? See document.ts. */
  isHeadCut = false;
  /** One of `afterBody`; kept only where a tree is made. */
  afterBody: (typeof afterBody)[keyof typeof afterBody] = afterBody.no;
  readonly templateModes: Mode[] = [];
  readonly formatting = new ActiveFormatting();
  readonly stack: ElementStack;
  private readonly tag: StartTag;
  private readonly typeAttribute: number;
  private lastInHead = 0;

  constructor(tag: StartTag, typeAttribute: number, watcher: Watcher) {
    this.tag = tag;
    this.typeAttribute = typeAttribute;
    this.stack = new ElementStack(watcher, (depth, kind) => this.noteEnd(depth, kind));
  }

  startPage(): void {
    this.mode = modes.initial;
    this.isBeyond = false;
    this.isOfOtherMode = false;
    this.hasForm = false;
    this.formDepth = 0;
    this.doctype = undefined;
    this.isHeadCut = false;
    this.isHeadEnded = false;
    this.lastInHead = 0;
    this.afterBody = afterBody.no;
    this.templateModes.length = 0;
    this.formatting.startPage();
    this.stack.startPage();
  }

  /** Is text only text here, whatever it says? */
  isPlain(): boolean {
    return this.mode >= modes.inSelect && !this.isHeadCut && !this.formatting.isPending;
  }

  /** Are tags read by the rules of SVG and MathML? */
  isForeign(): boolean {
    return this.stack.namespace !== html && !this.stack.isIntegrationPoint();
  }

  /** A tag that is not the page's own is met. */
  leaveAfterBody(): void {
    if (this.afterBody !== afterBody.unknown) this.afterBody = afterBody.no;
  }

  isQuirky(): boolean {
    return isQuirky(this.doctype);
  }

  /** Has the tag no attributes? */
  isBare(): boolean {
    return this.tag.isBareAt(this.nameEnd);
  }

  /** Does a start tag open its element here, and do nothing to others? What it does besides is done. */
  isSimple(name: number, nameEnd: number): boolean {
    const simple = simpleStart[name] as number;
    const { mode, stack, formatting } = this;
    if (simple === 0) return false;
    if (simple >= opensCell) return this.isSimplePart(simple);
    if (mode < modes.inBody || mode === modes.inTemplate) return false;
    if (stack.namespace !== html || this.isHeadCut) return false;
    if (simple === opensAnywhere) return !formatting.isPending;
    if (simple !== opensFormatting) return stack.paragraphs === 0 && this.isFirstOfKind(simple, name);
    if (formatting.isPending || formatting.find(name) >= 0) return false;
    formatting.pushFirst(name, nameEnd, stack.depth + 1);
    return true;
  }

  private isFirstOfKind(simple: number, name: number): boolean {
    const { stack } = this;
    if (simple === opensOutsideParagraph) return true;
    if (simple === opensItem) return stack.itemInReach(name, name) === 0;
    return startOf[stack.innermost] !== starts.heading;
  }

  /** A row right in its table's body, or a cell right in its row. */
  private isSimplePart(simple: number): boolean {
    const { mode, stack } = this;
    if (stack.namespace !== html) return false;
    if (simple === opensRow) {
      if (mode !== modes.inTableBody || stack.innermost !== tags.tbody) return false;
      this.mode = modes.inRow;
      return true;
    }
    if (mode !== modes.inRow || stack.innermost !== tags.tr) return false;
    this.mode = modes.inCell;
    this.formatting.insertMarker();
    return true;
  }

  /** Opens the element of the tag that was read. */
  insert(): void {
    const { name, namespace, stack, tag } = this;
    if (this.mustBeHidden && tag.value(this.typeAttribute)?.toLowerCase() !== 'hidden') {
      this.isBeyond = true;
      return;
    }
    if (namespace === html && ((flagsOf[name] as number) & isVoid) !== 0) {
      if (stack.depth === 2) this.noteChild(name);
      stack.pass(name);
      return;
    }
    this.open(name, namespace);
    if (this.endsAtOnce || (namespace !== html && tag.isSelfClosing)) stack.pop();
  }

  /** For elements without a tag. */
  openImplied(name: number): void {
    this.tag.startTag();
    this.open(name, html);
  }

  /** For `</br>`. */
  passImplied(name: number): void {
    this.tag.startTag();
    if (this.stack.depth === 2) this.noteChild(name);
    this.stack.pass(name);
  }

  /** Ends the innermost element by its end tag, if the rules know no more of it than what is done here. */
  endInnermost(): boolean {
    const { stack } = this;
    if (!stack.endsPlainly()) return this.endFormatting() || this.endPart();
    stack.pop();
    return true;
  }

  private endFormatting(): boolean {
    const { stack, formatting } = this;
    const newest = formatting.count - 1;
    if (newest < 0 || formatting.depths[newest] !== stack.depth) return false;
    formatting.removeNewest();
    stack.popUnnoted();
    return true;
  }

  /** A cell that nothing else is open in, or a row. */
  private endPart(): boolean {
    const { mode, stack } = this;
    const { innermost } = stack;
    if (mode === modes.inCell && (innermost === tags.td || innermost === tags.th)) {
      stack.pop();
      this.formatting.clearToMarker();
      this.mode = modes.inRow;
      return true;
    }
    if (mode !== modes.inRow || innermost !== tags.tr) return false;
    stack.pop();
    this.mode = modes.inTableBody;
    return true;
  }

  /** Opens formatting elements again that ended before their end tag. */
  reconstruct(): void {
    const { formatting } = this;
    if (!formatting.isPending) return;
    const { names, depths, nameEnds } = formatting;
    let first = formatting.count - 1;
    while (first > 0 && names[first - 1] !== 0 && depths[first - 1] === 0) first--;
    for (let index = first; index < formatting.count; index++) {
      this.tag.readAt(nameEnds[index] as number);
      this.open(names[index] as number, html);
      depths[index] = this.stack.depth;
    }
    formatting.update();
  }

  openHead(): void {
    if (this.mode <= modes.beforeHtml) this.openImplied(tags.html);
    if (this.mode <= modes.beforeHead) this.openImplied(tags.head);
    if (this.mode < modes.inHead) this.mode = modes.inHead;
  }

  /** Ends the head, which stays open until then, since what comes between still goes into it. */
  openBody(): void {
    this.openHead();
    this.leaveHead();
    this.openImplied(tags.body);
  }

  leaveHead(): void {
    this.stack.popTo(2);
    this.isHeadCut = this.lastInHead === tags.noscript;
    this.mode = modes.inBody;
  }

  private open(name: number, namespace: number): void {
    if (this.stack.depth === 2) this.noteChild(namespace === html ? name : 0);
    else if (this.stack.depth === 0) this.checkMode();
    this.stack.push(name, namespace);
  }

  /** What comes after the first element changes nothing of it. */
  private checkMode(): void {
    if (this.readsQuirky === undefined || this.isQuirky() === this.readsQuirky) return;
    this.isOfOtherMode = true;
    this.isBeyond = true;
  }

  /** An element of the head, or of the body. */
  private noteChild(name: number): void {
    if (this.stack.names[2] === tags.head) this.lastInHead = name;
    else if (((flagsOf[name] as number) & goesWithHead) === 0) this.isHeadCut = false;
  }

  private noteEnd(depth: number, kind: number): void {
    if ((kind & isForm) === 0) this.formatting.ended(depth);
    else if (this.formDepth === depth) this.formDepth = 0;
  }
}
