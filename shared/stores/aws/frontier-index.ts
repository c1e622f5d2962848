import type { FrontierEntry } from '../../coordination/ports.ts';
import type { PageRequest } from '../../model.ts';

/** Orders the entries of a frontier: the higher priority first, then the smaller depth, then what was put first. */
type Key = [priority: number, depth: number, put: number];

export type Waiting = [...Key, request: PageRequest];

/** A part of a frontier, in order, which no other part overlaps; its record is written once and never changed. */
export interface Segment {
  id: string;
  count: number;
  first: Key;
}

/** A frontier without its entries: its segments, the best first. */
export interface FrontierIndex {
  /** Entries put so far. */
  puts: number;
  segments: Segment[];
}

/** A segment that is to be written. */
export interface NewSegment extends Segment {
  entries: Waiting[];
}

export const emptyIndex: FrontierIndex = { puts: 0, segments: [] };

/** What a change of segments costs grows with their size, and that of the index with their number. */
const maxEntries = 100;

/** As JSON. Packed, it is far below what a record takes. */
const maxSegmentBytes = 262_144;

export function countOf({ segments }: FrontierIndex): number {
  return segments.reduce((sum, { count }) => sum + count, 0);
}

/** The entries as they wait in this frontier, by the segment that they belong to: `undefined` where there is none yet. */
export function placesOf(
  { puts, segments }: FrontierIndex,
  entries: FrontierEntry[],
): Map<Segment | undefined, Waiting[]> {
  const waiting = entries.map(
    ({ priority, depth, request }, at): Waiting => [...([priority, depth, puts + at] satisfies Key), request],
  );
  return Map.groupBy(
    waiting,
    (entry) => segments.findLast(({ first }) => compare(first, entry) <= 0) ?? segments[0],
  );
}

/** The index once each of these segments is replaced by those; `undefined` stands for the end. */
export function replaceSegments(
  index: FrontierIndex,
  added: number,
  replaced: ReadonlyMap<Segment | undefined, Segment[]>,
): FrontierIndex {
  const kept = index.segments.flatMap((segment) => replaced.get(segment) ?? [segment]);
  return { puts: index.puts + added, segments: [...kept, ...(replaced.get(undefined) ?? [])] };
}

/** Entries in any order, as segments of equal size. */
export function segmentsOf(entries: Waiting[], newId: () => string): NewSegment[] {
  const bytes = Buffer.byteLength(JSON.stringify(entries));
  const parts = Math.max(Math.ceil(entries.length / maxEntries), Math.ceil(bytes / maxSegmentBytes));
  const size = Math.ceil(entries.length / Math.max(parts, 1));
  const ordered = entries.toSorted(compare);
  const segments: NewSegment[] = [];
  for (let at = 0; at < ordered.length; at += size) {
    const own = ordered.slice(at, at + size);
    const [first] = own;
    if (first !== undefined)
      segments.push({ id: newId(), count: own.length, first: keyOf(first), entries: own });
  }
  return segments;
}

/** So many of the best and of the worst of a frontier, and the segments that hold them. */
export interface Take {
  /** Segments that are read and replaced: those at the front, and those at the back; of one that is both, at the front alone. */
  front: Segment[];
  back: Segment[];
  best: number;
  worst: number;
}

/** `best` and `worst` together are at most what waits. */
export function planTake({ segments }: FrontierIndex, best: number, worst: number): Take {
  const front = segmentsFor(segments, best);
  const back = segmentsFor(segments.toReversed(), worst).reverse();
  const atFront = new Set(front);
  const meets = back.some((segment) => atFront.has(segment));
  return meets ? { front: segments, back: [], best, worst } : { front, back, best, worst };
}

function segmentsFor(ordered: Segment[], wanted: number): Segment[] {
  let left = wanted;
  return ordered.filter(({ count }) => {
    const isNeeded = left > 0;
    left -= count;
    return isNeeded;
  });
}

/** What is taken, and what is left of the segments at the front and at the back. `entriesOf`: those of segments, in order. */
export function takeEntries(
  { front, back, best, worst }: Take,
  entriesOf: (segments: Segment[]) => Waiting[],
): { granted: PageRequest[]; refused: PageRequest[]; frontLeft: Waiting[]; backLeft: Waiting[] } {
  const [atFront, atBack] = [entriesOf(front), entriesOf(back)];
  const ofBack = back.length === 0 ? atFront : atBack;
  const cut = ofBack.length - worst;
  return {
    granted: requestsOf(atFront.slice(0, best)),
    refused: requestsOf(ofBack.slice(cut)).reverse(),
    frontLeft: atFront.slice(best, back.length === 0 ? cut : undefined),
    backLeft: atBack.slice(0, Math.max(0, cut)),
  };
}

function requestsOf(entries: Waiting[]): PageRequest[] {
  return entries.map(([, , , request]) => request);
}

function keyOf([priority, depth, put]: Waiting): Key {
  return [priority, depth, put];
}

function compare(a: Key | Waiting, b: Key | Waiting): number {
  return b[0] - a[0] || a[1] - b[1] || a[2] - b[2];
}
