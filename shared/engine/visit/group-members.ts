import type { HostRecord } from '../../coordination/ports.ts';
import { DropError, RetryError } from '../../errors.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Batch, PageRequest } from '../../model.ts';
import type { HostRules } from '../../sources/kind.ts';
import type { Engine } from '../engine.ts';
import { lastStartOf } from '../limits-for.ts';
import type { Visited } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';
import {
  type FailureStreak,
  givenUpError,
  keepBreaker,
  keepBreakerClosed,
  watchFailures,
} from '../turns/breaker.ts';
import type { Holdings } from '../turns/holdings.ts';
import { hostRulesOf } from '../turns/host-rules.ts';
import { keptRobotsGate, openRobotsGate, originOf, robotsOf } from '../turns/open-robots-gate.ts';
import type { Turns } from '../turns/pace.ts';
import { openGate, type RobotsGate } from '../turns/robots-gate.ts';
import { waitForTrial } from '../turns/trial.ts';
import { failAll } from './batch-visits.ts';

/** A host of a batch whose hosts are paced together. */
export interface Member {
  host: string;
  /** What is still to be asked of it. */
  requests: PageRequest[];
  record: HostRecord;
  streak: FailureStreak;
  rules: HostRules;
  /** Absent until its robots.txt is known. */
  gate: RobotsGate | undefined;
  /** Epoch ms until which the batch's answers ask that it be left alone; 0: they do not. */
  pausedUntil: number;
}

/** What has become of requests before any was sent. */
export type Early = Pick<Visited, 'visits' | 'unvisited'>;

/** The hosts of the batch, with what the ledger knows of each. */
export function openMembers(engine: Engine, context: RunContext, batch: Batch): Promise<Member[]> {
  const byHost = Map.groupBy(batch.requests, ({ url }) => hostOf(url));
  return Promise.all(
    [...byHost].map(async ([host, requests]) => {
      const record = await engine.ledger.readHost(host);
      const keepClosed = () => keepBreakerClosed(engine, host);
      const streak = watchFailures(context.failures, host, context.job, record.breaker, keepClosed);
      const rules = hostRulesOf(context, { requests });
      return { host, requests, record, streak, rules, gate: undefined, pausedUntil: 0 };
    }),
  );
}

/**
 * Takes out of the members what is not to be asked now: all of hosts that were given up, that are to be left alone, or whose kept
 * robots.txt allows nothing. The gates of the others that are known are open then.
 */
export async function settleMembers(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  members: Member[],
  early: Early,
): Promise<void> {
  for (const member of members) {
    const { host, requests, record, rules } = member;
    const now = engine.now();
    const down = givenUpError(host, record.breaker, now);
    const { delayedUntil = 0, breaker } = record;
    const trial = { name: host, breaker, readBreaker: async () => breaker, waitMs: 0 };
    const notBefore =
      down === undefined
        ? await waitForTrial(engine, context.job, { run: batch.run, requests }, trial)
        : undefined;
    if (down !== undefined) await failMember(engine, context, batch, member, early, down);
    else if (notBefore !== undefined) waitUntil(notBefore, member, early);
    else if (delayedUntil > now) waitUntil(delayedUntil, member, early);
    else if (rules.robots !== 'obey') member.gate = openGate;
    else {
      await orFail(engine, context, batch, member, early, async () => {
        member.gate = keptRobotsGate(engine, context, originOf(requests), record);
      });
    }
  }
}

/** Fetches the robots.txt of members that have none yet, each in a turn of the batch. */
export async function readRobots(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  { members, early, turns, holdings }: { members: Member[]; early: Early; turns: Turns; holdings: Holdings },
): Promise<void> {
  for (const member of members) {
    const { requests, record, gate } = member;
    if (gate !== undefined || requests.length === 0) continue;
    const isOver = engine.now() >= lastStartOf(engine, context.job) || engine.stopping.aborted;
    if (isOver || holdings.lostUntil !== undefined) {
      waitUntil(engine.now(), member, early);
      continue;
    }
    await orFail(engine, context, batch, member, early, async () => {
      const takeTurn = async (url: string) => {
        const turn = await turns.next(1, holdings.stopping, { url });
        return turn === 'aborted' ? { busyUntil: engine.now() } : turn;
      };
      const opened = await openRobotsGate(
        engine,
        context,
        { ...robotsOf(context, { id: batch.id, requests }), takeTurn },
        record,
      );
      if ('busyUntil' in opened) waitUntil(opened.busyUntil, member, early);
      else member.gate = opened;
    });
  }
}

/** The requests go on then. */
function waitUntil(notBefore: number, member: Member, early: Early): void {
  early.unvisited.push(
    ...member.requests.map((request) => ({ ...request, notBefore: Math.ceil(notBefore) })),
  );
  member.requests = [];
}

/** A host whose robots.txt cannot be had does not affect the others. */
async function orFail(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  member: Member,
  early: Early,
  body: () => Promise<void>,
): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof RetryError || error instanceof DropError)) throw error;
    await failMember(engine, context, batch, member, early, error, member.streak);
    await keepBreaker(engine, member.host, member.streak);
  }
}

async function failMember(
  engine: Engine,
  context: RunContext,
  { id }: Batch,
  member: Member,
  early: Early,
  error: RetryError | DropError,
  streak?: FailureStreak,
): Promise<void> {
  const failed = await failAll(engine, context, { ...member, id }, error, streak);
  early.visits.push(...failed.visits);
  early.unvisited.push(...failed.unvisited);
  member.requests = [];
}
