const slots = 4_096;
/** Longer ones are rarely met again. */
const maxLength = 128;
/** The end of a reference tells it from those beside it. */
const hashedLength = 12;

const texts: string[] = new Array(slots).fill('');
const lengths = new Uint8Array(slots);
const stored = Buffer.alloc(slots * maxLength);

/**
 * The text between two places of a page, if it was met lately: references of a site's menus are on all its pages,
 * and a string that is at hand needs neither to be decoded nor to be hashed again. `undefined` if it was not.
 */
export function knownTextAt(bytes: Uint8Array, from: number, to: number): string | undefined {
  const length = to - from;
  const slot = slotOf(bytes, from, to);
  if (length === 0 || lengths[slot] !== length) return undefined;
  const first = slot * maxLength;
  for (let index = 0; index < length; index++) {
    if (stored[first + index] !== bytes[from + index]) return undefined;
  }
  return texts[slot];
}

/** Keeps the text that stands there, in place of another one. */
export function rememberText(bytes: Uint8Array, from: number, to: number, text: string): void {
  if (to - from > maxLength) return;
  const slot = slotOf(bytes, from, to);
  stored.set(bytes.subarray(from, to), slot * maxLength);
  lengths[slot] = to - from;
  texts[slot] = text;
}

function slotOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let at = Math.max(from, to - hashedLength); at < to; at++) {
    hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  }
  return (hash ^ (hash >>> 12)) & (slots - 1);
}
