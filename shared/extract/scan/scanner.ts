import type { Document } from 'domhandler';
import { decodeHTML } from 'entities/decode';
import { isBlank, lowerAscii } from '../values/text.ts';
import { Collector } from './collector.ts';
import { Copies } from './copies.ts';
import { endPage, endTag } from './end-rules.ts';
import { dropsLineBreak, flagsOf, html, isEscapableText, isRawText, tags } from './html-rules.ts';
import { Matcher } from './matcher.ts';
import { endsName, hashNext, oddInName, tagFold } from './name-table.ts';
import { NodePlacer } from './node-placer.ts';
import { PageBytes } from './page-bytes.ts';
import { PageFacts, type PageLocation } from './page-facts.ts';
import type { Program } from './program.ts';
import type { References, ScanMatch } from './scan-match.ts';
import { startTag } from './start-rules.ts';
import { isSpace, lineBreak, StartTag } from './start-tag.ts';
import { TextRecorder } from './text-recorder.ts';
import { meetText } from './text-rules.ts';
import { modes, TreeBuilder } from './tree-builder.ts';
import { TreeMaker } from './tree-maker.ts';

/** What one pass over a page found. */
export interface Scanned {
  /** The document, as a scope. */
  root: ScanMatch;
  /** By link rule. */
  references: References[];
  /** The first `<base href>` as it stands there. */
  base: string | undefined;
  /** The canonical link as it stands there. */
  canonical: string | undefined;
  /** Length of all texts and values that were taken. */
  takenLength: number;
}

const lineFeed = 10;
const carriageReturn = 13;
const exclamation = 33;
const ampersand = 38;
const dash = 45;
const slash = 47;
const less = 60;
const greater = 62;
const question = 63;
const isTextOnly = isRawText | isEscapableText;
const readsOnOddly = isTextOnly | dropsLineBreak;
/** Text between tags that is looked through code by code. */
const shortGap = 16;
/** Pages are read one at a time. */
const thePage = new PageBytes();
/** Given back instead of a position in the page: it has to be read by the tree. */
const beyond = -1;

/**
 * Reads pages for one program in a single pass, without a tree. Splits and nests as the HTML Standard
 * says; what is too rare to be worth that, or needs elements moved, makes it give up.
 */
export class Scanner {
  private readonly page = thePage;
  private name = 0;
  private readonly program: Program;
  private readonly tag: StartTag;
  private readonly recorder = new TextRecorder();
  private readonly builder: TreeBuilder;
  private readonly collector: Collector;
  private readonly facts: PageFacts;
  private readonly matcher: Matcher;
  private readonly maker: TreeMaker | undefined;
  private readonly copies: Copies | undefined;
  /** Where nodes are made that are no elements. */
  private readonly placer: NodePlacer | undefined;

  /** `makesTree`: for `makeTree`, in place of what the program looks for. */
  constructor(program: Program, makesTree = false) {
    this.program = program;
    this.tag = new StartTag(this.page, program, makesTree);
    const builderOf = () => this.builder;
    const { tag, recorder } = this;
    this.maker = makesTree ? new TreeMaker(program, tag, builderOf) : undefined;
    this.copies = program.makesCopies ? new Copies(program, { tag, recorder, builderOf }) : undefined;
    const taker = this.maker ?? this.copies;
    this.placer = taker && new NodePlacer(builderOf, taker);
    this.collector = new Collector(program, tag, recorder, this.copies);
    this.facts = new PageFacts(program, tag, () => this.location());
    const { collector, facts, copies } = this;
    this.matcher = new Matcher(program, { tag, collector, recorder, facts, copies });
    this.builder = new TreeBuilder(tag, program.attributes.numberOf('type'), this.maker ?? this.matcher);
    if (program.dependsOnMode) this.builder.readsQuirky = program.isQuirky;
  }

  /** `undefined`: this page has to be read by the tree. */
  scan(utf8: Uint8Array): Scanned | undefined {
    if (!this.read(utf8) || this.collector.isBeyond) return undefined;
    this.collector.close(0);
    const { root, references } = this.collector;
    const takenLength = this.collector.takenLength + (this.copies?.length ?? 0);
    return { root, references, takenLength, base: this.facts.base, canonical: this.facts.canonical };
  }

