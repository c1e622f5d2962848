import { decodeHTML } from 'entities/decode';
import { Collector } from './collector.ts';
import type { Finding, References } from './finding.ts';
import { flagsOf, isEscapableText, isPlaintext, isRawText, tags } from './html-rules.ts';
import { Matcher } from './matcher.ts';
import { endsName, hashNext, oddInName, tagFold } from './name-table.ts';
import { OpenElements } from './open-elements.ts';
import { PageFacts } from './page-facts.ts';
import { PageText } from './page-text.ts';
import type { Program } from './program.ts';
import { StartTag } from './start-tag.ts';
import { TextRecorder } from './text-recorder.ts';

/** What one pass over a page found. */
export interface Scanned {
  /** The document, as a scope. */
  root: Finding;
  /** By link rule. */
  references: References[];
  /** The first `<base href>` as it stands there. */
  base: string | undefined;
  /** The canonical link as it stands there. */
  canonical: string | undefined;
}

const exclamation = 33;
const slash = 47;
const less = 60;
const greater = 62;
const question = 63;
const isTextOnly = isRawText | isEscapableText | isPlaintext;
/** Text between tags that is looked through code by code. */
const shortGap = 16;
/** Pages are read one at a time. */
const thePage = new PageText();
/** Given back instead of a place in the page: it has to be read by the tree. */
const beyond = -1;

/**
 * Reads pages for one program in a single pass, without a tree. Splits and nests as htmlparser2
 * (12.0.0) with document.ts does; what is too rare to be worth that makes it give up.
 */
export class Scanner {
  private readonly page = thePage;
  private name = 0;
  private hasOddSigns = false;
  private readonly program: Program;
  private readonly tag: StartTag;
  private readonly recorder = new TextRecorder();
  private readonly elements: OpenElements;
  private readonly matcher: Matcher;
  private readonly collector: Collector;
  private readonly facts: PageFacts;

  constructor(program: Program) {
    this.program = program;
    this.tag = new StartTag(this.page, program.attributes, program.classes);
    this.collector = new Collector(program, this.tag, this.recorder);
    this.facts = new PageFacts(program, this.tag, () => this.elements.isOpen(tags.body));
    const { tag, collector, recorder, facts } = this;
    this.matcher = new Matcher(program, { tag, collector, recorder, facts });
    this.elements = new OpenElements(this.matcher);
  }

  /** `undefined`: this page has to be read by the tree. */
  scan(text: string): Scanned | undefined {
    this.start(text);
    const isRead = this.readAll();
    this.program.tags.forget();
    this.page.text = '';
    if (!isRead || this.collector.isBeyond || this.elements.isTooDeep) return undefined;
    this.elements.closeAll();
    this.collector.close(0);
    const { root, references } = this.collector;
    return { root, references, base: this.facts.base, canonical: this.facts.canonical };
  }

  private start(text: string): void {
    this.page.set(text);
    this.hasOddSigns = text.includes('\x0f') || text.includes('\x1c');
    this.program.tags.forget();
    this.tag.startPage();
    this.recorder.startPage();
    this.facts.startPage();
    this.elements.startPage();
    this.matcher.startPage();
    this.collector.startPage();
  }

  /** Returns whether it came to the end. */
  private readAll(): boolean {
    const { codes, text, length } = this.page;
    let from = 0;
    let at = this.findTag(0);
    while (at >= 0) {
      const code = codes[at + 1] as number;
      const isStart = isLetter(code);
      if (!isStart && code !== slash && code !== exclamation && code !== question) {
        at = text.indexOf('<', at + 1);
        continue;
      }
      if (this.recorder.open > 0 && at > from) this.record(from, at, true);
      if (isStart) from = this.readStartTag(at);
      else if (code === slash) from = this.readEndTag(at);
      else from = code === exclamation ? this.skipDeclaration(at) : this.skipBogus(at);
      if (from < 0 || from > length) return false;
      at = this.findTag(from);
    }
    if (this.recorder.open > 0) this.record(from, length, true);
    return true;
  }

  /** Between tags there is little, or a lot. */
  private findTag(from: number): number {
    const { codes, text, length } = this.page;
    const near = Math.min(from + shortGap, length);
    for (let at = from; at < near; at++) if (codes[at] === less) return at;
    return near === length ? -1 : text.indexOf('<', near);
  }

