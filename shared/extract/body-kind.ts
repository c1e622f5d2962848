/** Signatures as Latin-1, with kind and offset: of WHATWG's MIME Sniffing, and of more files. */
const signatures: [bytes: string, kind: string, at?: number][] = [
  ['%PDF-', 'a PDF document'],
  ['%!PS-Adobe-', 'a PostScript document'],
  ['\x89PNG\r\n\x1a\n', 'a PNG image'],
  ['GIF87a', 'a GIF image'],
  ['GIF89a', 'a GIF image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['WEBPVP', 'a WebP image', 8],
  ['\0\0\x01\0', 'an icon'],
  ['\0\0\x02\0', 'an icon'],
  ['II*\0', 'a TIFF image'],
  ['MM\0*', 'a TIFF image'],
  ['AVI ', 'a video', 8],
  ['WAVEfmt ', 'audio', 8],
  ['ID3', 'audio'],
  ['OggS\0', 'audio or video'],
  ['MThd\0\0\0\x06', 'audio'],
  ['fLaC', 'audio'],
  ['ftyp', 'a video, or an AVIF image', 4],
  ['\x1aE\xdf\xa3', 'a video'],
  ['wOFF', 'a font'],
  ['wOF2', 'a font'],
  ['OTTO\0', 'a font'],
  ['\0\x01\0\0', 'a font'],
  ['PK\x03\x04', 'a ZIP archive or an Office document'],
  ['PK\x05\x06', 'a ZIP archive'],
  ['Rar!\x1a\x07', 'a RAR archive'],
  ["7z\xbc\xaf'\x1c", 'a 7z archive'],
  ['\xfd7zXZ\0', 'an xz archive'],
  ['1AY&SY', 'a bzip2 archive', 4],
  ['(\xb5/\xfd', 'data in zstd'],
  ['\x1f\x8b', 'a compressed file'],
  ['\x1f\x9d', 'a compressed file'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'an Office document'],
  ['\x7fELF', 'a program'],
  ['\0asm', 'a program'],
  ['SQLite format 3\0', 'a database'],
];

/** The number of bytes that the standard reads (MIME Sniffing, "resource header"). */
const headerBytes = 1_445;
/**
 * No "binary data bytes" of the standard, which text does not contain; Escape is allowed, since ISO-2022-JP has
 * it.
 */
const onlyText = /^[\t\n\f\r\u0020-\u00ff]*$/;

/** What a body is that cannot be text, whatever its label; `undefined` if it may be text. */
export function binaryKindOf(body: Uint8Array): string | undefined {
  const [first = 0x20] = body;
  // Only markup and JSON begin with these characters.
  if (first === 0x3c || first === 0x7b || first === 0x5b) return undefined;
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, headerBytes)).toString(
    'latin1',
  );
  const known = signatures.find(([bytes, , at = 0]) => start.startsWith(bytes, at));
  if (known !== undefined) return known[1];
  const isWide = ['\xff\xfe', '\xfe\xff', '<\0', '\0<'].some((mark) => start.startsWith(mark));
  const isMarkup = isWide || /<[!?a-z]/i.test(start);
  return isMarkup || onlyText.test(start.replaceAll('\x1b', ' ')) ? undefined : 'binary data';
}
