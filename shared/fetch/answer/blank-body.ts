/** Byte order marks, and white space: of HTML, of JSON, and in UTF-16. */
const blank = new Set([0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]);
const marks = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/** Is there no text in the body, in whatever encoding? Stops at the first character. */
export function isBlankBody(body: Uint8Array): boolean {
  const [first = 0] = body;
  // Nearly all pages begin with a tag.
  if (first > 0x20 && first < 0x80) return false;
  const mark = marks.find((bytes) => bytes.every((byte, index) => body[index] === byte));
  for (let at = mark?.length ?? 0; at < body.length; at++) {
    if (!blank.has(body[at] as number)) return false;
  }
  return true;
}
