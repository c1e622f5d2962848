import { decodeHTMLAttribute } from 'entities/decode';
import type { Reference } from '../links/reference.ts';
import { htmlSpace } from '../selector/attribute-test.ts';
import { lowerAscii } from '../values/text.ts';
import { keepReference, knownReferenceAt } from './known-references.ts';
import {
  attributeFold,
  classFold,
  endsName,
  hashNext,
  maxNames,
  type NameTable,
  oddInName,
} from './name-table.ts';
import type { PageBytes } from './page-bytes.ts';

const carriageReturn = 13;
const quote = 34;
const ampersand = 38;
const apostrophe = 39;
const slash = 47;
const equals = 61;
const greaterThan = 62;
const space = 32;

/** Values that are not wanted are read over one by one up to here, and searched for their end from here. */
const shortValue = 24;
/** HTML has but one (HTML Standard, "preprocessing the input stream"). */
export const lineBreak = /\r\n?/g;

/**
 * The attributes of the start tag that is being read, as far as the program asks for them: by their
 * numbers, values as places in the page until somebody wants one. Splits tags as the HTML Standard
 * (13.2.5) does. Arrays are kept from tag to tag: what is not stamped with `serial` is of an
 * earlier one.
 */
export class StartTag {
  /** Different for each tag of a page. */
  serial = 0;
  /** Numbers of the wanted attributes that are there. */
  readonly attributes = new Uint16Array(maxNames);
  attributeCount = 0;
  /** Numbers of the wanted classes that are there. */
  readonly classes = new Uint16Array(maxNames);
  classCount = 0;
  isSelfClosing = false;

  private readonly page: PageBytes;
  private codes: Uint8Array;
  private readonly wantedAttributes: NameTable;
  private readonly wantedClasses: NameTable;
  /** By the code that an attribute begins with: may it be a wanted one? */
  private readonly startsWanted: Uint8Array;
  /** 0: nobody wants classes. */
  private readonly classAttribute: number;
  /** Are classes compared in any case? */
  private readonly foldsClasses: boolean;
  private readonly attributeSerials = new Int32Array(maxNames);
  private readonly classSerials = new Int32Array(maxNames);
  private readonly starts = new Int32Array(maxNames);
  private readonly ends = new Int32Array(maxNames);

  constructor(page: PageBytes, wantedAttributes: NameTable, wantedClasses: NameTable, foldsClasses: boolean) {
    this.page = page;
    this.codes = page.codes;
    this.wantedAttributes = wantedAttributes;
    this.wantedClasses = wantedClasses;
    this.foldsClasses = foldsClasses;
    this.startsWanted = wantedAttributes.firstCodes();
    this.classAttribute = wantedClasses.size > 1 ? wantedAttributes.numberOf('class') : 0;
  }

  startPage(): void {
    this.codes = this.page.codes;
    this.attributeSerials.fill(0);
    this.classSerials.fill(0);
    this.serial = 0;
    this.startTag();
  }

  /** For a tag without attributes, or one that is not on the page. */
  startTag(): void {
    this.serial++;
    this.attributeCount = 0;
    this.classCount = 0;
    this.isSelfClosing = false;
  }

  /** Reads from the end of the tag's name. Returns where the tag ends; beyond the page when it does not. */
  readAt(nameEnd: number): number {
    if (this.codes[nameEnd] !== greaterThan) return this.read(nameEnd);
    this.startTag();
    return nameEnd + 1;
  }

  /** Has the tag whose name ends here no attributes? */
  isBareAt(nameEnd: number): boolean {
    let at = nameEnd;
    while (isSpace(this.codes[at]) || this.codes[at] === slash) at++;
    return this.codes[at] === greaterThan;
  }

  has(attribute: number): boolean {
    return this.attributeSerials[attribute] === this.serial;
  }

  hasClass(name: number): boolean {
    return this.classSerials[name] === this.serial;
  }

  /** Character references are resolved. `undefined` where the tag has no such attribute. */
  value(attribute: number): string | undefined {
    return this.has(attribute) ? this.unescaped(attribute) : undefined;
  }

  /** The value as a reference into the page. `undefined` where the tag has no such attribute. */
  reference(attribute: number): Reference | undefined {
    if (!this.has(attribute)) return undefined;
    const end = this.ends[attribute] as number;
    const start = this.starts[attribute] as number;
    return (
      knownReferenceAt(this.codes, start, end) ??
      keepReference(this.codes, start, end, this.unescaped(attribute))
    );
  }

  private unescaped(attribute: number): string {
    const end = this.ends[attribute] as number;
    const start = this.starts[attribute] as number;
    const raw = this.page.text(start, end);
    let at = start;
    while (at < end && isPlainCode(this.codes[at] as number)) at++;
    return at === end ? raw : unescapeValue(raw);
  }

