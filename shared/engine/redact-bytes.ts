/**
 * The bytes with each of these texts replaced, in UTF-8, Latin-1 and, where the bytes may be that, UTF-16. The same array where none
 * is in them.
 */
export function withoutTexts(bytes: Uint8Array, texts: readonly string[]): Uint8Array {
  // One character for each byte, so that all bytes around a text stay as they are.
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const isWide = whole.includes('\0');
  let rest = whole;
  for (const text of texts) {
    for (const form of formsIn(text, isWide)) rest = rest.replaceAll(form, '[secret]');
  }
  return rest === whole ? bytes : Buffer.from(rest, 'latin1');
}

function formsIn(text: string, isWide: boolean): Set<string> {
  const utf8 = Buffer.from(text).toString('latin1');
  const narrow = /^[\0-\xff]*$/.test(text) ? [utf8, text] : [utf8];
  if (!isWide) return new Set(narrow);
  const little = Buffer.from(text, 'utf16le');
  return new Set([...narrow, little.toString('latin1'), Buffer.from(little).swap16().toString('latin1')]);
}
