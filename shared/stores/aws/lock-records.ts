import { grantLock, type LockEntry, type LockRecord, maxLineLength } from '../../coordination/lock-grant.ts';
import type { LockAnswer, LockRequest, LockStore } from '../../coordination/ports.ts';
import { type DynamoItem, number, numberOf, text, textOf } from './attributes.ts';
import type { Change } from './change.ts';
import { read } from './read.ts';
import { keys, longExpiry, type Table } from './table.ts';
import { type Written, write } from './write.ts';

/**
 * Attributes of their own, so that conditions can name them: of each holder its deadline; of each waiter the
 * version of the record when it came, and the deadline of its place.
 */
const holderPrefix = 'h:';
const waiterPrefix = 'w:';

const permitIsFree = 'attribute_not_exists(#held) OR #held < :permits';
const hasNoWaiters = 'attribute_not_exists(#waiting) OR #waiting = :none';
const lineHasRoom = 'attribute_not_exists(#waiting) OR #waiting < :maxLineLength';
const holdsNone = 'attribute_not_exists(#holder)';
const isHolder = 'attribute_exists(#holder)';
const waitsNot = 'attribute_not_exists(#waiter)';
const isWaiter = 'attribute_exists(#waiter)';
const isNoStepBack = '#holder <= :until';
const isUnchanged = '#version = :version';
const isNew = 'attribute_not_exists(#version)';

/** How often a grant is tried when the record changes meanwhile; after that the lock counts as held. */
const maxTries = 5;

/**
 * `LOCK#name`: fence, `held` and `waiting` (how many), `h:token`, `w:token`, evicted, and a version that each
 * write increments. A free lock costs one write; else `grantLock` is applied to the record, and its result is
 * written if the record has not changed meanwhile. Joining the line needs no such condition: the order does not
 * depend on who writes first.
 */
export function lockRecords(table: Table): LockStore {
  return {
    // Every call is billed.
    lookMs: { next: 25, others: 250 },
    acquireLock: (request) => acquire(table, request),

    async renewLock(name, token, leaseMs) {
      const until = table.now() + leaseMs;
      const written = await change(table, name, token, {
        set: { [holderPrefix + token]: number(until) },
        onlyIf: [isHolder, isNoStepBack],
        values: { ':until': number(until) },
      });
      // An earlier renewal may arrive late, or the clock may have been set back: the lease is long enough then.
      return written.ok || written.old?.[holderPrefix + token] !== undefined;
    },

    async releaseLock(name, token) {
      const holder = { add: { held: -1 }, remove: [holderPrefix + token], onlyIf: [isHolder] };
      const written = await change(table, name, token, holder);
      if (written.ok) return true;
      if (written.old?.[waiterPrefix + token] !== undefined) {
        const waiter = { add: { waiting: -1 }, remove: [waiterPrefix + token], onlyIf: [isWaiter] };
        await change(table, name, token, waiter);
      }
      return recordOf(written.old)?.evicted.includes(token) !== true;
    },
  };
}

async function acquire(table: Table, request: LockRequest): Promise<LockAnswer> {
  const until = table.now() + request.leaseMs;
  let found: DynamoItem | undefined;
  if (request.isWaiting === true) {
    found = await read(table, keys.lock(request.name));
  } else {
    const written = await takeFree(table, request, until);
    if (written.ok) return { state: 'mine', fence: numberOf(written.item, 'fence') ?? 0, until };
    found = written.old;
  }
  for (let tries = 1; ; tries++) {
    const { answer, kept } = grantLock(recordOf(found), request, table.now());
    if (kept === undefined) return answer;
    if (answer.state === 'held') {
      if (await joinLine(table, request, found, kept)) return answer;
      const { place: _, ...placeless } = answer;
      return placeless;
    }
    const written = await replace(table, request, found, kept);
    if (written.ok) return answer;
    found = written.old;
    if (tries === maxTries) return heldBy(recordOf(found), table.now());
  }
}

function takeFree(table: Table, request: LockRequest, until: number): Promise<Written> {
  const { name, token, permits = 1 } = request;
  return change(table, name, token, {
    set: { [holderPrefix + token]: number(until), ...expiryOf(table, request) },
    add: { fence: 1, held: 1 },
    onlyIf: [holdsNone, permitIsFree, hasNoWaiters],
    values: { ':permits': number(permits), ':none': number(0) },
  });
}

