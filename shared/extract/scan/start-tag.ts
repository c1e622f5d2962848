import { decodeHTMLAttribute } from 'entities/decode';
import type { Reference } from '../links/reference.ts';
import { htmlSpace } from '../selector/attribute-test.ts';
import { lowerAscii } from '../values/text.ts';
import { keepReference, knownReferenceAt } from './known-references.ts';
import {
  attributeFold,
  classCodes,
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

interface Names {
  attributes: NameTable;
  classes: NameTable;
  /** Are classes compared in any case? */
  isQuirky: boolean;
}

/** Values are read over one by one up to here, and searched for their end from here. */
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
  /** Are there more names of attributes than can be numbered? */
  isFull = false;

  private readonly page: PageBytes;
  private codes: Uint8Array;
  private readonly wantedAttributes: NameTable;
  private readonly wantedClasses: NameTable;
  /** By the code that an attribute, or a class, begins with: may it be a wanted one? */
  private readonly startsWanted: Uint8Array;
  private readonly startsClass: Uint8Array;
  /** 0: nobody wants classes. */
  private readonly classAttribute: number;
  /** Are classes compared in any case? */
  private readonly foldsClasses: boolean;
  /** Are all attributes wanted, whatever their names? */
  private readonly takesAll: boolean;
  private readonly attributeSerials = new Int32Array(maxNames);
  private readonly classSerials = new Int32Array(maxNames);
  private readonly starts = new Int32Array(maxNames);
  private readonly ends = new Int32Array(maxNames);

  constructor(page: PageBytes, { attributes, classes, isQuirky }: Names, takesAll: boolean) {
    this.page = page;
    this.takesAll = takesAll;
    this.codes = page.codes;
    this.wantedAttributes = attributes;
    this.wantedClasses = classes;
    this.foldsClasses = isQuirky;
    this.startsWanted = takesAll ? new Uint8Array(256).fill(1) : attributes.firstCodes();
    this.startsClass = classes.firstCodes();
    this.classAttribute = classes.size > 1 ? attributes.numberOf('class') : 0;
  }

  startPage(): void {
    this.codes = this.page.codes;
    this.attributeSerials.fill(0);
    this.classSerials.fill(0);
    this.serial = 0;
    this.isFull = false;
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
    if (!this.has(attribute)) return undefined;
    return this.unescaped(this.starts[attribute] as number, this.ends[attribute] as number);
  }

  /** The value as a reference into the page. `undefined` where the tag has no such attribute. */
  reference(attribute: number): Reference | undefined {
    if (!this.has(attribute)) return undefined;
    const end = this.ends[attribute] as number;
    const start = this.starts[attribute] as number;
    return (
      knownReferenceAt(this.codes, start, end) ??
      keepReference(this.codes, start, end, this.unescaped(start, end))
    );
  }

  private unescaped(start: number, end: number): string {
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
    const known = this.wantedAttributes.find(codes, start, at, hash);
    return this.readValue(at, known === 0 && this.takesAll ? this.numberNew(start, at) : known);
  }

  private readOddAttribute(start: number): number {
    let at = start + 1;
    while (attributeFold[this.codes[at] as number] !== endsName) at++;
    if (this.takesAll) return this.readValue(at, this.numberNew(start, at));
    return this.readValue(at, this.wantedAttributes.numberOf(this.nameAt(start, at)));
  }

  private nameAt(start: number, end: number): string {
    return lowerAscii(this.page.text(start, end)).replaceAll('\0', '\ufffd');
  }

  private numberNew(start: number, end: number): number {
    const number = this.wantedAttributes.intern(this.nameAt(start, end));
    if (number === 0) this.isFull = true;
    return number;
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
    const start = at + 1;
    const end = this.areClasses(attribute) ? this.readClasses(start, mark) : this.endOfQuoted(start, mark);
    this.note(attribute, start, end);
    return end + 1;
  }

  private endOfQuoted(start: number, mark: number): number {
    const { codes, page } = this;
    const short = Math.min(start + shortValue, page.length);
    for (let at = start; at < short; at++) if (codes[at] === mark) return at;
    const end = page.find(mark, short);
    // The sentinel ends the tag there.
    return end < 0 ? page.length : end;
  }

  private readUnquoted(start: number, attribute: number): number {
    const { codes } = this;
    let at = start;
    while (codes[at] !== greaterThan && !isSpace(codes[at])) at++;
    if (this.areClasses(attribute)) this.readClasses(start, codes[at] as number);
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
  }

  /** Are these the classes of the element, and wanted? Those of the first attribute count. */
  private areClasses(attribute: number): boolean {
    return attribute !== 0 && attribute === this.classAttribute && !this.has(attribute);
  }

  /** Notes the wanted ones of the classes that end before `mark`. Returns where that is. */
  private readClasses(start: number, mark: number): number {
    const { codes, startsClass } = this;
    const fold = this.foldsClasses ? classFold : classCodes;
    let at = start;
    for (;;) {
      const first = at;
      const mayBeWanted = startsClass[codes[at] as number] !== 0;
      let hash = 0;
      let folded = fold[codes[at] as number] as number;
      if (mayBeWanted) {
        while (folded > oddInName) {
          hash = hashNext(hash, folded);
          folded = fold[codes[++at] as number] as number;
        }
      } else while (folded > oddInName) folded = fold[codes[++at] as number] as number;
      const isEnd = codes[at] === mark;
      if (folded === oddInName && !isEnd) return this.readOddClasses(start, mark);
      if (mayBeWanted) this.noteClass(this.wantedClasses.find(codes, first, at, hash));
      if (isEnd) return at;
      at++;
    }
  }

  /** With character references, or letters that are not ASCII. */
  private readOddClasses(start: number, mark: number): number {
    const end = this.endOfQuoted(start, mark);
    const value = this.unescaped(start, end);
    for (const name of (this.foldsClasses ? lowerAscii(value) : value).split(htmlSpace))
      this.noteClass(this.wantedClasses.numberOf(name));
    return end;
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