  /** The page's tree, whose nodes are not numbered yet. `undefined`: parse5 has to make it. */
  makeTree(utf8: Uint8Array): Document | undefined {
    this.maker?.startPage();
    const isRead = this.read(utf8);
    this.program.attributes.forget();
    return isRead && !this.tag.isFull ? this.maker?.finish() : undefined;
  }

  /** Returns whether the page is one for the pass. */
  private read(utf8: Uint8Array): boolean {
    this.start(utf8);
    const isRead = this.readAll();
    if (isRead) endPage(this.builder);
    this.program.tags.forget();
    return isRead && !this.isLost();
  }

  /** Was the last page one that a program for the other mode reads? */
  get isOfOtherMode(): boolean {
    return this.builder.isOfOtherMode;
  }

  private start(utf8: Uint8Array): void {
    this.page.set(utf8);
    this.program.tags.forget();
    this.tag.startPage();
    this.recorder.startPage();
    // A tree is made of all texts.
    if (this.maker !== undefined) this.recorder.listeners = 1;
    this.facts.startPage();
    this.builder.startPage();
    this.matcher.startPage();
    this.copies?.startPage();
    this.collector.startPage();
  }

  private isLost(): boolean {
    return this.builder.isBeyond || this.builder.stack.isTooDeep;
  }

  private location(): PageLocation {
    const { stack, isHeadCut } = this.builder;
    if (stack.templates > 0) return 'template';
    const isInHead = stack.names[2] === tags.head || (isHeadCut && stack.depth === 2);
    return isInHead ? 'head' : 'body';
  }

  /** Returns whether it came to the end. */
  private readAll(): boolean {
    const { codes, length } = this.page;
    let from = 0;
    let at = this.findTag(0);
    while (at >= 0) {
      const code = codes[at + 1] as number;
      const isStart = isLetter(code);
      if (!isStart && code !== slash && code !== exclamation && code !== question) {
        at = this.page.find(less, at + 1);
        continue;
      }
      // At the page's very end it is text.
      if (code === slash && at + 2 >= length) break;
      if (at > from && (this.recorder.listeners > 0 || !this.builder.isPlain())) this.meet(from, at);
      if (isStart) from = this.readStartTag(at);
      else if (code === slash) from = this.readEndTag(at);
      else from = code === exclamation ? this.skipDeclaration(at) : this.skipBogus(at, at + 1);
      if (from < 0 || from > length) return false;
      at = this.findTag(from);
    }
    if (length > from) this.meet(from, length);
    return true;
  }

  /** Between tags there is little, or a lot. */
  private findTag(from: number): number {
    const { codes, length } = this.page;
    const near = Math.min(from + shortGap, length);
    for (let at = from; at < near; at++) if (codes[at] === less) return at;
    return near === length ? -1 : this.page.find(less, near);
  }

  /** Text between tags. */
  private meet(from: number, to: number): void {
    if (this.isPlaced()) this.placer?.meetText(this.textOf(from, to, true));
    else if (!this.builder.isPlain()) this.meetRarely(from, to);
    if (this.recorder.open > 0) this.record(from, to, true);
  }

  /** Is text made a node here, or may it open what it is a node of: the body, or formatting that goes on? */
  private isPlaced(): boolean {
    const { maker, copies, builder } = this;
    return maker !== undefined || (copies !== undefined && (copies.count > 0 || !builder.isPlain()));
  }

  /** Text of the innermost element, wherever that is. */
  private readContent(from: number, to: number, hasReferences: boolean): void {
    if (this.isPlaced()) this.placer?.addContent(this.textOf(from, to, hasReferences));
    if (this.recorder.open > 0) this.record(from, to, hasReferences);
  }

  private meetRarely(from: number, to: number): void {
    meetText(this.builder, this.isBlank(from, to));
  }

  private isBlank(from: number, to: number): boolean {
    const { codes } = this.page;
    let at = from;
    while (isSpace(codes[at]) && at < to) at++;
    // NUL is no text in most places.
    if (codes[at] === 0) this.builder.isBeyond = true;
    return at === to || (codes[at] === ampersand && isBlank(this.textOf(at, to, true)));
  }

