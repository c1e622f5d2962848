import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Draw, DrawRequest, FrontierEntry, FrontierStore } from '../../coordination/ports.ts';
import { RetryError } from '../../errors.ts';
import type { PageRequest } from '../../model.ts';
import { number, numberOf, packed, unpackedOf } from './attributes.ts';
import type { BudgetRecords, PlannedPlaces } from './budget-records.ts';
import type { Change } from './change.ts';
import {
  countOf,
  emptyIndex,
  type FrontierIndex,
  type NewSegment,
  placesOf,
  planTake,
  replaceSegments,
  type Segment,
  segmentsOf,
  takeEntries,
  type Waiting,
} from './frontier-index.ts';
import { inParallel } from './in-parallel.ts';
import { makeKeyedMutex, withAll } from './keyed-mutex.ts';
import { read, readMany } from './read.ts';
import { pauseMs } from './retry.ts';
import { expiry, keys, type Table } from './table.ts';
import { type WrittenTogether, write, writeTogether } from './write.ts';

/** Hosts whose frontiers are changed together: with more, a transaction meets others all the time. */
const hostsAtOnce = 20;

/** Each refusal is another's success. */
const maxAttempts = 60;

const parallelWrites = 8;

const isLeased = 'attribute_exists(#fence)';
const isNotDone = 'attribute_not_exists(#done)';
const isNew = 'attribute_not_exists(pk)';
const isAsRead = '#rev = :rev';

/** A frontier as it was read. */
interface Frontier {
  run: string;
  host: string;
  /** 0 if there is none. */
  rev: number;
  index: FrontierIndex;
}

/**
 * `FRONT#run#host`, the frontier of a host: its segments in order, without their entries. `FRONT#run#host/id`: the entries of a
 * segment, written once under an id of its own. What is put or drawn makes new segments of those that it changes, and then
 * replaces the frontier on the condition that it is as it was read: so a process that dies between the two has changed nothing.
 * Segments that are named no more are left to their expiry, which costs nothing. That a batch has put or drawn is noted with it in the
 * same transaction; what it has drawn is `DRAW#run#batch`, so that its own record stays small.
 */
export function frontierRecords(table: Table, budgets: BudgetRecords): FrontierStore {
  // Transactions of one process that meet at a frontier fail, are billed and are tried again: here one waits for the other.
  const withMutex = makeKeyedMutex();
  return {
    async putInFrontier(run, batch, entries) {
      const byHost = [...Map.groupBy(entries, ({ host }) => host)];
      for (let at = 0; at < byHost.length; at += hostsAtOnce) {
        const part = byHost.slice(at, at + hostsAtOnce);
        const mark = `put${at / hostsAtOnce}`;
        const pks = part.map(([host]) => keys.frontier(run, host));
        await withAll(withMutex, pks, () => putAtHosts(table, { run, batch, mark }, part));
      }
    },

    drawFromFrontier: (request) =>
      withMutex(keys.frontier(request.run, request.host), () => draw(table, budgets, request)),
  };
}

interface Put {
  run: string;
  batch: string;
  /** The attribute by which the batch knows that it has put these. */
  mark: string;
}

async function putAtHosts(
  table: Table,
  { run, batch, mark }: Put,
  byHost: [string, FrontierEntry[]][],
): Promise<void> {
  const once: Change = {
    pk: keys.batch(run, batch),
    set: { [mark]: { BOOL: true }, ...expiry(table) },
    onlyIf: [isLeased, 'attribute_not_exists(#mark)'],
    names: { mark },
  };
  const hosts = byHost.map(([host]) => host);
  await untilWritten(`${run} ${hosts.join(' ')}`, async () => {
    const frontiers = await readFrontiers(table, run, hosts);
    const changes = await Promise.all(
      frontiers.map((frontier, at) => putChange(table, frontier, byHost[at]?.[1] ?? [])),
    );
    const written = await writeTogether(table, [once, ...changes]);
    if (written.ok) return 'written';
    const [refused] = written.refusals;
    if (refused === undefined) return 'again';
    if (refused.old?.[mark] === undefined) throw new Error(`batch ${batch} puts without a lease`);
    return 'written';
  });
}

/** Writes the segments that the frontier will have, and returns the change that makes it have them. */
async function putChange(table: Table, frontier: Frontier, entries: FrontierEntry[]): Promise<Change> {
  const { index } = frontier;
  const places = placesOf(index, entries);
  const before = await readSegments(
    table,
    frontier,
    [...places.keys()].filter((one) => one !== undefined),
  );
  const replaced = new Map<Segment | undefined, NewSegment[]>();
  for (const [segment, added] of places) {
    const old = segment === undefined ? [] : (before.get(segment) ?? []);
    replaced.set(segment, segmentsOf([...old, ...added], newId));
  }
  await writeSegments(table, frontier, [...replaced.values()].flat());
  return replaceFrontier(table, frontier, replaceSegments(index, entries.length, replaced));
}

async function draw(
  table: Table,
  budgets: BudgetRecords,
  { run, batch, host, count, maxPages }: DrawRequest,
): Promise<Draw | undefined> {
  return untilWritten(`${run} ${host}`, async () => {
    const [frontier] = await readFrontiers(table, run, [host]);
    if (frontier === undefined) throw new Error('one frontier for one host');
    const wanted = Math.min(count, countOf(frontier.index));
    const places = await budgets.planPages(run, batch, wanted, maxPages);
    const taken = await takeChanges(table, frontier, places.granted, wanted - places.granted);
    const changes = drawChanges(table, { run, batch }, taken);
    const written = await writeTogether(table, [...changes, ...places.changes]);
    if (written.ok) {
      places.note();
      return { granted: taken.granted, refused: taken.refused, isFull: places.isFull };
    }
    return afterRefusal(
      table,
      budgets,
      { run, batch, maxPages },
      {
        ...{ written, places, before: changes.length },
      },
    );
  });
}