/** False if the line is full. */
async function joinLine(
  table: Table,
  request: LockRequest,
  found: DynamoItem | undefined,
  kept: LockRecord,
): Promise<boolean> {
  const { name, token } = request;
  const line = waitersOf(found);
  const expiredWaiters = line.filter((waiter) => kept.line.every((other) => other.token !== waiter.token));
  // Waiters that no longer ask would keep others out.
  if (expiredWaiters.length > 0) return (await replace(table, request, found, kept)).ok;
  if (line.some((waiter) => waiter.token === token)) {
    return (await change(table, name, token, { set: placesOf(found, kept, token), onlyIf: [isWaiter] })).ok;
  }
  const values = { ':maxLineLength': number(maxLineLength) };
  const onlyIf = [waitsNot, lineHasRoom];
  const set = placesOf(found, kept, token);
  return (await change(table, name, token, { set, add: { waiting: 1 }, onlyIf, values })).ok;
}

/**
 * The asker's place, if it has one. A waiter that found a later version of the record came later, whatever its
 * clock says.
 */
function placesOf(found: DynamoItem | undefined, { line }: LockRecord, token: string): DynamoItem {
  const place = line.find((waiter) => waiter.token === token);
  if (place === undefined) return {};
  const known = waitersOf(found).find((waiter) => waiter.token === token);
  const since = known?.since ?? numberOf(found, 'version') ?? 0;
  return { [waiterPrefix + token]: text(JSON.stringify([since, place.until])) };
}

/** Writes `kept` instead of `found`, if the record is unchanged. */
function replace(
  table: Table,
  request: LockRequest,
  found: DynamoItem | undefined,
  kept: LockRecord,
): Promise<Written> {
  const { fence, holders, line, evicted } = kept;
  const keptNames = new Set([
    ...holders.map(({ token }) => holderPrefix + token),
    ...line.map(({ token }) => waiterPrefix + token),
  ]);
  const removedNames = Object.keys(found ?? {}).filter((name) => /^[hw]:/.test(name) && !keptNames.has(name));
  const version = numberOf(found, 'version');
  const counts = { fence: number(fence), held: number(holders.length), waiting: number(line.length) };
  const deadlines = holders.map(({ token, until }): [string, DynamoItem[string]] => [
    holderPrefix + token,
    number(until),
  ]);
  return change(table, request.name, request.token, {
    set: {
      ...counts,
      ...Object.fromEntries(deadlines),
      ...placesOf(found, kept, request.token),
      evicted: text(JSON.stringify(evicted)),
      ...expiryOf(table, request),
    },
    remove: removedNames,
    onlyIf: [version === undefined ? isNew : isUnchanged],
    values: version === undefined ? {} : { ':version': number(version) },
  });
}

/** In conditions, `#holder` and `#waiter` are the attributes of `token`. */
function change(table: Table, name: string, token: string, what: Omit<Change, 'pk'>): Promise<Written> {
  return write(table, {
    pk: keys.lock(name),
    ...what,
    add: { ...what.add, version: 1 },
    names: { holder: holderPrefix + token, waiter: waiterPrefix + token },
  });
}

function expiryOf(table: Table, { isForgettable }: LockRequest): DynamoItem {
  return isForgettable === true ? longExpiry(table) : {};
}

function heldBy(record: LockRecord | undefined, now: number): LockAnswer {
  const { token = '', until = now } = record?.holders[0] ?? record?.line[0] ?? {};
  return { state: 'held', by: token, until };
}

function recordOf(item: DynamoItem | undefined): LockRecord | undefined {
  if (item === undefined) return undefined;
  const holders = tokensOf(item, holderPrefix).map((token) => ({
    token,
    until: numberOf(item, holderPrefix + token) ?? 0,
  }));
  const evicted: string[] = JSON.parse(textOf(item, 'evicted') ?? '[]');
  return { fence: numberOf(item, 'fence') ?? 0, holders, line: waitersOf(item), evicted };
}

function waitersOf(item: DynamoItem | undefined): (LockEntry & { since: number })[] {
  const waiters = tokensOf(item, waiterPrefix).map((token) => {
    const [since, until]: [number, number] = JSON.parse(textOf(item, waiterPrefix + token) ?? '[0,0]');
    return { token, since, until };
  });
  return waiters.toSorted((a, b) => a.since - b.since || (a.token < b.token ? -1 : 1));
}

function tokensOf(item: DynamoItem | undefined, prefix: string): string[] {
  const names = Object.keys(item ?? {}).filter((name) => name.startsWith(prefix));
  return names.map((name) => name.slice(prefix.length));
}