  private record(from: number, to: number, hasReferences: boolean): void {
    const raw = this.page.text.slice(from, to);
    this.recorder.add(hasReferences && raw.includes('&') ? decodeHTML(raw) : raw);
  }

  private readStartTag(at: number): number {
    const end = this.readName(at + 1);
    const { name, elements } = this;
    if (name === 0) return beyond;
    const flags = flagsOf[name] as number;
    const isText = (flags & isTextOnly) !== 0 && !elements.isForeign();
    const next = this.page.codes[end] === greater ? this.tag.skip(end) : this.tag.read(end);
    if (next > this.page.length) return beyond;
    this.matcher.tagAt = at;
    elements.open(name, this.tag.isSelfClosing);
    if (elements.isTooDeep) return beyond;
    return isText ? this.readTextOnly(next, name, flags) : next;
  }

  /** Up to and with the end tag of an element whose content is text, whatever it looks like. */
  private readTextOnly(from: number, name: number, flags: number): number {
    // htmlparser2 takes some control characters for `<` and `/` there.
    if ((flags & isPlaintext) !== 0 || this.hasOddSigns) return beyond;
    const end = this.findEndTag(from, name);
    if (end < 0) return beyond;
    if (this.recorder.open > 0 && end > from) {
      const isEscapable = (flags & isEscapableText) !== 0;
      // A reference is none right behind what looks like the beginning of the end tag.
      if (isEscapable && this.page.text.slice(from, end).includes('<')) return beyond;
      this.record(from, end, isEscapable);
    }
    return this.readEndTag(end);
  }

  private findEndTag(from: number, name: number): number {
    const { codes, text } = this.page;
    const { tags: table } = this.program;
    const length = table.lengthOf(name);
    for (let at = text.indexOf('</', from); at >= 0; at = text.indexOf('</', at + 2)) {
      const isEnd = tagFold[codes[at + 2 + length] as number] === endsName;
      if (isEnd && table.isFoldedAt(codes, at + 2, name)) return at;
    }
    return beyond;
  }

  private readEndTag(at: number): number {
    const { codes, text } = this.page;
    const { elements } = this;
    const innermost = elements.innermost();
    const quickEnd = innermost === 0 ? beyond : this.program.tags.endOf(codes, at + 2, innermost);
    if (quickEnd >= 0 && codes[quickEnd] === greater) {
      elements.closeInnermost();
      return quickEnd + 1;
    }
    if (!isLetter(codes[at + 2] as number)) return codes[at + 2] === greater ? at + 3 : this.skipBogus(at);
    const end = this.readName(at + 2);
    const close = text.indexOf('>', end);
    if (this.name === 0 || close < 0) return beyond;
    if (elements.close(this.name)) {
      this.tag.startTag();
      elements.insert(this.name);
    }
    return elements.isTooDeep ? beyond : close + 1;
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
    const { codes, text } = this.page;
    let at = start;
    while (tagFold[codes[at] as number] !== endsName) at++;
    this.name = this.program.tags.intern(text.slice(start, at).toLowerCase());
    return at;
  }

  private skipDeclaration(at: number): number {
    const { text } = this.page;
    if (text.startsWith('--', at + 2)) return this.skipComment(at + 4);
    return text.startsWith('[CDATA[', at + 2) ? beyond : this.skipBogus(at);
  }

  /** Comments that are none. */
  private skipBogus(at: number): number {
    const { text } = this.page;
    const end = text.indexOf('>', at + 2);
    return end < 0 ? text.length : end + 1;
  }

  private skipComment(start: number): number {
    const { text } = this.page;
    if (text.startsWith('>', start)) return start + 1;
    if (text.startsWith('->', start)) return start + 2;
    for (let at = text.indexOf('--', start); at >= 0; at = text.indexOf('--', at + 1)) {
      if (text.startsWith('>', at + 2)) return at + 3;
      if (text.startsWith('!>', at + 2)) return at + 4;
    }
    return text.length;
  }
}

function isLetter(code: number): boolean {
  const folded = code | 32;
  return folded >= 97 && folded <= 122;
}
