import { hash } from 'node:crypto';

/** Some URLs that one batch has admitted, by their marks. */
export interface Entry {
  batch: string;
  marks: string[];
}

/** Bytes of a mark. */
const markBytes = 8;

/** An entry is never split, so that it is well below what a record takes. */
export const marksPerEntry = 64;

/**
 * What a log keeps of a URL's key: 64 bits of its hash, as a text of eight characters. Of 32,768 URLs, the most that a log
 * of one among many hosts takes, two have the same mark with a chance of 3 in 10^11, of a million with one of 3 in 10^8; the
 * second would count as known.
 */
export function markOf(key: string): string {
  return hash('sha256', key, 'buffer').toString('latin1', 0, markBytes);
}

/** An entry as bytes: the length of the batch's id, the id, the number of marks, the marks. */
export function packEntry({ batch, marks }: Entry): Buffer {
  const id = Buffer.from(batch);
  if (id.length > 255) throw new Error(`the id of a batch has ${id.length} bytes; 255 at most`);
  return Buffer.concat([
    Buffer.of(id.length),
    id,
    Buffer.of(marks.length),
    Buffer.from(marks.join(''), 'latin1'),
  ]);
}

/** Each entry, and the bytes that it takes. */
export function* unpackEntries(bytes: Uint8Array): Iterable<Entry & { bytes: number }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; ) {
    const idEnd = at + 1 + (buffer[at] ?? 0);
    const batch = buffer.toString('utf8', at + 1, idEnd);
    const count = buffer[idEnd] ?? 0;
    const end = idEnd + 1 + count * markBytes;
    const marks = Array.from({ length: count }, (_, index) =>
      buffer.toString('latin1', idEnd + 1 + index * markBytes, idEnd + 1 + (index + 1) * markBytes),
    );
    yield { batch, marks, bytes: end - at };
    at = end;
  }
}

/** Entries of at most `marksPerEntry` marks. */
export function entriesOf(batch: string, marks: string[]): Entry[] {
  const count = Math.ceil(marks.length / marksPerEntry);
  return Array.from({ length: count }, (_, index) => ({
    batch,
    marks: marks.slice(index * marksPerEntry, (index + 1) * marksPerEntry),
  }));
}

/** URLs that a process remembers, of all logs together: some 75 bytes each. */
export const usuallyRemembered = 1_048_576;

/** A log takes so many in any case. To read one anew costs 41 read units, as much as eight writes. */
export const urlsOfEveryLog = 32_768;

/**
 * How many URLs a log may have, where a process remembers `others` of other logs. A long one is dear to read anew: it may
 * grow for as long as the processes that add to it have room for it beside the others. Whoever has none makes it full.
 */
export function maxUrls(others: number, remembered: number): number {
  return others > remembered / 4 ? urlsOfEveryLog : Math.max(urlsOfEveryLog, 0.95 * remembered - others);
}
