import type { HostRecord, Ledger, SlotAnswer, SlotRequest } from '../../coordination/ports.ts';
import type { Database } from './database.ts';

type HostPorts = Pick<Ledger, 'readHost' | 'reserveSlots' | 'delayHost' | 'updateHost'>;

export function hostRecords(database: Database, now: () => number): HostPorts {
  return {
    async readHost(host) {
      const row = database.prepare('SELECT * FROM hosts WHERE host = ?').get(host);
      return row === undefined ? {} : toHost(row);
    },

    async reserveSlots(request) {
      return database.write(() => reserveSlots(database, request, now()));
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
          `INSERT INTO hosts (host, learned_gap, robots) VALUES (?, ?, ?)
           ON CONFLICT (host) DO UPDATE SET
             learned_gap = coalesce(excluded.learned_gap, learned_gap),
             robots = coalesce(excluded.robots, robots)`,
        )
        .run(
          host,
          facts.learnedGapMs === undefined ? null : Math.round(facts.learnedGapMs),
          facts.robots === undefined ? null : JSON.stringify(facts.robots),
        );
    },
  };
}

/**
 * A turn may start up to `slackMs` late, so turns are `gap + slack` apart, and the next reservation
 * begins a whole gap (the larger of the two jobs') after the latest start of the last turn.
 */
function reserveSlots(database: Database, request: SlotRequest, at: number): SlotAnswer {
  const { host, count, gapMs, slackMs, horizonMs } = request;
  const row = database
    .prepare('SELECT last_end, last_gap, delayed_until FROM hosts WHERE host = ?')
    .get(host);
  const lastEnd = Number(row?.['last_end'] ?? 0);
  const lastGap = Number(row?.['last_gap'] ?? 0);
  const delayedUntil = Number(row?.['delayed_until'] ?? 0);

  const spacingMs = gapMs + slackMs;
  const firstAt = Math.ceil(Math.max(at, delayedUntil, lastEnd + Math.max(gapMs, lastGap)));
  if (firstAt > at + horizonMs) return { state: 'busy', until: firstAt };

  const end = Math.ceil(firstAt + (count - 1) * spacingMs + slackMs);
  const leavesNoTrace = gapMs === 0 && lastEnd + lastGap <= at;
  if (!leavesNoTrace) {
    database
      .prepare(
        `INSERT INTO hosts (host, last_end, last_gap) VALUES (?, ?, ?)
         ON CONFLICT (host) DO UPDATE SET last_end = excluded.last_end, last_gap = excluded.last_gap`,
      )
      .run(host, end, Math.ceil(gapMs));
  }
  return { state: 'mine', slots: { firstAt, count, spacingMs, slackMs } };
}

function toHost(row: Record<string, unknown>): HostRecord {
  const delayedUntil = Number(row['delayed_until']);
  return {
    ...(delayedUntil > 0 ? { delayedUntil } : {}),
    ...(row['learned_gap'] === null ? {} : { learnedGapMs: Number(row['learned_gap']) }),
    ...(row['robots'] === null ? {} : { robots: JSON.parse(String(row['robots'])) }),
  };
}
