import { setTimeout as sleep } from 'node:timers/promises';
import { RetryError } from '../../errors.ts';
import { bytes, bytesOf, type DynamoItem, number, numberOf } from './attributes.ts';
import { makeBoundedMap } from './bounded-map.ts';
import { makeKeyedMutex } from './keyed-mutex.ts';
import { read, readMany } from './read.ts';
import { pauseMs } from './retry.ts';
import { expiry, keys, type Table } from './table.ts';
import {
  type Entry,
  entriesOf,
  markOf,
  maxUrls,
  packEntry,
  unpackEntries,
  usuallyRemembered,
} from './url-log-format.ts';
import { write } from './write.ts';

/** Admissions of one group of URLs, as those of a host, in one log. */
export interface UrlLogs {
  /** For each key its owner; `undefined` for one that a full log does not have and takes no more. */
  admit(run: string, group: string, batch: string, urls: string[]): Promise<(string | undefined)[]>;
  /** For each key its owner as of now, if the log has it. */
  owners(run: string, group: string, urls: string[]): Promise<(string | undefined)[]>;
}

/** A write of more costs a second unit; the rest of the head is its key, names and numbers. */
const unitBytes = 1_024;
const headOverheadBytes = 72;

/** A read of more costs a second unit (half of it, read eventually). */
const segmentBytes = 3_600;

/** A record has at most 400 KB. */
const maxAddedBytes = 350_000;

/** Each refusal is another's success. */
const maxAttempts = 40;

const isAsRead = '#rev = :rev';
const isNew = 'attribute_not_exists(pk)';
const isShorter = '#count < :count';

/** What a process knows of a log. */
interface Log {
  /** By mark, the batch that admitted it. */
  owners: Map<string, string>;
  /** Of the head as last seen; 0 if there is none. */
  rev: number;
  isFull: boolean;
  /** Of the head. */
  headEntries: Uint8Array;
  /** Entries that are in segments; and the last of these, as far as the head says. */
  flushed: number;
  segment: { index: number; bytes: Buffer; count: number };
}

interface Asked {
  batch: string;
  marks: string[];
  answer(owners: (string | undefined)[]): void;
  fail(error: unknown): void;
}

/**
 * `SEEN#run#group/`, the head: the entries added last, at most 1 KB of them, so that adding a batch's URLs costs one write
 * unit however many they are. `SEEN#run#group/n`: segments of 4 KB, to which the entries of a full head are moved. The head
 * alone decides: it is replaced on the condition that it is as it was read, and a segment counts as far as the head says, so
 * a process that dies between the two has changed nothing. A segment only grows, and what is written to it is the same
 * whoever writes it: the entries of a head in their order. Whoever knows the log up to a head needs the rest alone.
 */
export function makeUrlLogs(table: Table, remembered = usuallyRemembered): UrlLogs {
  const logs = makeBoundedMap<string, { log: Log; weight: number }>(remembered, ({ weight }) => weight);
  const withMutex = makeKeyedMutex();
  const waiting = new Map<string, Asked[]>();
  const remember = (head: string, log: Log) => logs.set(head, { log, weight: log.owners.size + 50 });

  /** The batches of a process that ask meanwhile are answered by one write. */
  const answerAll = async (head: string): Promise<void> => {
    const asked = waiting.get(head) ?? [];
    waiting.delete(head);
    if (asked.length === 0) return;
    const known = logs.get(head);
    const log = known?.log ?? emptyLog();
    const most = maxUrls(logs.weight - (known?.weight ?? 0), remembered);
    try {
      await admitAll(table, head, log, { asked, most });
      remember(head, log);
      for (const { marks, answer } of asked) answer(marks.map((mark) => log.owners.get(mark)));
    } catch (error) {
      logs.delete(head);
      for (const { fail } of asked) fail(error);
    }
  };

  return {
    async admit(run, group, batch, urls) {
      const head = keys.seenHead(run, group);
      const { promise, resolve, reject } = Promise.withResolvers<(string | undefined)[]>();
      const one: Asked = { batch, marks: urls.map(markOf), answer: resolve, fail: reject };
      waiting.set(head, [...(waiting.get(head) ?? []), one]);
      await withMutex(head, () => answerAll(head));
      return promise;
    },

    async owners(run, group, urls) {
      const head = keys.seenHead(run, group);
      return withMutex(head, async () => {
        const log = logs.get(head)?.log ?? emptyLog();
        const item = await read(table, head);
        if (item !== undefined) await catchUp(table, head, log, item);
        remember(head, log);
        return urls.map((url) => log.owners.get(markOf(url)));
      });
    },
  };
}

