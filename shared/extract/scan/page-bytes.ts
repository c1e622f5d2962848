/** So many `>` stand behind the page's end, so that what looks for the end of a tag finds one. */
const sentinels = 4;
const minCapacity = 131_072;
/** Memory for larger pages is given back. */
const maxKeptCapacity = 2_097_152;

/**
 * A page as the bytes of its text in UTF-8. All that splits HTML is ASCII, and no byte of a longer character
 * is, so that nothing has to be decoded but what is taken.
 */
export class PageBytes {
  length = 0;
  /** Ends in `>` four times, beyond `length`. */
  codes: Buffer;
  private memory = Buffer.allocUnsafeSlow(minCapacity);

  constructor() {
    this.codes = this.memory;
  }

  /** `utf8`: valid UTF-8, without a byte order mark. It is copied. */
  set(utf8: Uint8Array): void {
    const { length } = utf8;
    const needed = length + sentinels;
    const isTooLarge = this.memory.length > maxKeptCapacity && needed <= maxKeptCapacity;
    if (this.memory.length < needed || isTooLarge)
      this.memory = Buffer.allocUnsafeSlow(Math.max(needed, minCapacity));
    this.memory.set(utf8);
    for (let at = length; at < needed; at++) this.memory[at] = greater;
    this.length = length;
    this.codes = this.memory.subarray(0, needed);
  }

  /** What stands there, decoded. Both ends are those of characters. */
  text(from: number, to: number): string {
    return this.codes.toString('utf8', from, to);
  }

  /** Where an ASCII code stands next, but `>`; -1 where it does not. */
  find(code: number, from: number): number {
    return this.codes.indexOf(code, from);
  }

  /** Behind the next `>`, or the page's end. */
  behindNextGreater(from: number): number {
    return Math.min(this.codes.indexOf(greater, from) + 1, this.length);
  }

  /** Do these ASCII characters stand there? */
  startsWith(ascii: string, at: number): boolean {
    for (let index = 0; index < ascii.length; index++) {
      if (this.codes[at + index] !== ascii.charCodeAt(index)) return false;
    }
    return true;
  }
}

const greater = 62;
