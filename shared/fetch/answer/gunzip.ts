import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';

/**
 * Decodes every member of a gzip (RFC 1952). Data after the last member is ignored, as browsers do; zlib would
 * refuse the whole for it. Throws zlib's errors: `Z_BUF_ERROR` for a body that is cut short, `Z_DATA_ERROR` for
 * one whose trailer does not match.
 */
export function gunzip(bytes: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength, chunkSize: sizeSaid(bytes, maxOutputLength) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'Z_DATA_ERROR') throw error;
    const members = readMembers(bytes, maxOutputLength);
    if (members === undefined) throw error;
    return members;
  }
}

const trailerBytes = 8;

/** What deflate makes of a byte at most; a trailer that says more is wrong. */
const maxRatio = 1_032;
const minChunkBytes = 16_384;
const maxChunkBytes = 4_194_304;

/**
 * The size of what is decoded, as the end of a gzip says it: into one buffer of that size a page is decoded in three quarters of
 * the time that buffers of 16 KB take, which are then copied into one. It is only believed as far as it costs nothing.
 */
function sizeSaid(bytes: Uint8Array, maxBytes: number): number {
  if (bytes.length < trailerBytes) return minChunkBytes;
  const said = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  // One more, by which zlib sees that it is at the end.
  const size = Math.min(said, maxBytes, bytes.length * maxRatio, maxChunkBytes) + 1;
  return Math.max(size, minChunkBytes);
}

/** `undefined` when no member is complete, or when an incomplete member follows. */
function readMembers(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const members: Uint8Array[] = [];
  let [at, total] = [0, 0];
  while (total < maxBytes) {
    const member = readMember(bytes.subarray(at), maxBytes - total);
    if (member === undefined) {
      if (endOfHeader(bytes.subarray(at)) !== undefined) return undefined;
      break;
    }
    members.push(member.body);
    at += member.bytes;
    total += member.body.length;
  }
  return members.length === 0 ? undefined : Buffer.concat(members);
}

function readMember(
  bytes: Uint8Array,
  maxOutputLength: number,
): { body: Uint8Array; bytes: number } | undefined {
  const start = endOfHeader(bytes);
  if (start === undefined) return undefined;
  try {
    // The declarations of @types/node lack the result for `info: true`.
    const { buffer: body, engine } = inflateRawSync(bytes.subarray(start), {
      maxOutputLength,
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    const end = start + engine.bytesWritten;
    if (end + trailerBytes > bytes.length) return undefined;
    const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, trailerBytes);
    const isWhole = trailer.getUint32(0, true) === crc32(body) && trailer.getUint32(4, true) === body.length;
    return isWhole ? { body, bytes: end + trailerBytes } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw error;
    return undefined;
  }
}

/** RFC 1952 section 2.3; `undefined` if there is no header. */
function endOfHeader(bytes: Uint8Array): number | undefined {
  const [first, second, method, flags = 0] = bytes;
  if (first !== 0x1f || second !== 0x8b || method !== 8) return undefined;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  // File name, comment.
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const zero = bytes.indexOf(0, at);
    if (zero === -1) return undefined;
    at = zero + 1;
  }
  return flags & 2 ? at + 2 : at;
}