  private read(from: number): number {
    this.startTag();
    const { codes, startsWanted } = this;
    let at = from;
    for (;;) {
      const code = codes[at] as number;
      if (code === greaterThan) return at + 1;
      if (code === space || isSpace(code)) at++;
      else if (code === slash) {
        at++;
        this.isSelfClosing = codes[at] === greaterThan;
      } else if (startsWanted[code] === 0) at = this.skipAttribute(at);
      else at = this.readAttribute(at);
    }
  }

  /** Of an attribute that nobody wants. */
  private skipAttribute(start: number): number {
    const { codes } = this;
    let at = start + 1;
    while (attributeFold[codes[at] as number] !== endsName) at++;
    return this.readValue(at, 0);
  }

  private readAttribute(start: number): number {
    const { codes } = this;
    let at = start;
    let hash = 0;
    let folded = attributeFold[codes[at] as number] as number;
    while (folded > oddInName) {
      hash = hashNext(hash, folded);
      folded = attributeFold[codes[++at] as number] as number;
    }
    // A name may begin with what would end it.
    if (folded === oddInName || at === start) return this.readOddAttribute(start);
    return this.readValue(at, this.wantedAttributes.find(codes, start, at, hash));
  }

  private readOddAttribute(start: number): number {
    let at = start + 1;
    while (attributeFold[this.codes[at] as number] !== endsName) at++;
    const name = lowerAscii(this.page.text(start, at)).replaceAll('\0', '\ufffd');
    return this.readValue(at, this.wantedAttributes.numberOf(name));
  }

  /** Reads from the end of an attribute's name. Returns where the attribute ends. */
  private readValue(from: number, attribute: number): number {
    const { codes } = this;
    let at = from;
    if (codes[at] !== equals) {
      at = this.skipSpace(at);
      if (codes[at] !== equals) {
        this.note(attribute, at, at);
        return at;
      }
    }
    at++;
    if (codes[at] !== quote) at = this.skipSpace(at);
    const mark = codes[at];
    if (mark !== quote && mark !== apostrophe) return this.readUnquoted(at, attribute);
    const end = this.endOfQuoted(at + 1, mark);
    this.note(attribute, at + 1, end);
    return end + 1;
  }

  private endOfQuoted(start: number, mark: number): number {
    const { codes, page } = this;
    const short = start + shortValue;
    let at = start;
    for (; at < short && codes[at] !== mark; at++) if (at >= page.length) return page.length;
    if (at < short) return at;
    const end = page.find(mark, at);
    // The sentinel ends the tag there.
    return end < 0 ? page.length : end;
  }

  private readUnquoted(start: number, attribute: number): number {
    const { codes } = this;
    let at = start;
    while (codes[at] !== greaterThan && !isSpace(codes[at])) at++;
    this.note(attribute, start, at);
    return at;
  }

  /** The first of equal attributes counts. */
  private note(attribute: number, start: number, end: number): void {
    if (attribute === 0 || this.attributeSerials[attribute] === this.serial) return;
    this.attributeSerials[attribute] = this.serial;
    this.starts[attribute] = start;
    this.ends[attribute] = end;
    this.attributes[this.attributeCount++] = attribute;
    if (attribute === this.classAttribute) this.noteClasses(start, end);
  }

  private noteClasses(start: number, end: number): void {
    const { codes, foldsClasses } = this;
    let hash = 0;
    let tokenStart = start;
    for (let at = start; at < end; at++) {
      const code = codes[at] as number;
      if (code > ampersand && code < 128) {
        hash = hashNext(hash, foldsClasses ? (classFold[code] as number) : code);
        continue;
      }
      if (code >= 128 || code === ampersand || code === 0) {
        this.noteOddClasses();
        return;
      }
      if (code === space || isSpace(code)) {
        this.noteClass(this.wantedClasses.find(codes, tokenStart, at, hash));
        tokenStart = at + 1;
        hash = 0;
      } else hash = hashNext(hash, code);
    }
    this.noteClass(this.wantedClasses.find(codes, tokenStart, end, hash));
  }

  /** With character references, or letters that are not ASCII. */
  private noteOddClasses(): void {
    const value = this.value(this.classAttribute) ?? '';
    for (const name of (this.foldsClasses ? lowerAscii(value) : value).split(htmlSpace))
      this.noteClass(this.wantedClasses.numberOf(name));
  }

  private noteClass(name: number): void {
    if (name === 0 || this.classSerials[name] === this.serial) return;
    this.classSerials[name] = this.serial;
    this.classes[this.classCount++] = name;
  }

  private skipSpace(from: number): number {
    let at = from;
    while (isSpace(this.codes[at])) at++;
    return at;
  }
}

/** Does it stand for itself in a value? */
function isPlainCode(code: number): boolean {
  return code !== ampersand && code !== carriageReturn && code !== 0;
}

function unescapeValue(raw: string): string {
  const lines = raw.replaceAll('\0', '\ufffd').replace(lineBreak, '\n');
  return lines.includes('&') ? decodeHTMLAttribute(lines) : lines;
}

/** What HTML takes for white space. */
export function isSpace(code: number | undefined): boolean {
  return code === 32 || code === 10 || code === 9 || code === 12 || code === 13;
}