function emptyLog(): Log {
  return {
    owners: new Map(),
    rev: 0,
    isFull: false,
    headEntries: new Uint8Array(),
    flushed: 0,
    segment: { index: 0, bytes: Buffer.alloc(0), count: 0 },
  };
}

/** Afterwards the log has an owner for each mark, unless it is full. */
async function admitAll(
  table: Table,
  head: string,
  log: Log,
  { asked, most }: { asked: Asked[]; most: number },
): Promise<void> {
  const isKnown = ({ marks }: Asked) => marks.every((mark) => log.owners.has(mark));
  if (asked.every(isKnown) || log.isFull) return;
  // A stale answer does no harm: an owner never changes, and a write by it is refused.
  let item = await read(table, head, 'eventual');
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    if (item !== undefined) await catchUp(table, head, log, item);
    const fresh = freshEntries(log, asked);
    if (fresh.length === 0 || log.isFull) return;
    const written = await append(table, head, log, { fresh, most });
    if (written.ok) return;
    // Refused without a record: the run was forgotten meanwhile.
    if (written.old === undefined) Object.assign(log, emptyLog());
    item = written.old;
    if (attempt > 1) await sleep(pauseMs(Math.min(attempt, 5)));
  }
  throw new RetryError('STORE_FAILED', `${head} is being written by others all the time`);
}

/** What nobody has admitted, for the first of those who ask. */
function freshEntries({ owners }: Log, asked: Asked[]): Entry[] {
  const taken = new Set<string>();
  return asked.flatMap(({ batch, marks }) => {
    const fresh = marks.filter((mark) => !owners.has(mark) && taken.size < taken.add(mark).size);
    return entriesOf(batch, fresh);
  });
}

async function append(
  table: Table,
  head: string,
  log: Log,
  { fresh, most }: { fresh: Entry[]; most: number },
) {
  const added = Buffer.concat(fresh.map(packEntry));
  const isFull = log.owners.size + sumOf(fresh) > most || added.length > maxAddedBytes;
  const room = unitBytes - headOverheadBytes - head.length;
  const mustMove = !isFull && log.headEntries.length > 0 && log.headEntries.length + added.length > room;
  const moved = mustMove ? await moveHead(table, head, log) : undefined;
  const { flushed, segment } = moved ?? log;
  const before = moved === undefined ? log.headEntries : new Uint8Array();
  const headEntries = isFull ? log.headEntries : Buffer.concat([before, added]);
  const rev = log.rev + 1;
  const written = await write(table, {
    pk: head,
    set: {
      rev: number(rev),
      entries: bytes(headEntries),
      flushed: number(flushed),
      segment: number(segment.index),
      count: number(sumOf(unpackEntries(headEntries))),
      ...(isFull ? { full: { BOOL: true } } : {}),
      ...expiry(table),
    },
    onlyIf: [log.rev === 0 ? isNew : isAsRead],
    values: log.rev === 0 ? {} : { ':rev': number(log.rev) },
  });
  if (!written.ok) return written;
  Object.assign(log, { rev, headEntries, flushed, segment, isFull });
  if (!isFull) own(log, fresh);
  return written;
}

