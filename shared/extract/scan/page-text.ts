/** Behind the page's end, so that what looks for the end of a tag finds one. */
const sentinel = '>>>>';
const leastCodes = 65_536;
/** Memory for larger pages is given back. */
const maxKeptCodes = 1_048_576;

/**
 * A page as a string, for what is taken from it, and as codes, which are read several times faster one
 * by one than the characters of a string.
 */
export class PageText {
  text = '';
  length = 0;
  /** UTF-16. Ends in `>` four times, beyond `length`. */
  codes = new Uint16Array(leastCodes);
  private bytes = Buffer.from(this.codes.buffer);

  set(text: string): void {
    const needed = text.length + sentinel.length;
    const isTooLarge = this.codes.length > maxKeptCodes && needed <= maxKeptCodes;
    if (this.codes.length < needed || isTooLarge) this.allocate(Math.max(needed, leastCodes));
    this.text = text;
    this.length = text.length;
    this.bytes.write(text, 0, 'utf16le');
    this.bytes.write(sentinel, 2 * text.length, 'utf16le');
  }

  private allocate(codes: number): void {
    this.codes = new Uint16Array(codes);
    this.bytes = Buffer.from(this.codes.buffer);
  }
}
