import { DropError } from '../../errors.ts';

/** Prefixes of nested lists and quotes are written on every line: a small page could make very many characters. */
const maxChars = 50_000_000;
/** Lists and quotes within one another beyond this are written as if they stood beside one another. */
const maxDepth = 32;

/** The lines of a Markdown document, with what lists and quotes put before them. */
export class MarkdownLines {
  readonly #lines: string[] = [];
  #chars = 0;
  #depth = 0;
  /** What stands before each line of the open containers. */
  #prefix = '';
  /** What stands before the next line instead, where containers begin there. */
  #first: string | undefined;
  /** What stands on a blank line before the next block. */
  #blank = '';
  #needsBlank = false;

  /** Appends a block, with a blank line between it and the one before. */
  block(text: string): void {
    if (this.#needsBlank) this.#push(this.#blank.trimEnd());
    for (const line of text.split('\n')) {
      const prefix = this.#first ?? this.#prefix;
      this.#push(line === '' ? prefix.trimEnd() : prefix + line);
      this.#first = undefined;
    }
    this.#blank = this.#prefix;
    this.#needsBlank = true;
  }

  /** What `body` writes follows without a blank line. Returns whether it writes anything. */
  joined(body: () => void): boolean {
    const lines = this.#lines.length;
    const needed = this.#needsBlank;
    this.#needsBlank = false;
    body();
    if (this.#lines.length > lines) return true;
    this.#needsBlank = needed;
    return false;
  }

  /** Does a container begin where the next block is written? */
  get isAtMarker(): boolean {
    return this.#first !== undefined;
  }

  /**
   * Writes what `body` writes inside of a container: `marker` stands before its first line, `prefix` before the others.
   * Nothing is left of one that stays empty: then it returns false.
   */
  container(marker: string, prefix: string, body: () => void): boolean {
    const lines = this.#lines.length;
    if (this.#depth >= maxDepth) {
      body();
      return this.#lines.length > lines;
    }
    const outer = { first: this.#first, prefix: this.#prefix };
    this.#depth += 1;
    this.#first = (outer.first ?? outer.prefix) + marker;
    this.#prefix = outer.prefix + prefix;
    body();
    this.#depth -= 1;
    this.#first = this.#lines.length === lines ? outer.first : undefined;
    this.#prefix = outer.prefix;
    if (this.#lines.length > lines) this.#blank = outer.prefix;
    return this.#lines.length > lines;
  }

  toString(): string {
    return this.#lines.join('\n');
  }

  #push(line: string): void {
    this.#chars += line.length + 1;
    if (this.#chars > maxChars) {
      throw new DropError('EXTRACT_FAILED', `the Markdown of the page is longer than ${maxChars} characters`);
    }
    this.#lines.push(line);
  }
}
