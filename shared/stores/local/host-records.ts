import { type HostClock, planReturn, planSlots, type ReturnedTurns } from '../../coordination/host-clock.ts';
import type { HostRecord, Ledger, SlotAnswer, SlotRequest, SlotReturn } from '../../coordination/ports.ts';
import type { Database } from './database.ts';

type HostPorts = Pick<Ledger, 'readHost' | 'reserveSlots' | 'delayHost' | 'updateHost'> &
  Required<Pick<Ledger, 'returnSlots'>>;

export function hostRecords(database: Database, now: () => number): HostPorts {
  return {
    async readHost(host) {
      const row = database.prepare('SELECT * FROM hosts WHERE host = ?').get(host);
      return row === undefined ? {} : toHost(row);
    },

    async reserveSlots(request) {
      // Without a gap there is usually nothing to write, and a read is cheaper than the write lock.
      const isFree = request.gapMs === 0;
      const free = isFree ? planSlots(readClock(database, request.host), request, now()) : undefined;
      if (free !== undefined && free.next === undefined) return free.answer;
      return database.keep(() => reserveSlots(database, request, now()));
    },

    async returnSlots(turns) {
      await database.keep(() => returnSlots(database, turns, now()));
    },

    async delayHost(host, until) {
      database
        .prepare(
          `INSERT INTO hosts (host, delayed_until) VALUES (?, ?)
           ON CONFLICT (host) DO UPDATE SET delayed_until = max(delayed_until, excluded.delayed_until)`,
        )
        .run(host, Math.ceil(until));
    },

    async updateHost(host, facts) {
      database
        .prepare(
          `INSERT INTO hosts (host, learned_gap, robots, breaker_opens, breaker_at, distrusted_by)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (host) DO UPDATE SET
             learned_gap = coalesce(excluded.learned_gap, learned_gap),
             robots = coalesce(excluded.robots, robots),
             breaker_opens = coalesce(excluded.breaker_opens, breaker_opens),
             breaker_at = coalesce(excluded.breaker_at, breaker_at),
             distrusted_by = coalesce(excluded.distrusted_by, distrusted_by)`,
        )
        .run(
          host,
          facts.learnedGapMs === undefined ? null : Math.round(facts.learnedGapMs),
          facts.robots === undefined ? null : JSON.stringify(facts.robots),
          facts.breaker?.opens ?? null,
          facts.breaker === undefined ? null : Math.round(facts.breaker.at),
          facts.distrustedBy ?? null,
        );
    },
  };
}

function reserveSlots(database: Database, request: SlotRequest, at: number): SlotAnswer {
  const { answer, next } = planSlots(readClock(database, request.host), request, at);
  if (next !== undefined) writeClock(database, request.host, next);
  return answer;
}

function returnSlots(database: Database, turns: SlotReturn, at: number): void {
  const next = planReturn(readClock(database, turns.host), turns, at);
  if (next !== undefined) writeClock(database, turns.host, next);
}

function writeClock(
  database: Database,
  host: string,
  { lastEnd, lastGapMs, line, returned = [] }: HostClock,
): void {
  database
    .prepare(
      `INSERT INTO hosts (host, last_end, last_gap, line_run, line_end, line_served, returned)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (host) DO UPDATE SET last_end = excluded.last_end, last_gap = excluded.last_gap,
         line_run = excluded.line_run, line_end = excluded.line_end, line_served = excluded.line_served,
         returned = excluded.returned`,
    )
    .run(
      host,
      lastEnd,
      lastGapMs,
      line?.run ?? null,
      line?.end ?? null,
      line?.served ?? null,
      returned.length === 0 ? null : JSON.stringify(returned),
    );
}

function readClock(database: Database, host: string): HostClock {
  const row = database
    .prepare(
      `SELECT last_end, last_gap, delayed_until, line_run, line_end, line_served, returned
       FROM hosts WHERE host = ?`,
    )
    .get(host);
  const run = row?.['line_run'] ?? null;
  const served = (row?.['line_served'] ?? null) === null ? {} : { served: Number(row?.['line_served']) };
  const returned = row?.['returned'] ?? null;
  return {
    lastEnd: Number(row?.['last_end'] ?? 0),
    lastGapMs: Number(row?.['last_gap'] ?? 0),
    delayedUntil: Number(row?.['delayed_until'] ?? 0),
    ...(run === null ? {} : { line: { run: String(run), end: Number(row?.['line_end']), ...served } }),
    ...(returned === null ? {} : { returned: JSON.parse(String(returned)) as ReturnedTurns[] }),
  };
}

/** A row of the table `hosts`. */
export function toHost(row: Record<string, unknown>): HostRecord {
  const delayedUntil = Number(row['delayed_until']);
  return {
    ...(delayedUntil > 0 ? { delayedUntil } : {}),
    ...(row['learned_gap'] === null ? {} : { learnedGapMs: Number(row['learned_gap']) }),
    ...(row['robots'] === null ? {} : { robots: JSON.parse(String(row['robots'])) }),
    ...(row['breaker_opens'] === null
      ? {}
      : { breaker: { opens: Number(row['breaker_opens']), at: Number(row['breaker_at']) } }),
    ...(row['distrusted_by'] === null ? {} : { distrustedBy: String(row['distrusted_by']) }),
  };
}
