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
      // Without a gap there is nothing to write, as a rule; looking first costs less than the write lock.
      const free = request.gapMs === 0 ? planSlots(database, request, now()) : undefined;
      if (free !== undefined && !free.leavesTrace) return free.answer;
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

function reserveSlots(database: Database, request: SlotRequest, at: number): SlotAnswer {
  const { answer, end, leavesTrace } = planSlots(database, request, at);
  if (leavesTrace) {
    database
      .prepare(
        `INSERT INTO hosts (host, last_end, last_gap) VALUES (?, ?, ?)
         ON CONFLICT (host) DO UPDATE SET last_end = excluded.last_end, last_gap = excluded.last_gap`,
      )
      .run(request.host, end, Math.ceil(request.gapMs));
  }
  return answer;
}

interface SlotPlan {
  answer: SlotAnswer;
  /** The latest start of the last turn: epoch ms. */
  end: number;
  /** Whether the host's clock has to move. */
  leavesTrace: boolean;
}

/**
 * A turn may start up to `slackMs` late, so turns are `gap + slack` apart, and the next reservation
 * begins a whole gap (the larger of the two jobs') after the latest start of the last turn.
 */
function planSlots(database: Database, request: SlotRequest, at: number): SlotPlan {
  const { host, count, gapMs, slackMs, horizonMs } = request;
  const row = database
    .prepare('SELECT last_end, last_gap, delayed_until FROM hosts WHERE host = ?')
    .get(host);
  const lastEnd = Number(row?.['last_end'] ?? 0);
  const lastGap = Number(row?.['last_gap'] ?? 0);
  const delayedUntil = Number(row?.['delayed_until'] ?? 0);

  const spacingMs = gapMs + slackMs;
  const firstAt = Math.ceil(Math.max(at, delayedUntil, lastEnd + Math.max(gapMs, lastGap)));
  if (firstAt > at + horizonMs) {
    return { answer: { state: 'busy', until: firstAt }, end: lastEnd, leavesTrace: false };
  }
  const end = Math.ceil(firstAt + (count - 1) * spacingMs + slackMs);
  const leavesTrace = gapMs > 0 || lastEnd + lastGap > at;
  return { answer: { state: 'mine', slots: { firstAt, count, spacingMs, slackMs } }, end, leavesTrace };
}

function toHost(row: Record<string, unknown>): HostRecord {
  const delayedUntil = Number(row['delayed_until']);
  return {
    ...(delayedUntil > 0 ? { delayedUntil } : {}),
    ...(row['learned_gap'] === null ? {} : { learnedGapMs: Number(row['learned_gap']) }),
    ...(row['robots'] === null ? {} : { robots: JSON.parse(String(row['robots'])) }),
  };
}
