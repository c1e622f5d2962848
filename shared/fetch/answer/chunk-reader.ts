/** Takes bytes in the chunked coding; returns the same data in chunks that any parser reads. */
export type ChunkReader = (bytes: Buffer) => Buffer;

const sizeLine = /^[\t ]*([0-9a-f]{1,13})[\t ]*(?:;.*)?\r*$/i;
const end = Buffer.from('0\r\n\r\n');

/**
 * Reads the chunked coding (RFC 9112 §7.1) with lines that may end in LF alone. It ends with the last chunk:
 * trailers hold nothing that a page needs. An invalid size is passed on, so that the parser refuses it.
 */
export function makeChunkReader(): ChunkReader {
  let line = '';
  let left = 0;
  let state: 'size' | 'data' | 'dataEnd' | 'over' = 'size';

  const readLine = (bytes: Buffer, at: number): number => {
    const lf = bytes.indexOf(0x0a, at);
    line += bytes.toString('latin1', at, lf === -1 ? bytes.length : lf);
    return lf === -1 ? bytes.length : lf + 1;
  };

  return (bytes) => {
    const out: Buffer[] = [];
    let at = 0;
    while (at < bytes.length && state !== 'over') {
      if (state === 'data') {
        const piece = bytes.subarray(at, at + left);
        out.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
        at += piece.length;
        left -= piece.length;
        if (left === 0) state = 'dataEnd';
        continue;
      }
      at = readLine(bytes, at);
      if (bytes[at - 1] !== 0x0a) break;
      const [isBlank, size] = [line.trim() === '', sizeLine.exec(line)?.[1]];
      const isDue = state === 'size' || !isBlank;
      if (isDue && size === undefined) out.push(Buffer.from(`${line.slice(0, 20)}\r\n`, 'latin1'));
      line = '';
      left = Number.parseInt(size ?? '0', 16);
      state = !isDue ? 'size' : left > 0 ? 'data' : 'over';
      if (state === 'over' && size !== undefined) out.push(end);
    }
    return Buffer.concat(out);
  };
}
