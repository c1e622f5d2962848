import { blockEdge, inLine } from '../values/raised-digits.ts';
import { isInLine, isSeparate } from './html-rules.ts';
import type { ScanMatch } from './scan-match.ts';

const ampersand = 38;
const carriageReturn = 13;
const space = 32;
const digitZero = 48;
const digitNine = 57;
const beyondAscii = 128;
const minCapacity = 16_384;
/** Memory for longer texts is given back. */
const maxKeptCapacity = 1_048_576;

interface OuterTexts {
  open: number;
  first: number;
  starts: number[];
  marks: { at: number; mark: string }[];
  markStarts: number[];
  digitsOpen: number;
}

/**
 * Collects the text inside of findings while they are open, as UTF-8. What one holds of another is kept once:
 * their texts are parts of a common one.
 */
export class TextRecorder {
  /** How many findings are being recorded here. */
  open = 0;
  /** They, and all else that texts are read for. */
  listeners = 0;
  private bytes = Buffer.allocUnsafeSlow(minCapacity);
  private length = 0;
  /** Where the text begins that belongs to those that are open here. */
  private first = 0;
  private starts: number[] = [];
  /** Flags of the elements whose beginnings and ends are of note. */
  edges = 0;
  /** Beginnings and ends of elements: where they stand, and their marks. */
  private marks: { at: number; mark: string }[] = [];
  /** For each that is open, how many of them were there before it; -1: it takes none of them. */
  private markStarts: number[] = [];
  /** How many that are open take them. */
  private digitsOpen = 0;
  private readonly outer: OuterTexts[] = [];

  startPage(): void {
    if (this.bytes.length > maxKeptCapacity) this.bytes = Buffer.allocUnsafeSlow(minCapacity);
    this.open = this.listeners = this.length = this.first = this.digitsOpen = this.edges = 0;
    this.starts = [];
    this.marks = [];
    this.markStarts = [];
    this.outer.length = 0;
  }

  /** `takesDigits`: its digits are wanted as they stand beside others. */
  begin(takesDigits: boolean): void {
    this.starts.push(this.length);
    this.markStarts.push(takesDigits ? this.marks.length : -1);
    if (takesDigits) this.digitsOpen++;
    this.open++;
    this.listeners++;
    this.lookOut();
  }

  /** Ends what was begun last. */
  end(finding: ScanMatch): void {
    const start = this.starts.pop() ?? 0;
    const markStart = this.markStarts.pop() ?? -1;
    if (markStart >= 0) this.digitsOpen--;
    if (this.length > start) finding.text = this.bytes.toString('utf8', start, this.length);
    const mark = markStart >= 0 ? this.marks[markStart] : undefined;
    if (mark !== undefined && mark.at < this.length)
      finding.marked = this.markedText(finding.text, start, markStart);
    this.open--;
    this.listeners--;
    this.lookOut();
    if (this.open > 0) return;
    this.length = this.first;
    if (this.marks.length > 0) this.marks = [];
  }

  private markedText(text: string, start: number, markStart: number): string {
    const isAscii = text.length === this.length - start;
    const part = (from: number, to: number) =>
      isAscii ? text.slice(from - start, to - start) : this.bytes.toString('utf8', from, to);
    let marked = '';
    let from = start;
    for (let index = markStart; index < this.marks.length; index++) {
      const { at, mark } = this.marks[index] as { at: number; mark: string };
      marked += part(from, at) + mark;
      // That of a block stands for the space behind it.
      from = mark === blockEdge ? at + 1 : at;
    }
    return marked + part(from, this.length);
  }

  /** Of the page, as it stands there. Returns false, and adds nothing, where that is not the text itself. */
  addPlain(codes: Uint8Array, from: number, to: number, hasReferences: boolean): boolean {
    this.makeRoom(to - from);
    const { bytes } = this;
    let end = this.length;
    for (let at = from; at < to; at++) {
      const code = codes[at] as number;
      if (code === 0 || code === carriageReturn || (code === ampersand && hasReferences)) return false;
      bytes[end++] = code;
    }
    this.length = end;
    return true;
  }

  add(text: string): void {
    this.makeRoom(3 * text.length);
    this.length += this.bytes.write(text, this.length, 'utf8');
  }

  /** Sets apart what comes before from what comes after. */
  separate(): void {
    if (this.digitsOpen > 0) this.marks.push({ at: this.length, mark: blockEdge });
    this.makeRoom(1);
    this.bytes[this.length++] = space;
  }

  /** An element whose digits are set apart begins or ends. */
  mark(mark: string): void {
    this.marks.push({ at: this.length, mark });
  }

  /** Another element of a line begins or ends, which matters behind a digit, or what may be one. */
  edge(): void {
    let at = this.length - 1;
    while (at >= this.first && (this.bytes[at] as number) <= space) at--;
    const code = at < this.first ? space : (this.bytes[at] as number);
    if ((code >= digitZero && code <= digitNine) || code >= beyondAscii) this.mark(inLine);
  }

  /** Nothing of what comes belongs to the findings that are open. */
  leave(): void {
    const { open, first, starts, marks, markStarts, digitsOpen } = this;
    this.outer.push({ open, first, starts, marks, markStarts, digitsOpen });
    this.digitsOpen = 0;
    this.listeners -= this.open;
    this.open = this.edges = 0;
    this.first = this.length;
    this.starts = [];
    this.marks = [];
    this.markStarts = [];
  }

  comeBack(): void {
    const outer = this.outer.pop();
    if (outer === undefined) return;
    this.length = this.first;
    this.listeners += outer.open;
    this.open = outer.open;
    this.first = outer.first;
    this.starts = outer.starts;
    this.marks = outer.marks;
    this.markStarts = outer.markStarts;
    this.digitsOpen = outer.digitsOpen;
    this.lookOut();
  }

  private lookOut(): void {
    this.edges = this.open === 0 ? 0 : this.digitsOpen === 0 ? isSeparate : isSeparate | isInLine;
  }

  private makeRoom(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
