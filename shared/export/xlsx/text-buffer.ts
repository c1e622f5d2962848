/** Text that waits to be written. */
export interface TextBuffer {
  add(text: string): void;
  /** All of it, piece by piece; each is let go of. */
  take(): Generator<string>;
}

/** As buffers of some 64 kB: as strings they would lie in the heap, several times as large. */
const pieceChars = 65_536;

export function openTextBuffer(): TextBuffer {
  const pieces: Buffer[] = [];
  let pending = '';
  return {
    add(text) {
      pending += text;
      if (pending.length < pieceChars) return;
      pieces.push(Buffer.from(pending, 'utf8'));
      pending = '';
    },
    *take() {
      for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift())
        yield piece.toString('utf8');
      yield pending;
      pending = '';
    },
  };
}
