import { crc32, inflateRawSync } from 'node:zlib';
import { brokenFile } from '../kinds/broken-file.ts';

/** A ZIP archive in memory (PKWARE APPNOTE 6.3), of which parts are inflated when they are read. */
export interface ZipArchive {
  /** In lower case. */
  names: string[];
  /** The content of a file of the archive, `undefined` where there is none. Throws `FILE_BROKEN`. */
  read(name: string): Buffer | undefined;
}

export interface ZipLimits {
  maxEntries: number;
  /** Of all files that are read, after inflation. */
  maxBytes: number;
}

interface Entry {
  /** Encrypted entries have the first bit. */
  flags: number;
  /** 0: stored, 8: deflated. */
  method: number;
  crc: number;
  packedBytes: number;
  bytes: number;
  /** Of its local header. */
  at: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const maxCommentBytes = 65_535;

/**
 * Opens an archive by its central directory. Throws `FILE_BROKEN` for what is none, has too many entries or needs more than 4 GB; a
 * file is refused as soon as it comes to more bytes than it says, or than are left of `maxBytes`.
 */
export function openZip(body: Uint8Array, { maxEntries, maxBytes }: ZipLimits): ZipArchive {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const entries = readDirectory(bytes, maxEntries);
  let left = maxBytes;
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name.toLowerCase());
      if (entry === undefined) return undefined;
      if (entry.bytes > left) throw brokenFile(`it comes to more than ${maxBytes} bytes after inflation`);
      const content = inflate(bytes, entry, name);
      left -= content.length;
      return content;
    },
  };
}

function readDirectory(bytes: Buffer, maxEntries: number): Map<string, Entry> {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > maxEntries) throw brokenFile(`it has ${count} entries, of ${maxEntries} that are read`);
  let at = bytes.readUInt32LE(end + 16);
  const entries = new Map<string, Entry>();
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== entrySignature) {
      throw brokenFile('its directory is cut');
    }
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes).replaceAll('\\', '/');
    entries.set(name.toLowerCase(), {
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packedBytes: bytes.readUInt32LE(at + 20),
      bytes: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** The last signature whose comment ends with the file, since a comment may hold the signature. */
function findEnd(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - endBytes - maxCommentBytes);
  for (let at = bytes.length - endBytes; at >= first; at--) {
    if (bytes.readUInt32LE(at) !== endSignature) continue;
    if (at + endBytes + bytes.readUInt16LE(at + 20) <= bytes.length) return at;
  }
  throw brokenFile('it is no ZIP archive, or is cut');
}

function inflate(
  bytes: Buffer,
  { flags, method, crc, packedBytes, bytes: size, at }: Entry,
  name: string,
): Buffer {
  if ((flags & 1) === 1) throw brokenFile('it is encrypted');
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== localSignature) {
    throw brokenFile(`${name} is not where its directory says`);
  }
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const packed = bytes.subarray(start, start + packedBytes);
  const content = method === 0 ? packed : inflated(packed, method, size, name);
  if (content.length !== size || crc32(content) !== crc)
    throw brokenFile(`${name} is not as its directory says`);
  return content;
}

function inflated(packed: Buffer, method: number, size: number, name: string): Buffer {
  if (method !== 8) throw brokenFile(`${name} is compressed by a method (${method}) that is not read`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw brokenFile(`${name} does not inflate to the ${size} bytes that its directory says`, cause);
  }
}
