/** How a file writes its rows. */
export interface Dialect {
  delimiter: string;
  quote: string;
  /** How a quote is written in a quoted cell: twice, as in RFC 4180, or behind a backslash. */
  escape: 'twice' | 'backslash';
  /** A blank behind each delimiter is no part of the cell. */
  isPadded: boolean;
}

/** One row, its cells as they stand in it. */
export interface CsvRow {
  cells: string[];
  /** The position in the text behind its line break. */
  end: number;
  /** A quoted cell goes on behind its quote, or does not end. */
  isBroken: boolean;
  /** A quoted cell does not end in this text: its quote was read as a character. */
  isOpen: boolean;
}

/**
 * How often a quote may be left open before the rest of the file is read without quotes: each one is searched for to the end
 * of the text.
 */
const maxOpenQuotes = 50;

/**
 * Reads rows as RFC 4180 writes them, in any dialect, one at a time; blank lines are left out. What is not of that form costs its
 * own row at most: a quote within an unquoted cell is a character; what follows a closing quote is joined to the cell; a quote
 * that is never closed is a character, too. Lines end with CR LF, LF or CR.
 */
export function* parseCsv(text: string, dialect: Dialect): Generator<CsvRow> {
  const reader = new CsvReader(text, dialect);
  for (let row = reader.next(); row !== undefined; row = reader.next()) {
    const isBlank = row.cells.length === 1 && row.cells[0] === '';
    if (!isBlank) yield row;
  }
}

class CsvReader {
  readonly #text: string;
  readonly #dialect: Dialect;
  #at = 0;
  #openQuotes = 0;
  #isBroken = false;
  #isOpen = false;

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  next(): CsvRow | undefined {
    if (this.#at >= this.#text.length) return undefined;
    this.#isBroken = false;
    this.#isOpen = false;
    const cells: string[] = [];
    do cells.push(this.#cell());
    while (this.#skipDelimiter());
    this.#skipLineBreak();
    return { cells, end: this.#at, isBroken: this.#isBroken, isOpen: this.#isOpen };
  }

  #cell(): string {
    const { quote, isPadded } = this.#dialect;
    while (isPadded && this.#text[this.#at] === ' ') this.#at++;
    if (this.#text[this.#at] !== quote || this.#openQuotes >= maxOpenQuotes) return this.#plain();
    const start = this.#at;
    const quoted = this.#quoted();
    if (quoted === undefined) {
      this.#openQuotes++;
      this.#isBroken = true;
      this.#isOpen = true;
      this.#at = start;
      return this.#plain();
    }
    const rest = this.#plain();
    if (rest.trim() === '') return quoted;
    this.#isBroken = true;
    return quoted + rest;
  }

  /** To the next delimiter or line break. */
  #plain(): string {
    const text = this.#text;
    const delimiter = this.#dialect.delimiter.charCodeAt(0);
    let end = this.#at;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === delimiter || code === 10 || code === 13) break;
    }
    const cell = text.slice(this.#at, end);
    this.#at = end;
    return cell;
  }

  /** The content of a quoted cell; `undefined` where it does not end. */
  #quoted(): string | undefined {
    const { quote, escape: escaping } = this.#dialect;
    const text = this.#text;
    const parts: string[] = [];
    let from = this.#at + 1;
    for (let at = from; ; ) {
      const found = text.indexOf(quote, at);
      if (found === -1) return undefined;
      if (escaping === 'backslash' && isEscaped(text, found, from)) {
        parts.push(text.slice(from, found - 1), quote);
      } else if (text[found + 1] === quote) {
        parts.push(text.slice(from, found + 1));
        from = found + 2;
        at = from;
        continue;
      } else {
        this.#at = found + 1;
        parts.push(text.slice(from, found));
        return parts.length === 1 ? parts[0] : parts.join('');
      }
      from = found + 1;
      at = from;
    }
  }

  #skipDelimiter(): boolean {
    if (this.#text[this.#at] !== this.#dialect.delimiter) return false;
    this.#at++;
    return true;
  }

  #skipLineBreak(): void {
    if (this.#text[this.#at] === '\r') this.#at++;
    if (this.#text[this.#at] === '\n') this.#at++;
  }
}

/** Behind an odd number of backslashes. */
function isEscaped(text: string, at: number, from: number): boolean {
  let backslashes = 0;
  while (at - backslashes - 1 >= from && text[at - backslashes - 1] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
