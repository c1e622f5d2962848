import type { HostRecord } from '../../coordination/ports.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Batch, PageRequest } from '../../model.ts';
import type { ItemKey } from '../../sources/kind.ts';
import type { Engine } from '../engine.ts';
import { type BatchKeep, openBatchKeep } from '../keep/batch-keep.ts';
import { maxTurnWaitOf, mustEndOf } from '../limits-for.ts';
import { whichAreKnown } from '../outcome/given-items.ts';
import type { BatchHistory } from '../recrawl/batch-history.ts';
import { rendersOf } from '../render/paced-resources.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions } from '../sessions/batch-sessions.ts';
import { keepBreaker } from '../turns/breaker.ts';
import { groupDelayMs, keepGroupDelay } from '../turns/group-delay.ts';
import { onHostsToo } from '../turns/group-turns.ts';
import type { Holdings } from '../turns/holdings.ts';
import { gapOfJobMs } from '../turns/host-rules.ts';
import { batchSizeFor, lineOf, reserveTurns } from '../turns/pace.ts';
import type { PaceGroups } from '../turns/pace-groups.ts';
import { openGate } from '../turns/robots-gate.ts';
import { busyShareSince, learnGap } from '../turns/slow-down.ts';
import { waitForProxies } from '../turns/trial.ts';
import { type Reserved, reserveWhenNeeded } from '../turns/turns-when-needed.ts';
import { type BatchVisits, historyOf, historyOfDue, sessionsOf } from './batch-visits.ts';
import { type Early, type Member, openMembers, readRobots, settleMembers } from './group-members.ts';
import type { HostView } from './host-view.ts';
import { firstOfPair } from './redirects.ts';
import { countToSend, type VisitContext } from './visit-context.ts';
import { visitInTurn } from './visit-in-turn.ts';

/**
 * As `visitBatch`, for a batch whose hosts are paced together with others (docs/decisions/pace-groups.md). Gates, breakers and
 * sessions are those of each host; the clock, pauses that an answer asks for, the largest crawl-delay and the learned gap are the group's.
 */
export async function visitOnGroup(
  engine: Engine,
  context: RunContext,
  groups: PaceGroups,
  batch: Batch,
  holdings: Holdings,
): Promise<BatchVisits> {
  const members = await openMembers(engine, context, batch);
  const expectNoMore = members.map(({ host }) => context.fetcher.expect?.(host));
  try {
    return await visitMembers(engine, context, groups, batch, members, holdings);
  } finally {
    for (const release of expectNoMore) release?.();
  }
}

async function visitMembers(
  engine: Engine,
  context: RunContext,
  groups: PaceGroups,
  batch: Batch,
  members: Member[],
  holdings: Holdings,
): Promise<BatchVisits> {
  const { ledger } = engine;
  const clock = await groups.clockOf(ledger, members[0]?.host ?? '');
  const group = await ledger.readHost(clock);
  const early: Early = { visits: [], unvisited: [] };
  await settleMembers(engine, context, batch, members, early);
  if (requestsOf(members).length === 0) return withoutPages(engine, early);
  const untilProxies = await waitForProxies(engine, context, batch);
  if (untilProxies !== undefined) return { state: 'later', notBefore: untilProxies, isWaiting: true };
  const sessions = await sessionsOf(engine, context, { ...batch, requests: requestsOf(members) });
  if (sessions !== undefined && 'state' in sessions) return withEarly(sessions, early);

  const gapMs = gapOfGroupMs(engine, context, group, members);
  const distrusted = (host: string) =>
    members.some((member) => member.host === host && member.record.distrustedBy === context.id);
  const ofDue = await historyOfDue(engine, context, requestsOf(members), distrusted);
  const terms = { batch, members, clock, group, gapMs, holdings, sessions, history: ofDue };
  const pace = await reserveForGroup(engine, context, terms);
  if (pace.state === 'later') return pace;
  const turns = onHostsToo(pace.turns, engine, gapMs);
  await readRobots(engine, context, batch, { members, early, turns, holdings });
  const isWider = await keepDelays(engine, context, clock, group, members, gapMs);
  if (isWider || requestsOf(members).length === 0 || holdings.lostUntil !== undefined) {
    await turns.returnTurns();
    if (isWider || holdings.lostUntil !== undefined) {
      // Nothing was sent but for robots.txt, which the ledger has now: the batch begins again, with wider turns.
      return { state: 'later', notBefore: holdings.lostUntil ?? engine.now(), isWaiting: true };
    }
    return withoutPages(engine, early);
  }
  const start = performance.eventLoopUtilization();
  const asked = { ...batch, requests: requestsOf(members) };
  const history = ofDue ?? (await historyOf(engine, context, asked.requests, distrusted));
  await using keep = openBatchKeep(context, batch.id, history);
  const view = viewOfGroup(engine, context, { batch, clock, members, sessions, history, keep });
  const result = await visitInTurn(engine, context, asked, turns, holdings, view);
  if (holdings.lostUntil !== undefined) {
    return { state: 'later', notBefore: holdings.lostUntil, isWaiting: true };
  }
  await keepOfMembers(engine, members);
  if (context.job.politeness.slowDown) {
    await learnGap(ledger, clock, group, context.job, result.visits, busyShareSince(start));
  }
  const changes = sessions?.changes() ?? [];
  const ownBatchSize = batchSizeFor(gapMs, engine.limits, true);
  const kept = await keep?.finish();
  const visited = {
    ...{ state: 'visited' as const, ...result, ownBatchSize },
    ...(kept === undefined ? {} : { kept }),
  };
  return withEarly(changes.length === 0 ? visited : { ...visited, sessions: changes }, early);
}

