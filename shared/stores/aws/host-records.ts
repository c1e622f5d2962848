import { setTimeout as sleep } from 'node:timers/promises';
import { type HostClock, planSlots } from '../../coordination/host-clock.ts';
import type { HostRecord, Ledger, SlotAnswer, SlotRequest } from '../../coordination/ports.ts';
import { type DynamoItem, number, numberOf, text, textOf } from './attributes.ts';
import { makeBoundedMap } from './bounded-map.ts';
import type { Change } from './change.ts';
import { makeKeyedMutex } from './keyed-mutex.ts';
import { read } from './read.ts';
import { pauseMs } from './retry.ts';
import { robotsRecords } from './robots-records.ts';
import { expiry, keys, type Table } from './table.ts';
import { write } from './write.ts';

type HostPorts = Pick<Ledger, 'readHost' | 'reserveSlots' | 'delayHost' | 'updateHost'>;

const maxRemembered = 5_000;

/** Each failure is another process's success; after this many, the batch is better delivered again later. */
const maxAttempts = 30;

/** How old a cached clock may be where no write would check it. */
const freshMs = 2_000;

/**
 * How often the host's record is read again while a robots.txt is being written, which is a matter of
 * milliseconds.
 */
const maxReads = 4;

const noTurnYet = 'attribute_not_exists(#lastEnd)';
const clockIsAsRead = '#lastEnd = :lastEnd';
const noLineYet = 'attribute_not_exists(#lineEnd)';
const lineIsAsRead = '#lineEnd = :lineEnd';
const isNotDelayed = 'attribute_not_exists(#delayedUntil)';
const delayEndsBefore = '#delayedUntil <= :firstAt';
const delayIsShorter = '#delayedUntil < :until';

/**
 * `HOST#host`: its clock, its learned gap, and the version of its robots.txt. The record is small, since every
 * reservation writes it.
 */
export function hostRecords(table: Table): HostPorts {
  const robots = robotsRecords(table);
  const withMutex = makeKeyedMutex();
  /** Clocks as last seen by this process; a write is refused when the clock has changed since. */
  const clocks = makeBoundedMap<string, { clock: HostClock; at: number }>(maxRemembered);
  const remember = (host: string, item: DynamoItem | undefined): HostClock => {
    const clock = clockOf(item);
    clocks.set(host, { clock, at: table.now() });
    return clock;
  };
  const clockFor = async ({ host, gapMs }: SlotRequest): Promise<HostClock> => {
    const known = clocks.get(host);
    const maxAgeMs = gapMs === 0 ? freshMs : Number.POSITIVE_INFINITY;
    if (known !== undefined && table.now() - known.at <= maxAgeMs) return known.clock;
    return remember(host, await read(table, keys.host(host)));
  };

  const reserve = async (request: SlotRequest): Promise<SlotAnswer> => {
    const { host } = request;
    for (let attempt = 1; ; attempt++) {
      const clock = await clockFor(request);
      const { answer, next } = planSlots(clock, request, table.now());
      if (next === undefined) return answer;
      const firstAt = answer.state === 'busy' ? answer.until : answer.slots.firstAt;
      const change =
        answer.state === 'busy'
          ? lineChange(table, host, clock, next)
          : clockChange(table, host, clock, next, firstAt);
      const written = await write(table, change);
      if (written.ok) {
        clocks.set(host, { clock: next, at: table.now() });
        return answer;
      }
      remember(host, written.old);
      if (attempt === maxAttempts) return { state: 'busy', until: firstAt };
      if (attempt > 1) await sleep(pauseMs(attempt));
    }
  };

  return {
    async readHost(host) {
      for (let reads = 1; ; reads++) {
        const item = (await read(table, keys.host(host))) ?? {};
        remember(host, item);
        const record = await robots.of(host, item);
        if (record === 'changed' && reads < maxReads) continue;
        return toHost(item, record === 'changed' ? undefined : record);
      }
    },

    // Reservations of one process run one after the other: at once, they would refuse each other's writes, which
    // are billed.
    reserveSlots: (request) => withMutex(request.host, () => reserve(request)),

    async delayHost(host, until) {
      const delayedUntil = Math.ceil(until);
      const written = await write(table, {
        pk: keys.host(host),
        set: { delayedUntil: number(delayedUntil), ...expiry(table, Math.max(table.now(), until)) },
        onlyIf: [`${isNotDelayed} OR ${delayIsShorter}`],
        values: { ':until': number(delayedUntil) },
      });
      const known = clocks.get(host);
      if (!written.ok) remember(host, written.old);
      else if (known !== undefined) clocks.set(host, { ...known, clock: { ...known.clock, delayedUntil } });
    },

    async updateHost(host, facts) {
      const { learnedGapMs, breaker, distrustedBy } = facts;
      const robotsAttributes = facts.robots === undefined ? {} : await robots.keep(host, facts.robots);
      await write(table, {
        pk: keys.host(host),
        set: {
          ...robotsAttributes,
          ...(learnedGapMs === undefined ? {} : { learnedGapMs: number(Math.round(learnedGapMs)) }),
          ...(breaker === undefined
            ? {}
            : { breakerOpens: number(breaker.opens), breakerAt: number(Math.round(breaker.at)) }),
          ...(distrustedBy === undefined ? {} : { distrustedBy: text(distrustedBy) }),
          ...expiry(table),
        },
      });
    },
  };
}

