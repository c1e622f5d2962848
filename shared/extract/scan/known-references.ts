import { Reference } from '../links/reference.ts';

const slots = 4_096;
/** Longer ones are rarely met again. */
const maxLength = 128;
/** The end of a reference tells it from those beside it. */
const hashedLength = 12;

const references: Reference[] = new Array(slots).fill(new Reference(''));
const lengths = new Uint8Array(slots);
const stored = Buffer.alloc(slots * maxLength);

/**
 * What stands between two places of a page, if it was met lately: a reference that is at hand needs neither to be
 * decoded nor to be resolved again. `undefined` if it was not.
 */
export function knownReferenceAt(bytes: Uint8Array, from: number, to: number): Reference | undefined {
  const length = to - from;
  const slot = slotOf(bytes, from, to);
  if (length === 0 || lengths[slot] !== length) return undefined;
  const first = slot * maxLength;
  for (let index = 0; index < length; index++) {
    if (stored[first + index] !== bytes[from + index]) return undefined;
  }
  return references[slot];
}

/** Keeps it in place of another one. `text`: what stands there, with its character references resolved. */
export function keepReference(bytes: Uint8Array, from: number, to: number, text: string): Reference {
  const reference = new Reference(text);
  if (to - from > maxLength) return reference;
  const slot = slotOf(bytes, from, to);
  stored.set(bytes.subarray(from, to), slot * maxLength);
  lengths[slot] = to - from;
  references[slot] = reference;
  return reference;
}

function slotOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let at = Math.max(from, to - hashedLength); at < to; at++) {
    hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  }
  return (hash ^ (hash >>> 12)) & (slots - 1);
}