function requestsOf(members: Member[]): PageRequest[] {
  return members.flatMap(({ requests }) => requests);
}

function withEarly(visited: BatchVisits, { visits, unvisited }: Early): BatchVisits {
  if (visited.state === 'later') return visited;
  return {
    ...visited,
    visits: [...visits, ...visited.visits],
    unvisited: [...unvisited, ...visited.unvisited],
  };
}

/** No page may be asked for now: the outcome of those that have failed, else the batch waits for the first host that may be asked. */
function withoutPages(engine: Engine, early: Early): BatchVisits {
  if (early.visits.length > 0) {
    return { state: 'visited', ...early, ownBatchSize: engine.limits.batchSize };
  }
  const dueAt = Math.min(...early.unvisited.map(({ notBefore = 0 }) => notBefore));
  return { state: 'later', notBefore: Math.max(dueAt, engine.now()), isWaiting: true };
}

function gapOfGroupMs(engine: Engine, context: RunContext, group: HostRecord, members: Member[]): number {
  const asked = members.filter(({ requests }) => requests.length > 0);
  const own = asked.map(({ rules, gate }) => Math.max(gapOfJobMs(context, rules), gate?.crawlDelayMs ?? 0));
  const obeys = asked.some(({ rules }) => rules.robots === 'obey');
  const delayMs = obeys ? groupDelayMs(group, context.job, engine.now()) : 0;
  const learnedMs = context.job.politeness.slowDown ? (group.learnedGapMs ?? 0) : 0;
  return Math.max(...own, delayMs, learnedMs);
}

/** A turn for each page that is sent, and one for each robots.txt that is to be fetched. */
function reserveForGroup(
  engine: Engine,
  context: RunContext,
  of: {
    batch: Batch;
    members: Member[];
    clock: string;
    group: HostRecord;
    gapMs: number;
    holdings: Holdings;
    sessions: BatchSessions | undefined;
    history: BatchHistory | undefined;
  },
): Promise<Reserved> {
  const { batch, members, clock, group, gapMs, holdings, sessions, history } = of;
  const unread = members.filter(({ requests, gate }) => requests.length > 0 && gate === undefined);
  const isBeforePause = (batch.slot?.firstAt ?? 0) < (group.delayedUntil ?? 0);
  const wanted = countToSend(context, requestsOf(members), sessions, history);
  return reserveWhenNeeded(wanted + unread.length, (count) =>
    reserveTurns(engine, {
      host: clock,
      count,
      gapMs,
      reserved: isBeforePause ? undefined : batch.slot,
      line: lineOf(context.id, batch),
      holdings,
      hasWholeSlack: true,
      maxTurnWaitMs: maxTurnWaitOf(engine, context.job),
    }),
  );
}

/** Keeps the largest crawl-delay of the members for the group, and says whether it is wider than the turns that were reserved. */
async function keepDelays(
  engine: Engine,
  context: RunContext,
  clock: string,
  group: HostRecord,
  members: Member[],
  gapMs: number,
): Promise<boolean> {
  const now = engine.now();
  const delayMs = Math.max(0, ...members.map(({ gate }) => gate?.crawlDelayMs ?? 0));
  if (delayMs > groupDelayMs(group, context.job, now))
    await keepGroupDelay(engine.ledger, clock, delayMs, now);
  return delayMs > gapMs;
}

function viewOfGroup(
  engine: Engine,
  context: RunContext,
  of: {
    batch: Batch;
    clock: string;
    members: Member[];
    sessions: BatchSessions | undefined;
    history: BatchHistory | undefined;
    keep: BatchKeep | undefined;
  },
): HostView {
  const { batch, clock, members, sessions, history, keep } = of;
  const shared = {
    ...{ run: context, batch: batch.id, now: engine.now, mayYield: firstOfPair(engine, context) },
    mustEnd: mustEndOf(engine),
    areKnown: (keys: ItemKey[]) => whichAreKnown(engine, context, keys),
    ...(sessions === undefined ? {} : { sessions }),
    ...(history === undefined ? {} : { history }),
    ...(keep === undefined ? {} : { keep }),
    ...rendersOf(engine, context, sessions),
  };
  const byHost = new Map(
    members.map((member): [string, { member: Member; context: VisitContext }] => {
      const { gate = openGate } = member;
      return [member.host, { member, context: { ...shared, gate } }];
    }),
  );
  const viewOf = ({ url }: PageRequest) => {
    const view = byHost.get(hostOf(url));
    if (view === undefined) throw new Error(`${url} is no request of batch ${batch.id}`);
    return view;
  };
  return {
    clock,
    contextOf: (request) => viewOf(request).context,
    ended(request, visit, now) {
      const { member } = viewOf(request);
      const { pauseUntil = 0 } = visit;
      member.pausedUntil = Math.max(member.pausedUntil, pauseUntil, member.streak.add(visit, now) ?? 0);
      return pauseUntil;
    },
    pausedUntil: (request) => viewOf(request).member.pausedUntil,
  };
}

/** Pauses are kept for each host as well, since other jobs may pace it by itself. */
async function keepOfMembers(engine: Engine, members: Member[]): Promise<void> {
  for (const { host, streak, pausedUntil } of members) {
    await keepBreaker(engine, host, streak);
    if (pausedUntil > 0) await engine.ledger.delayHost(host, pausedUntil);
  }
}