  private record(from: number, to: number, hasReferences: boolean): void {
    if (to > from && !this.recorder.addPlain(this.page.codes, from, to, hasReferences))
      this.recorder.add(this.textOf(from, to, hasReferences));
  }

  private textOf(from: number, to: number, hasReferences: boolean): string {
    const raw = this.page.text(from, to);
    // What becomes of NUL depends on where it is.
    if (raw.includes('\0')) this.builder.isBeyond = true;
    const lines = raw.includes('\r') ? raw.replace(lineBreak, '\n') : raw;
    return hasReferences && lines.includes('&') ? decodeHTML(lines) : lines;
  }

  private readStartTag(at: number): number {
    const end = this.readName(at + 1);
    const { builder } = this;
    if (!builder.isSimple(this.name, end)) return this.readRareStart(end);
    const next = this.tag.readAt(end);
    builder.stack.open(this.name);
    return builder.stack.isTooDeep ? beyond : next;
  }

  /** Of a tag that does more than to open its element. Apart, so that the loop over the page stays small. */
  private readRareStart(end: number): number {
    const { builder } = this;
    if (this.name === 0) return beyond;
    const isInserted = startTag(builder, this.name, end);
    if (builder.isBeyond) return beyond;
    const next = this.tag.readAt(end);
    if (next > this.page.length) return beyond;
    if (!isInserted) return next;
    builder.insert();
    if (this.isLost()) return beyond;
    const flags = flagsOf[builder.name] as number;
    if ((flags & readsOnOddly) === 0 || builder.namespace !== html) return next;
    const from = (flags & dropsLineBreak) === 0 ? next : this.skipLineBreak(next);
    return (flags & isTextOnly) === 0 || from < 0 ? from : this.readTextOnly(from, flags);
  }

  /** The first line break of `pre` and `textarea` is no part of them. Written as a reference, it is left to the tree. */
  private skipLineBreak(from: number): number {
    const { codes } = this.page;
    if (breaksBehindPre.some((written) => this.page.startsWith(written, from))) return beyond;
    const at = codes[from] === carriageReturn ? from + 1 : from;
    return codes[at] === lineFeed ? at + 1 : at;
  }

  /** Up to and with the end tag of an element whose content is text, whatever it looks like. */
  private readTextOnly(from: number, flags: number): number {
    const { name } = this.builder;
    const end = this.findEndTag(from, name);
    if (end < 0) return beyond;
    if (this.recorder.listeners > 0) this.readContent(from, end, (flags & isEscapableText) !== 0);
    const after = this.tag.readAt(end + 2 + this.program.tags.lengthOf(name));
    this.builder.stack.pop();
    return after;
  }

  private findEndTag(from: number, name: number): number {
    const { page } = this;
    const { codes } = page;
    const { tags: table } = this.program;
    const length = table.lengthOf(name);
    let isInComment = false;
    for (let at = page.find(less, from); at >= 0; at = page.find(less, at + 1)) {
      if (codes[at + 1] === slash) {
        const isEnd = tagFold[codes[at + 2 + length] as number] === endsName;
        if (isEnd && table.isFoldedAt(codes, at + 2, name)) return at;
      } else if (name === tags.script) {
        isInComment ||= page.startsWith('!--', at + 1);
        // A script that is opened in a comment of a script has to end first.
        if (isInComment && this.opensScript(at)) return beyond;
      }
    }
    return beyond;
  }

  private opensScript(at: number): boolean {
    const { codes } = this.page;
    const end = at + 1 + scriptLength;
    return (
      tagFold[codes[end] as number] === endsName &&
      end < this.page.length &&
      this.program.tags.isFoldedAt(codes, at + 1, tags.script)
    );
  }

  private readEndTag(at: number): number {
    const { codes } = this.page;
    const { innermost } = this.builder.stack;
    const quickEnd = innermost === 0 ? beyond : this.program.tags.endOf(codes, at + 2, innermost);
    const isQuick = quickEnd >= 0 && codes[quickEnd] === greater && this.builder.endInnermost();
    return isQuick ? quickEnd + 1 : this.readRareEnd(at);
  }

