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

const lineFeed = 0x0a;

/** Cuts bytes into whole lines. A line that may go on after the last byte is left for the next call. */
export function splitLines(bytes: Uint8Array, options: SplitOptions): SplitLines {
  const split: SplitLines = { lines: [], consumed: 0, ended: 0, skipping: options.skipping };
  while (split.consumed < bytes.length && split.lines.length < options.maxLines) {
    const feed = bytes.indexOf(lineFeed, split.consumed);
    const isWhole = feed !== -1 || options.isEnd;
    const end = feed === -1 ? bytes.length : feed;
    const isTooLong = end - split.consumed > options.maxLineBytes;
    if (!isWhole && !isTooLong && !split.skipping) break;
    split.lines.push(nameLine(bytes.subarray(split.consumed, end), split.skipping, isTooLong));
    split.consumed = feed === -1 ? end : feed + 1;
    split.ended += isWhole ? 1 : 0;
    split.skipping = !isWhole;
  }
  return split;
}

function nameLine(line: Uint8Array, isRest: boolean, isTooLong: boolean): Uint8Array | 'too long' | 'rest' {
  if (isRest) return 'rest';
  return isTooLong ? 'too long' : line;
}
