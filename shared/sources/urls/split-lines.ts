interface SplitOptions {
  maxLines: number;
  maxLineBytes: number;
  /** The bytes reach the end of the file, so that the last line needs no line feed. */
  isEnd: boolean;
  /** The bytes begin inside a line that was reported as too long. */
  skipping: boolean;
}

interface SplitLines {
  /** Without line feeds. `too long` stands for a line above the limit, `rest` for the end of one reported earlier. */
  lines: (Uint8Array | 'too long' | 'rest')[];
  /** Bytes that need not be read again. */
  consumed: number;
  /** Lines that ended: the next bytes belong to the line that many further on. */
  ended: number;
  /** The bytes after `consumed` are still inside a line that is too long. */
  skipping: boolean;
}

/** Cuts bytes into whole lines, which LF, CR LF or CR end. A line that may go on after the last byte is left for the next call. */
export function splitLines(bytes: Uint8Array, options: SplitOptions): SplitLines {
  const split: SplitLines = { lines: [], consumed: 0, ended: 0, skipping: options.skipping };
  const findEnd = lineEnds(bytes, options.isEnd);
  while (split.consumed < bytes.length && split.lines.length < options.maxLines) {
    const { end, next, isWhole } = findEnd(split.consumed);
    const isTooLong = end - split.consumed > options.maxLineBytes;
    if (!isWhole && !isTooLong && !split.skipping) break;
    split.lines.push(nameLine(bytes.subarray(split.consumed, end), split.skipping, isTooLong));
    split.consumed = next;
    split.ended += isWhole ? 1 : 0;
    split.skipping = !isWhole;
  }
  return split;
}

interface LineEnd {
  end: number;
  /** Where the next line begins. */
  next: number;
  isWhole: boolean;
}

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** Each kind of end is looked for once, however many lines the other one ends. */
function lineEnds(bytes: Uint8Array, isEnd: boolean): (from: number) => LineEnd {
  let [feed, carriage] = [-1, -1];
  const find = (byte: number, from: number) => {
    const at = bytes.indexOf(byte, from);
    return at === -1 ? bytes.length : at;
  };
  return (from) => {
    if (feed < from) feed = find(lineFeed, from);
    if (carriage < from) carriage = find(carriageReturn, from);
    const end = Math.min(feed, carriage);
    // A line feed that belongs to a CR may be still to come.
    const isOpen = end === bytes.length || (end === carriage && end + 1 === bytes.length);
    const next = Math.min(bytes.length, end === carriage && feed === end + 1 ? end + 2 : end + 1);
    return isOpen ? { end, next: isEnd ? next : end, isWhole: isEnd } : { end, next, isWhole: true };
  };
}

function nameLine(line: Uint8Array, isRest: boolean, isTooLong: boolean): Uint8Array | 'too long' | 'rest' {
  if (isRest) return 'rest';
  return isTooLong ? 'too long' : line;
}