/** Copies the head's entries to the segments; nothing has moved until the head says so. */
async function moveHead(table: Table, head: string, log: Log): Promise<Pick<Log, 'flushed' | 'segment'>> {
  let { segment } = log;
  let isWritten = true;
  for (const { bytes: length, ...entry } of unpackEntries(log.headEntries)) {
    if (segment.bytes.length + length > segmentBytes) {
      if (!isWritten) await writeSegment(table, head, segment);
      segment = { index: segment.index + 1, bytes: Buffer.alloc(0), count: 0 };
    }
    segment = {
      index: segment.index,
      bytes: Buffer.concat([segment.bytes, packEntry(entry)]),
      count: segment.count + entry.marks.length,
    };
    isWritten = false;
  }
  await writeSegment(table, head, segment);
  return { flushed: log.flushed + sumOf(unpackEntries(log.headEntries)), segment };
}

/** Refused where somebody has written the same already, or, being further, more. */
async function writeSegment(table: Table, head: string, segment: Log['segment']): Promise<void> {
  const { index, bytes: entries, count } = segment;
  await write(table, {
    pk: `${head}${index}`,
    set: { entries: bytes(entries), count: number(count), ...expiry(table) },
    onlyIf: [`${isNew} OR ${isShorter}`],
    values: { ':count': number(count) },
  });
}

/** Reads what the head says and the process does not know yet. */
async function catchUp(table: Table, head: string, log: Log, item: DynamoItem): Promise<void> {
  const rev = numberOf(item, 'rev') ?? 0;
  if (rev <= log.rev) return;
  const flushed = numberOf(item, 'flushed') ?? 0;
  if (flushed > log.flushed) {
    const last = numberOf(item, 'segment') ?? 0;
    const moved =
      (await readSegments(table, head, log, { flushed, last }, 'eventual')) ??
      (await readSegments(table, head, log, { flushed, last }, 'consistent'));
    if (moved === undefined) throw new Error(`${head} names ${flushed} URLs, and its segments have fewer`);
    own(log, moved.entries);
    Object.assign(log, { flushed, segment: moved.segment });
  }
  const headEntries = bytesOf(item, 'entries') ?? new Uint8Array();
  own(log, unpackEntries(headEntries));
  Object.assign(log, { rev, headEntries, isFull: item['full']?.BOOL === true });
}

/**
 * The entries between what is known and `flushed`; `undefined` where some are missing, as in an answer that is a moment
 * old. A segment may have more: somebody is about to move a head.
 */
async function readSegments(
  table: Table,
  head: string,
  { segment: known, flushed: from }: Log,
  { flushed, last }: { flushed: number; last: number },
  consistency: 'consistent' | 'eventual',
): Promise<{ entries: Entry[]; segment: Log['segment'] } | undefined> {
  const pks = Array.from({ length: last - known.index + 1 }, (_, at) => `${head}${known.index + at}`);
  const items = await readMany(table, pks, consistency);
  const entries: Entry[] = [];
  let left = flushed - from;
  let segment = known;
  for (const [at, pk] of pks.entries()) {
    const all = Buffer.from(bytesOf(items.get(pk), 'entries') ?? []);
    if (at > 0) segment = { index: known.index + at, bytes: Buffer.alloc(0), count: 0 };
    let { bytes: seen, count } = segment;
    for (const entry of unpackEntries(all.subarray(seen.length))) {
      if (left <= 0) break;
      entries.push(entry);
      left -= entry.marks.length;
      count += entry.marks.length;
      seen = all.subarray(0, seen.length + entry.bytes);
    }
    segment = { index: segment.index, bytes: seen, count };
  }
  return left === 0 ? { entries, segment } : undefined;
}

function own({ owners }: Log, entries: Iterable<Entry>): void {
  for (const { batch, marks } of entries) {
    for (const mark of marks) if (!owners.has(mark)) owners.set(mark, batch);
  }
}

function sumOf(entries: Iterable<Entry>): number {
  let sum = 0;
  for (const { marks } of entries) sum += marks.length;
  return sum;
}
