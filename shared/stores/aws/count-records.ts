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

/** The attribute of a count. The name of a count is arbitrary and may equal that of the key. */
export function countAttribute(name: string): string {
  return `${prefix}${name}`;
}

/** `COUNT#run#shard`: a part of each of the run's counts; their sum over the shards is the count. */
export interface CountRecords {
  /** What a commit changes: its own shard, on which something must be open, and the shards of its children. */
  changes(commit: Commit): Change[];
  /** The change for one more of what is counted apart from commits, on the shard of `key`, such as the batch. */
  oneMore(run: string, name: string, key: string): Change;
  /** Undoes it. */
  oneLess(run: string, name: string, key: string): Change;
  /**
   * A shard on which a batch is open, each call a different one: for a batch that is not counted on its expected
   * shard.
   */
  findOpenShard(run: string): Promise<number>;
  /** Runs the commit, and updates the cached counts with it. */
  around<T extends { state: string }>(commit: Commit, body: () => Promise<T>): Promise<T>;
  /**
   * 0 if no batch of the run is open; more if one is. Reads one shard while that suffices: the commit that leaves
   * 0 on its own shard reads the others.
   */
  openAfter(commit: Commit): Promise<number>;
  readCounts(run: string, freshness?: Freshness): Promise<Counts>;
}

interface Memory {
  counts?: Counts;
  readAt: number;
  /** Grows with the begin and the end of each commit: a read between the two may or may not have its counts. */
  commits: number;
  underWay: number;
  /** The shard on which something was open at the last read: most likely something still is. */
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
    // Counters are not below 0, unless a worker of version 0.1 committed a batch that was counted elsewhere.
    const isSurelyOpen = openShards.some((open) => open > 0) && openShards.every((open) => open >= 0);
    if (isSurelyOpen) return sum([...items.values()]);
    // Read one after the other, all shards may be 0 while a batch moved between them: only a snapshot is
    // conclusive.
    return sum(await readSnapshot(table, shardKeys(run)));
  };

  const openOn = async (run: string, shard: number): Promise<number> =>
    countsOf(await read(table, keys.count(run, shard)))['open'] ?? 0;

  const changeBy = (by: 1 | -1, run: string, name: string, key: string): Change => {
    const memory = memoryOf(run);
    memory.commits++;
    delete memory.counts;
    return {
      pk: keys.count(run, shardOf(key, shards)),
      set: longExpiry(table),
      add: { [countAttribute(name)]: by },
    };
  };

  return {
    changes: (commit) => changesOf(table, commit),

    async findOpenShard(run) {
      const items = await readMany(table, shardKeys(run), 'consistent');
      const open = shardKeys(run).flatMap((pk, shard) =>
        (countsOf(items.get(pk))['open'] ?? 0) > 0 ? [shard] : [],
      );
      return open[Math.floor(Math.random() * open.length)] ?? 0;
    },

    oneMore: (run, name, key) => changeBy(1, run, name, key),
    oneLess: (run, name, key) => changeBy(-1, run, name, key),

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

    async readCounts(run, { maxAgeMs = 0, isOfOneMoment } = {}) {
      if (isOfOneMoment) return sum(await readSnapshot(table, shardKeys(run)));
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

/** No counter falls below 0, so one counter above 0 proves that the run is not over. */
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

/** Adds to the counts of a run outside of a commit. A repeated call adds twice. */
export async function addToCounts(table: Table, run: string, counts: Counts): Promise<void> {
  const add = Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [countAttribute(name), value]),
  );
  await write(table, { pk: keys.count(run, 0), set: longExpiry(table), add });
}

/** The shard of a batch. A page that kills processes takes many batches with it, so their counts are spread. */
function shardOf(batch: string, shards: number): number {
  return hash('sha256', batch, 'buffer').readUInt16BE(0) % shards;
}

/** The number of children that a commit adds. */
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
