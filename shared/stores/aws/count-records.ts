import { hash } from 'node:crypto';
import type { Commit, Freshness } from '../../coordination/ports.ts';
import type { Counts } from '../../model.ts';
import { type DynamoItem, number } from './attributes.ts';
import { makeBoundedMap } from './bounded-map.ts';
import type { Change } from './change.ts';
import { read, readMany, readSnapshot } from './read.ts';
import { keys, longExpiry, type Table } from './table.ts';
import { write } from './write.ts';

/** Runs whose counts a process remembers. */
const maxRemembered = 100;

const prefix = 'n:';

/** The attribute of a count: its name may be anything, that of the key included. */
export function countAttribute(name: string): string {
  return `${prefix}${name}`;
}

/** `COUNT#run#shard`: a part of each of the run's counts; their sum over the shards is the count. */
export interface CountRecords {
  /** What a commit changes: its own shard, on which something must be open, and the shards of its children. */
  changes(commit: Commit): Change[];
  /** What a batch's holder that died changes. */
  crash(run: string, batch: string): Change;
  /** A shard on which something is open, in turn: for a batch that is not counted where it was thought to be. */
  findOpenShard(run: string): Promise<number>;
  /** Runs the commit, and keeps what is remembered of the counts up with it. */
  around<T extends { state: string }>(commit: Commit, body: () => Promise<T>): Promise<T>;
  /**
   * 0 if nothing of the run is open; more if something is. Reads one shard while it can: whoever
   * takes the last batch leaves 0 on its own shard, and looks further.
   */
  openAfter(commit: Commit): Promise<number>;
  readCounts(run: string, freshness?: Freshness): Promise<Counts>;
}

interface Memory {
  counts?: Counts;
  readAt: number;
  /** Grows with each commit's begin and end: a read during one may or may not have its counts. */
  commits: number;
  underWay: number;
  /** Where something was open when last looked at: most likely still is. */
  openShard: number;
}

export function countRecords(table: Table, shards: number): CountRecords {
  const memories = makeBoundedMap<string, Memory>(maxRemembered);
  const memoryOf = (run: string): Memory => {
    const memory = memories.get(run) ?? { readAt: 0, commits: 0, underWay: 0, openShard: 0 };
    memories.set(run, memory);
    return memory;
  };
  const shardKeys = (run: string) => Array.from({ length: shards }, (_, shard) => keys.count(run, shard));

  const readAll = async (run: string): Promise<Counts> => {
    const items = await readMany(table, shardKeys(run), 'consistent');
    const openShards = shardKeys(run).map((pk) => countsOf(items.get(pk))['open'] ?? 0);
    memoryOf(run).openShard = openShards.indexOf(Math.max(...openShards));
    // Below 0 there is none, unless a worker of version 0.1 met a batch that was counted elsewhere.
    const isSurelyOpen = openShards.some((open) => open > 0) && openShards.every((open) => open >= 0);
    if (isSurelyOpen) return sum([...items.values()]);
    // Read one after the other, all may be 0 while a batch moved on: only one moment can tell.
    return sum(await readSnapshot(table, shardKeys(run)));
  };

  const openOn = async (run: string, shard: number): Promise<number> =>
    countsOf(await read(table, keys.count(run, shard)))['open'] ?? 0;

  return {
    changes: (commit) => changesOf(table, commit),

    async findOpenShard(run) {
      const items = await readMany(table, shardKeys(run), 'consistent');
      const open = shardKeys(run).flatMap((pk, shard) =>
        (countsOf(items.get(pk))['open'] ?? 0) > 0 ? [shard] : [],
      );
      return open[Math.floor(Math.random() * open.length)] ?? 0;
    },

    crash(run, batch) {
      const memory = memoryOf(run);
      memory.commits++;
      delete memory.counts;
      return {
        pk: keys.count(run, shardOf(batch, shards)),
        set: longExpiry(table),
        add: { [countAttribute('crashes')]: 1 },
      };
    },

    async around(commit, body) {
      const memory = memoryOf(commit.run);
      memory.commits++;
      memory.underWay++;
      try {
        const answer = await body();
        if (answer.state === 'done') noteCommit(memory, commit);
        return answer;
      } catch (error) {
        delete memory.counts;
        throw error;
      } finally {
        memory.commits++;
        memory.underWay--;
      }
    },

    async openAfter({ run, open }) {
      const own = await openOn(run, open.shard);
      if (own > 0) return own;
      const { openShard } = memoryOf(run);
      const likely = openShard === open.shard ? 0 : await openOn(run, openShard);
      return likely > 0 ? likely : ((await readAll(run))['open'] ?? 0);
    },

    async readCounts(run, { maxAgeMs = 0 } = {}) {
      const memory = memoryOf(run);
      const at = table.now();
      if (memory.counts !== undefined && at - memory.readAt < maxAgeMs) return { ...memory.counts };
      const { commits, underWay } = memory;
      const counts = await readAll(run);
      if (underWay === 0 && memory.commits === commits) Object.assign(memory, { counts, readAt: at });
      return { ...counts };
    },
  };
}

/** No counter falls below 0, so whoever sees more than 0 on one knows that the run is not over. */
const hasOpen = {
  onlyIf: ['#open >= :one'],
  names: { open: countAttribute('open') },
  values: { ':one': number(1) },
};

function changesOf(table: Table, { run, counts, open }: Commit): Change[] {
  const { shard, added } = open;
  const own: Record<string, number> = { [countAttribute('open')]: (added[shard] ?? 0) - 1 };
  for (const [name, value] of Object.entries(counts)) own[countAttribute(name)] = value;
  const expires = longExpiry(table);
  const takesOne = own[countAttribute('open')] === -1;
  const others = Object.entries(added).filter(([other]) => Number(other) !== shard);
  return [
    { pk: keys.count(run, shard), set: expires, add: own, ...(takesOne ? hasOpen : {}) },
    ...others.map(([other, children]) => ({
      pk: keys.count(run, Number(other)),
      set: expires,
      add: { [countAttribute('open')]: children },
    })),
  ];
}

/** Adds to the counts of a run what no commit carries off. Done twice, it is added twice. */
export async function addToCounts(table: Table, run: string, counts: Counts): Promise<void> {
  const add = Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [countAttribute(name), value]),
  );
  await write(table, { pk: keys.count(run, 0), set: longExpiry(table), add });
}

/** A page that kills takes many batches with it: their counts are spread. */
function shardOf(batch: string, shards: number): number {
  return hash('sha256', batch, 'buffer').readUInt16BE(0) % shards;
}

/** Of a commit. */
export function childrenOf({ open }: Commit): number {
  return Object.values(open.added).reduce((sum, children) => sum + children, 0);
}

function noteCommit(memory: Memory, commit: Commit): void {
  const { counts, open } = commit;
  const [childShard] = Object.keys(open.added);
  if (childShard !== undefined) memory.openShard = Number(childShard);
  if (memory.counts === undefined) return;
  for (const [name, value] of Object.entries({ ...counts, open: childrenOf(commit) - 1 })) {
    memory.counts[name] = (memory.counts[name] ?? 0) + value;
  }
}

function countsOf(item: DynamoItem | undefined): Counts {
  return sum([item]);
}

function sum(items: (DynamoItem | undefined)[]): Counts {
  const counts: Counts = {};
  for (const [attribute, value] of items.flatMap((item) => Object.entries(item ?? {}))) {
    const name = attribute.slice(prefix.length);
    if (attribute.startsWith(prefix)) counts[name] = (counts[name] ?? 0) + Number(value.N);
  }
  return counts;
}
