import { objectKeys, partName } from '../../shared/deployment/object-keys.ts';
import { needColumns } from '../../shared/export/formats.ts';
import { compareKeys, type SortOrder, sortOrderOf } from '../../shared/export/sort-key.ts';
import { inParallel } from '../../shared/stores/aws/in-parallel.ts';
import { columnsIn } from './columns-in.ts';
import { unpack } from './part-store.ts';
import { type Exporting, type LinesNote, type OrderedNote, otherFormats, type Progress } from './progress.ts';
import { readLinesNotes } from './read-notes.ts';
import { parseSorted, type SortedLine, sortedKey } from './sort-part.ts';

/** Parts that are opened in parallel. */
const parallelOpens = 32;

export function orderedKey(run: string, part: number): string {
  return objectKeys.part(run, `ordered-${partName(part)}.jsonl.gz`);
}

/**
 * Writes a part of the sorted records: the sorted parts are read in parallel, each from the position where the
 * part before ended, and the smallest of their current records is written each time.
 */
export async function mergeParts(exporting: Exporting, progress: Progress): Promise<Progress> {
  const { store, run, job } = exporting;
  const name = (part: number) => `ordered-${partName(part)}`;
  const { part } = progress;
  let note = await store.readNote<OrderedNote>(name(part));
  if (note === undefined) {
    const notes = await readLinesNotes(exporting, progress);
    if (notes.every(({ found }) => found === 0)) return unsorted(progress, 'noField');
    const before = part === 0 ? undefined : await store.readNote<OrderedNote>(name(part - 1));
    const merged = await merge(exporting, notes, before?.positions ?? []);
    const size = await store.putLines(orderedKey(run.id, part), merged.lines);
    const { lines, ...rest } = merged;
    const columns = needColumns(otherFormats(job)) ? { columns: columnsIn(lines) } : {};
    note = { ...rest, records: lines.length, size, ...columns };
    await store.putNote(name(part), note);
  }
  if (!note.isLast) return { ...progress, part: part + 1 };
  return { ...progress, step: 'rows', part: 0, parts: part + 1 };
}

/** The records stay in their original order, and the files say so. */
export function unsorted(progress: Progress, reason: NonNullable<Progress['unsorted']>): Progress {
  return { ...progress, step: 'rows', part: 0, parts: progress.lineParts, unsorted: reason };
}

interface Merged extends Pick<OrderedNote, 'bytes' | 'isLast' | 'positions'> {
  lines: string[];
}

async function merge(
  exporting: Exporting,
  notes: LinesNote[],
  positions: OrderedNote['positions'],
): Promise<Merged> {
  const { limits, job } = exporting;
  const order = sortOrderOf(job.output.sort ?? '');
  const readers = notes.map(({ blocks = [0] }, part) => openSorted(exporting, part, blocks, positions[part]));
  await inParallel(readers, parallelOpens, async (reader) => reader.next());
  const heap = makeHeap(readers, order);
  const merged: Merged = { lines: [], bytes: 0, isLast: false, positions: [] };
  for (let reader = heap.first(); reader !== undefined; reader = heap.first()) {
    const { line } = reader.current as SortedLine;
    merged.lines.push(line);
    merged.bytes += Buffer.byteLength(line);
    const waiting = reader.next();
    if (waiting !== undefined) await waiting;
    heap.sink();
    if (merged.lines.length >= limits.part.records || merged.bytes >= limits.part.bytes) break;
  }
  merged.isLast = heap.first() === undefined;
  merged.positions = readers.map((reader) => reader.position());
  return merged;
}

/** A sorted part, read block by block. */
interface SortedReader {
  part: number;
  /** Undefined at its end. */
  current: SortedLine | undefined;
  /** Moves to the next line; returns a promise if that has to be waited for. */
  next(): Promise<void> | undefined;
  /** The position of the current line. */
  position(): [number, number];
}

function openSorted(
  { store, run }: Exporting,
  part: number,
  blocks: number[],
  [firstBlock, firstLine]: [number, number] = [0, 0],
): SortedReader {
  let block = firstBlock - 1;
  let at = firstLine - 1;
  let lines: string[] = [];
  let ahead = load(firstBlock);

  async function load(index: number): Promise<string[]> {
    const [from, to] = [blocks[index], blocks[index + 1]];
    if (from === undefined || to === undefined) return [];
    const bytes = await store.range(sortedKey(run.id, part), from, to);
    return (await unpack(bytes)).toString('utf8').split('\n').slice(0, -1);
  }
  function take(): void {
    const text = lines[at];
    reader.current = text === undefined ? undefined : parseSorted(text);
  }
  async function loadNext(): Promise<void> {
    const isFirst = block < firstBlock;
    lines = await ahead;
    block += 1;
    at = isFirst ? firstLine : 0;
    ahead = load(block + 1);
    // The read may fail long before it is awaited.
    ahead.catch(() => {});
    if (at >= lines.length && lines.length > 0) return loadNext();
    take();
  }
  ahead.catch(() => {});
  const reader: SortedReader = {
    part,
    current: undefined,
    next() {
      at += 1;
      if (at >= lines.length) return loadNext();
      take();
      return undefined;
    },
    position: () => [block, at],
  };
  return reader;
}

/** A binary heap of readers by their current lines; equal ones by their part. */
function makeHeap(readers: SortedReader[], order: SortOrder) {
  const heap = readers.filter(({ current }) => current !== undefined);
  const isBefore = (a: SortedReader, b: SortedReader): boolean => {
    if (a.current === undefined || b.current === undefined) return a.current !== undefined;
    return (compareKeys(a.current.key, b.current.key, order) || a.part - b.part) < 0;
  };
  const siftDown = (start: number): void => {
    for (let at = start; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let smallest = at;
      for (const child of [left, right]) {
        const [one, other] = [heap[child], heap[smallest]];
        if (one !== undefined && other !== undefined && isBefore(one, other)) smallest = child;
      }
      const [moved, risen] = [heap[at], heap[smallest]];
      if (smallest === at || moved === undefined || risen === undefined) return;
      heap[at] = risen;
      heap[smallest] = moved;
      at = smallest;
    }
  };
  for (let at = heap.length >> 1; at >= 0; at -= 1) siftDown(at);
  return {
    first: () => (heap[0]?.current === undefined ? undefined : heap[0]),
    /** To be called after the first reader has moved to its next line. */
    sink: () => siftDown(0),
  };
}