  /** Of a tag that may end more than the innermost element. */
  private readRareEnd(at: number): number {
    const { codes } = this.page;
    if (!isLetter(codes[at + 2] as number))
      return codes[at + 2] === greater ? at + 3 : this.skipBogus(at, at + 2);
    const end = this.readName(at + 2);
    const next = this.tag.readAt(end);
    if (this.name === 0 || next > this.page.length) return beyond;
    endTag(this.builder, this.name);
    return this.isLost() ? beyond : next;
  }

  /** Sets `name`, to 0 when there are too many; returns where it ends. */
  private readName(start: number): number {
    const { codes } = this.page;
    let at = start;
    let hash = 0;
    let folded = tagFold[codes[at] as number] as number;
    while (folded > oddInName) {
      hash = hashNext(hash, folded);
      folded = tagFold[codes[++at] as number] as number;
    }
    this.name = folded === endsName ? this.program.tags.find(codes, start, at, hash) : 0;
    return this.name === 0 ? this.readNewName(start) : at;
  }

  private readNewName(start: number): number {
    const { codes } = this.page;
    let at = start;
    while (tagFold[codes[at] as number] !== endsName) at++;
    const name = lowerAscii(this.page.text(start, at));
    this.name = name.includes('\0') ? 0 : this.program.tags.intern(name);
    return at;
  }

  private skipDeclaration(at: number): number {
    const { page, builder } = this;
    if (page.startsWith('--', at + 2)) return this.readComment(at + 4);
    if (page.startsWith('[CDATA[', at + 2) && builder.stack.namespace !== html) return this.readCdata(at + 9);
    const end = page.behindNextGreater(at + 2);
    if (!doctypeStart.test(page.text(at, Math.min(at + 9, end)))) return this.skipBogus(at, at + 2);
    if (builder.mode === modes.initial && builder.doctype === undefined) {
      builder.doctype = page.text(at, end);
      this.maker?.meetDoctype(builder.doctype);
    }
    return end;
  }

  /** Of SVG and MathML only. In the HTML inside, parse5 (8.1.1) takes it for a comment. */
  private readCdata(from: number): number {
    if (!this.builder.isForeign()) return beyond;
    const end = this.page.codes.indexOf(']]>', from, 'latin1');
    if (end < 0 || end + 3 > this.page.length) return beyond;
    if (this.recorder.listeners > 0) this.readContent(from, end, false);
    return end + 3;
  }

  /** Comments that are none; what they say begins at `from`. */
  private skipBogus(at: number, from: number): number {
    const { page } = this;
    const end = page.behindNextGreater(at + 2);
    if (this.isPlaced()) this.placer?.addComment(page.text(from, end).replace(/>$/, ''));
    return end;
  }

  private readComment(start: number): number {
    const end = this.skipComment(start);
    if (this.isPlaced()) this.placer?.addComment(this.page.text(start, end).replace(endOfComment, ''));
    return end;
  }

  private skipComment(start: number): number {
    const { page } = this;
    if (page.startsWith('>', start)) return Math.min(start + 1, page.length);
    if (page.startsWith('->', start)) return Math.min(start + 2, page.length);
    let end = page.behindNextGreater(start);
    while (end < page.length && !this.endsComment(start, end - 1)) end = page.behindNextGreater(end);
    return end;
  }

  /** Does the `>` there end the comment that begins at `start`? */
  private endsComment(start: number, at: number): boolean {
    const { codes } = this.page;
    const dashes = codes[at - 1] === exclamation ? at - 3 : at - 2;
    return dashes >= start && codes[dashes] === dash && codes[dashes + 1] === dash;
  }
}

/** Of one that the page's end cuts off as well. */
const endOfComment = /^-?>$|--!?>$|--!?$|-$/;
/** What may be the first line break of `pre`, or stand before it without being anything. */
const breaksBehindPre = ['&#', '&NewLine;', '</>'];
const doctypeStart = /^<!doctype/i;
const scriptLength = 'script'.length;

function isLetter(code: number): boolean {
  const folded = code | 32;
  return folded >= 97 && folded <= 122;
}