interface Taken {
  granted: PageRequest[];
  refused: PageRequest[];
  /** Of the frontier; none where nothing waits. */
  changes: Change[];
}

async function takeChanges(table: Table, frontier: Frontier, best: number, worst: number): Promise<Taken> {
  if (best + worst === 0) return { granted: [], refused: [], changes: [] };
  const take = planTake(frontier.index, best, worst);
  const { front, back } = take;
  const read = await readSegments(table, frontier, [...front, ...back]);
  const taken = takeEntries(take, (segments) => segments.flatMap((segment) => read.get(segment) ?? []));
  const [atFront, atBack] = [segmentsOf(taken.frontLeft, newId), segmentsOf(taken.backLeft, newId)];
  await writeSegments(table, frontier, [...atFront, ...atBack]);
  const none = new Map<Segment | undefined, Segment[]>([...front, ...back].map((one) => [one, []]));
  const [first] = front;
  if (first !== undefined) none.set(first, atFront);
  none.set(undefined, atBack);
  const index = replaceSegments(frontier.index, 0, none);
  const { granted, refused } = taken;
  return { granted, refused, changes: [replaceFrontier(table, frontier, index)] };
}

function drawChanges(
  table: Table,
  { run, batch }: { run: string; batch: string },
  { granted, refused, changes }: Taken,
): Change[] {
  const once: Change = {
    pk: keys.batch(run, batch),
    set: { drawn: { BOOL: true }, ...expiry(table) },
    onlyIf: [isLeased, isNotDone, 'attribute_not_exists(#drawn)'],
  };
  const record: Change = {
    pk: keys.draw(run, batch),
    set: { requests: packed({ granted, refused }), ...expiry(table) },
  };
  return [once, record, ...changes];
}

/** What the batch has drawn before, or nothing for one that is done; `'again'`: others have changed the frontier or taken places. */
async function afterRefusal(
  table: Table,
  budgets: BudgetRecords,
  { run, batch, maxPages }: Pick<DrawRequest, 'run' | 'batch' | 'maxPages'>,
  {
    written: { refusals },
    places,
    before,
  }: { written: Extract<WrittenTogether, { ok: false }>; places: PlannedPlaces; before: number },
): Promise<Draw | undefined | 'again'> {
  const [refused] = refusals;
  if (refused === undefined) {
    places.correct(refusals.slice(before));
    return 'again';
  }
  if (refused.old?.['done'] !== undefined) return undefined;
  if (refused.old?.['drawn'] === undefined) throw new Error(`batch ${batch} draws without a lease`);
  const drawn = unpackedOf<Pick<Draw, 'granted' | 'refused'>>(
    await read(table, keys.draw(run, batch)),
    'requests',
  );
  if (drawn === undefined) throw new Error(`batch ${batch} has drawn, and its draw is gone`);
  const { granted } = await budgets.planPages(run, batch, 1, maxPages);
  return { ...drawn, isFull: granted === 0 };
}

/** Repeats the attempt while its answer is `again`. */
async function untilWritten<T>(what: string, attempt: () => Promise<T | 'again'>): Promise<T> {
  for (let number = 1; number <= maxAttempts; number += 1) {
    const answer = await attempt();
    if (answer !== 'again') return answer;
    await sleep(pauseMs(Math.min(number, 5)));
  }
  throw new RetryError('STORE_FAILED', `the frontier of ${what} is being written by others all the time`);
}

async function readFrontiers(table: Table, run: string, hosts: string[]): Promise<Frontier[]> {
  const items = await readMany(
    table,
    hosts.map((host) => keys.frontier(run, host)),
    'consistent',
  );
  return hosts.map((host) => {
    const item = items.get(keys.frontier(run, host));
    const index = unpackedOf<FrontierIndex>(item, 'index') ?? emptyIndex;
    return { run, host, rev: numberOf(item, 'rev') ?? 0, index };
  });
}

function replaceFrontier(table: Table, { run, host, rev }: Frontier, index: FrontierIndex): Change {
  const plain: FrontierIndex = {
    puts: index.puts,
    segments: index.segments.map(({ id, count, first }) => ({ id, count, first })),
  };
  return {
    pk: keys.frontier(run, host),
    set: { rev: number(rev + 1), index: packed(plain), ...expiry(table) },
    onlyIf: [rev === 0 ? isNew : isAsRead],
    values: rev === 0 ? {} : { ':rev': number(rev) },
  };
}

async function readSegments(
  table: Table,
  { run, host }: Frontier,
  segments: Segment[],
): Promise<Map<Segment, Waiting[]>> {
  const pks = segments.map(({ id }) => keys.waiting(run, host, id));
  const items = await readMany(table, pks, 'consistent');
  return new Map(
    segments.map((segment, at) => {
      const entries = unpackedOf<Waiting[]>(items.get(pks[at] ?? ''), 'entries');
      if (entries === undefined) throw new Error(`${pks[at]} is named by its frontier, and is not there`);
      return [segment, entries];
    }),
  );
}

async function writeSegments(table: Table, { run, host }: Frontier, segments: NewSegment[]): Promise<void> {
  await inParallel(segments, parallelWrites, async ({ id, entries }) => {
    const pk = keys.waiting(run, host, id);
    await write(table, { pk, set: { entries: packed(entries), ...expiry(table) } });
  });
}

function newId(): string {
  return randomUUID();
}