function clockChange(table: Table, host: string, read: HostClock, next: HostClock, firstAt: number): Change {
  const hadTurn = read.lastEnd > 0;
  return {
    pk: keys.host(host),
    set: {
      lastEnd: number(next.lastEnd),
      lastGapMs: number(next.lastGapMs),
      ...servedOf(next),
      ...expiry(table, Math.max(table.now(), next.lastEnd)),
    },
    onlyIf: [hadTurn ? clockIsAsRead : noTurnYet, `${isNotDelayed} OR ${delayEndsBefore}`],
    values: { ':firstAt': number(firstAt), ...(hadTurn ? { ':lastEnd': number(read.lastEnd) } : {}) },
  };
}

function lineChange(table: Table, host: string, read: HostClock, next: HostClock): Change {
  const { run = '', end = 0 } = next.line ?? {};
  return {
    pk: keys.host(host),
    set: {
      lineRun: text(run),
      lineEnd: number(end),
      ...servedOf(next),
      ...expiry(table, Math.max(table.now(), next.lastEnd)),
    },
    onlyIf: [read.line === undefined ? noLineYet : lineIsAsRead],
    values: read.line === undefined ? {} : { ':lineEnd': number(read.line.end) },
  };
}

function clockOf(item: DynamoItem | undefined): HostClock {
  return {
    lastEnd: numberOf(item, 'lastEnd') ?? 0,
    lastGapMs: numberOf(item, 'lastGapMs') ?? 0,
    delayedUntil: numberOf(item, 'delayedUntil') ?? 0,
    ...lineOf(item),
  };
}

function lineOf(item: DynamoItem | undefined): Pick<HostClock, 'line'> {
  const [run, end, served] = [
    textOf(item, 'lineRun'),
    numberOf(item, 'lineEnd'),
    numberOf(item, 'lineServed'),
  ];
  if (run === undefined || end === undefined) return {};
  return { line: { run, end, ...(served === undefined ? {} : { served }) } };
}

function servedOf({ line }: HostClock): DynamoItem {
  return line?.served === undefined ? {} : { lineServed: number(line.served) };
}

function toHost(item: DynamoItem, robots: HostRecord['robots']): HostRecord {
  const delayedUntil = numberOf(item, 'delayedUntil');
  const learnedGapMs = numberOf(item, 'learnedGapMs');
  const opens = numberOf(item, 'breakerOpens');
  const distrustedBy = textOf(item, 'distrustedBy');
  return {
    ...(delayedUntil === undefined ? {} : { delayedUntil }),
    ...(learnedGapMs === undefined ? {} : { learnedGapMs }),
    ...(robots === undefined ? {} : { robots }),
    ...(opens === undefined ? {} : { breaker: { opens, at: numberOf(item, 'breakerAt') ?? 0 } }),
    ...(distrustedBy === undefined ? {} : { distrustedBy }),
  };
}
