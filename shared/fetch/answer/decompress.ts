import {
  brotliDecompressSync,
  constants,
  inflateRawSync,
  inflateSync,
  type ZstdOptions,
  zstdDecompressSync,
} from 'node:zlib';
import { gunzip } from './gunzip.ts';

export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

const MAX_CODINGS = 5;
const MAX_ZSTD_FRAMES = 1_000;

/** `cut`: the end of the compressed data is missing, so the connection was lost, even if it was closed regularly. */
export type Decompressed =
  | { state: 'done'; body: Uint8Array }
  | { state: 'cut' | 'corrupt' | 'tooLarge'; cause: unknown };

/**
 * Decodes a body by its Content-Encoding header, beginning with the coding that was applied last (RFC 9110 section
 * 8.4). Stops as soon as a coding yields more than `maxBytes`. Unknown codings leave the body as it is, as in the
 * Fetch standard. Synchronous, since a round trip to a thread takes longer than a page.
 */
export function decompress(body: Uint8Array, contentEncoding: string, maxBytes: number): Decompressed {
  const codings = codingsOf(contentEncoding);
  if (codings.length > MAX_CODINGS)
    return { state: 'corrupt', cause: new Error(`${codings.length} codings`) };
  try {
    const plain = codings.reduceRight(
      (bytes, coding, index) =>
        isNamedTwice(codings, index, bytes) ? bytes : undoCoding(bytes, coding, maxBytes),
      body,
    );
    return plain.length > maxBytes ? { state: 'tooLarge', cause: undefined } : { state: 'done', body: plain };
  } catch (cause) {
    return { state: stateOf(cause), cause };
  }
}

function stateOf(cause: unknown): 'cut' | 'corrupt' | 'tooLarge' {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'tooLarge';
  return code === 'Z_BUF_ERROR' ? 'cut' : 'corrupt';
}

/** A server and a proxy may both announce the same gzip: data without the magic number is not gzipped twice. */
function isNamedTwice(codings: string[], index: number, bytes: Uint8Array): boolean {
  const [coding, undone] = [codings[index], codings[index + 1]];
  return coding === undone && coding === 'gzip' && !(bytes[0] === 0x1f && bytes[1] === 0x8b);
}

/** The codings to decode, in the order in which they were applied. */
export function codingsOf(contentEncoding: string): string[] {
  if (contentEncoding === '') return [];
  return contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'].includes(coding));
}

function undoCoding(bytes: Uint8Array, coding: string, maxOutputLength: number): Uint8Array {
  // An answer without a body often has the header.
  if (bytes.length === 0) return bytes;
  if (coding === 'br') return brotliDecompressSync(bytes, { maxOutputLength });
  if (coding === 'zstd') return unzstd(bytes, maxOutputLength);
  if (coding !== 'deflate') return gunzip(bytes, maxOutputLength);
  return hasZlibHeader(bytes)
    ? inflateSync(bytes, { maxOutputLength })
    : inflateRawSync(bytes, { maxOutputLength });
}

/** RFC 1950 section 2.2. Raw deflate, which some servers send instead, never begins like this. */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

/** Decodes frame by frame: zlib stops after the first, and would drop the rest without an error. */
function unzstd(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const frames: Uint8Array[] = [];
  let [read, total] = [0, 0];
  while (read < bytes.length) {
    if (frames.length === MAX_ZSTD_FRAMES) throw new Error(`more than ${MAX_ZSTD_FRAMES} zstd frames`);
    const frame = unzstdFrame(bytes.subarray(read), Math.max(1, maxBytes - total));
    frames.push(frame.body);
    read += frame.read;
    total += frame.body.length;
  }
  return frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames);
}

function unzstdFrame(bytes: Uint8Array, maxOutputLength: number): { body: Uint8Array; read: number } {
  // RFC 9659: windows of more than 8 MiB are not allowed in HTTP.
  const params = { [constants.ZSTD_d_windowLogMax]: 23 };
  const options: ZstdOptions = { maxOutputLength, params, info: true };
  // The declarations of @types/node lack the result for `info: true`.
  const { buffer, engine } = zstdDecompressSync(bytes, options) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  return { body: buffer, read: engine.bytesWritten };
}
