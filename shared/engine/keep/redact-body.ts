import { gzipSync, inflateSync } from 'node:zlib';
import { DropError } from '../../errors.ts';
import { openZip } from '../../extract/xlsx/open-zip.ts';
import { codingsOf } from '../../fetch/answer/decompress.ts';
import { gunzip } from '../../fetch/answer/gunzip.ts';

/** A body as it may be kept. */
export interface KeptBody {
  body: Uint8Array;
  /** It had to be left out: a secret is in what it packs, or it is coded in a way that nobody here can undo. */
  isLeftOut?: true;
  /** It packs something in which nothing could be searched for, such as an encrypted document. */
  isUnsearched?: true;
}

/** Of all that a body packs. */
const maxUnpackedBytes = 64e6;
const maxEntries = 10_000;

/**
 * `redact` replaces the secrets of a body, and gives the same array where it shows none. It is called with what the body packs, too:
 * a gzip is packed again without its secrets; of a ZIP archive (XLSX, DOCX) and a PDF, which cannot be changed in part, nothing is left.
 * `contentEncoding`: the header of the body, whose known codings are undone.
 */
export function redactBody(
  bytes: Uint8Array,
  redact: (bytes: Uint8Array) => Uint8Array,
  contentEncoding = '',
): KeptBody {
  if (isCoded(bytes, contentEncoding)) return leftOut;
  const body = redact(bytes);
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (start.startsWith('\x1f\x8b')) return redactGzip(bytes, redact);
  if (start === 'PK\x03\x04') return redactPacked(body, unzipped(bytes), redact);
  if (start === '%PDF') return redactPacked(body, streamsOf(bytes), redact);
  return otherPackers.some((magic) => start.startsWith(magic)) ? { body, isUnsearched: true } : { body };
}

/** How files begin that pack what nobody here unpacks: xz, bzip2, 7z, RAR, Zstandard, LZ4, compress; an empty or split ZIP archive. */
const otherPackers = [
  ...['\xfd7zX', 'BZh', '7z\xbc\xaf', 'Rar!', '\x28\xb5\x2f\xfd', '\x04\x22\x4d\x18', '\x1f\x9d'],
  ...['PK\x05\x06', 'PK\x07\x08'],
];

const leftOut: KeptBody = { body: new Uint8Array(), isLeftOut: true };

/** No page is read from it: by what this product asks for, no server may send it (RFC 9110 §12.5.3). */
function isCoded(bytes: Uint8Array, contentEncoding: string): boolean {
  const named = contentEncoding.split(',').filter((coding) => !/^\s*(identity)?\s*$/i.test(coding));
  if (named.length === codingsOf(contentEncoding).length) return false;
  // Some servers name a charset there, or what is not so.
  return bytes.subarray(0, 1_024).some((byte) => byte < 9);
}

function redactGzip(bytes: Uint8Array, redact: (bytes: Uint8Array) => Uint8Array): KeptBody {
  let plain: Uint8Array;
  try {
    plain = gunzip(bytes, maxUnpackedBytes);
  } catch {
    return { body: bytes, isUnsearched: true };
  }
  const { body, ...rest } = redactBody(plain, redact);
  return { body: body === plain ? bytes : gzipSync(body), ...rest };
}

/** `unsearched`: something in it could not be unpacked. */
function redactPacked(
  body: Uint8Array,
  parts: Iterable<Uint8Array | 'unsearched'>,
  redact: (bytes: Uint8Array) => Uint8Array,
): KeptBody {
  let isUnsearched = false;
  for (const part of parts) {
    if (part === 'unsearched') isUnsearched = true;
    else if (redact(part) !== part) return leftOut;
  }
  return { body, ...(isUnsearched ? { isUnsearched } : {}) };
}

function* unzipped(bytes: Uint8Array): Generator<Uint8Array | 'unsearched'> {
  try {
    const archive = openZip(bytes, { maxEntries, maxBytes: maxUnpackedBytes });
    for (const name of archive.names) yield archive.read(name) ?? 'unsearched';
  } catch (error) {
    if (!(error instanceof DropError)) throw error;
    yield 'unsearched';
  }
}

/** An encrypted document, and filters of text that are not undone (ISO 32000-1 §7.4, table 94 for the short names). */
const unreadMarks = /\/(Encrypt|LZWDecode|LZW|ASCII85Decode|A85|ASCIIHexDecode|AHx|RunLengthDecode|RL)\b/;

/**
 * Streams that are deflated (ISO 32000-1 §7.3.8, §7.4.4). Of the other filters those that may hold text are not undone, and those of
 * pictures hold none.
 */
function* streamsOf(bytes: Uint8Array): Generator<Uint8Array | 'unsearched'> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (unreadMarks.test(buffer.toString('latin1'))) yield 'unsearched';
  let left = maxUnpackedBytes;
  for (let at = buffer.indexOf('stream'); at !== -1; at = buffer.indexOf('stream', at + 6)) {
    const start = at + 6 + (buffer[at + 6] === 13 ? 2 : 1);
    const [first = 0, second = 0] = buffer.subarray(start, start + 2);
    // What begins otherwise is not deflated (RFC 1950 §2.2).
    if ((first & 0x0f) !== 8 || (first * 256 + second) % 31 !== 0) continue;
    const stream = inflated(buffer.subarray(start), left);
    yield stream;
    if (stream !== 'unsearched') left -= stream.length;
  }
}

/** One that is damaged, cut off or too large cannot be searched; readers of PDF show what is left of it all the same. */
function inflated(bytes: Uint8Array, maxBytes: number): Uint8Array | 'unsearched' {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, maxBytes) });
  } catch {
    return 'unsearched';
  }
}
