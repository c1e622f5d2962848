/** Text that is buffered until it can be written. */
export interface TextBuffer {
  add(text: string): void;
  /** The whole text in pieces; each is freed when it is taken. */
  take(): Generator<string>;
}

/** Stored as buffers of some 64 kB: as strings they would take several times as much of the heap. */
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
