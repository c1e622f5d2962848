import type {
  Commit,
  CommitAnswer,
  Delivery,
  LeaseAnswer,
  OpenChange,
  OutgoingBatch,
} from '../coordination/ports.ts';
import {
  type Batch,
  type Counts,
  type Idle,
  isBatchForBrowser,
  isNewer,
  type Outcome,
  type Run,
  stamped,
} from '../model.ts';
import { add, sumOf } from './counts.ts';
import { clockSkewMs, type Engine } from './engine.ts';
import { drawToCancel, hasDraws } from './frontier/draw.ts';
import { putAdmitted } from './frontier/frontier.ts';
import { visitDraws } from './frontier/visit-draws.ts';
import { maxTurnWaitOf } from './limits-for.ts';
import { handOn } from './loop/hand-on.ts';
import { hasProgress, idleAfter, idleOf, isOverBound, reasonOf } from './loop/idle.ts';
import { type BatchEnd, type Marks, sendAgain, sendUnchanged } from './loop/send-again.ts';
import { type Admission, admit, needsAdmission } from './outcome/admit.ts';
import { afford } from './outcome/afford.ts';
import { bestFirst } from './outcome/best-first.ts';
import { admitItems, withoutKnownItems } from './outcome/duplicate-items.ts';
import { claimItems } from './outcome/given-items.ts';
import { groupByHost } from './outcome/group.ts';
import {
  countComplete,
  limitReached,
  outcomeOfVisits,
  splitByPageLimit,
  visitsOfCrash,
  visitsOfEnd,
} from './outcome/outcome.ts';
import { concludeOrEnd, markKnown, withKnown, writeKnown } from './recrawl/recrawl-batch.ts';
import { withBrowserLabels } from './render/browser-labels.ts';
import { finishRun } from './run/finish-run.ts';
import { type RunContext, secretTextsOf } from './run-context.ts';
import { readBatch, sealAddresses } from './sessions/hidden-addresses.ts';
import { countShards } from './shards.ts';
import { areSuspicious, crashesOf, isSuspect, leaseMsOf, maxCrashesOf, newToken } from './suspect.ts';
import { spareTraps } from './traps/spare-traps.ts';
import { type Holdings, makeHoldings } from './turns/holdings.ts';
import type { Later } from './turns/pace.ts';
import { withPaceGroups } from './turns/pace-groups.ts';
import { type BatchVisits, openForBrowser } from './visit/batch-visits.ts';
import { type TakenTurns, visitBatch } from './visit/visit-batch.ts';

/** A paused run's batches come back after as long as the pause has lasted, but not sooner than this. */
const minPauseMs = 5_000;

/** How old the run's state may be when a batch begins: reading it for every batch would make one key hot. */
const stateAgeMs = 1_000;

/**
 * The one place that knows the order of the steps of a batch (docs/architecture.md, steps 1 to 9). Every step may
 * be repeated: a batch whose process is killed anywhere is redelivered and has the same result. When this rejects,
 * the batch is left to be redelivered.
 */
export async function runBatch(
  engine: Engine,
  delivery: Delivery,
  token: string = newToken(),
): Promise<BatchEnd> {
  const { ledger, owner } = engine;
  const { run, id: batch, gaveUp } = delivery.batch;

  // Read before the lease, which is expensive: a paused run's batches come back again and again.
  const record = await ledger.readRun(run, { maxAgeMs: stateAgeMs });
  const pausedMs = record?.state === 'paused' ? pauseMs(engine, record) : undefined;
  if (isNewer(delivery.batch, engine.version) || isNewer(record ?? {}, engine.version)) {
    return leaveToNewer(engine, delivery, pausedMs);
  }
  if (pausedMs !== undefined) return sendUnchanged(engine, delivery, engine.now() + pausedMs);
  if (record === undefined) {
    // A run's record exists before its first batch: the run was forgotten with all its data, and must not get any
    // again.
    await engine.queue.acknowledge([delivery]);
    return 'dropped';
  }
  const idleRounds = idleOf(delivery.batch, record.movedAt);
  if (idleRounds !== undefined && record.state === 'running' && isOverBound(idleRounds, engine.now())) {
    await ledger.moveRun(run, ['running'], 'paused', reasonOf(delivery.batch, idleRounds));
    return sendUnchanged(engine, delivery, engine.now() + minPauseMs);
  }
  // 1. lease
  const terms = { run, batch, owner, token, leaseMs: leaseMsOf(engine, delivery) };
  const lease = await ledger.lease(gaveUp === undefined ? terms : { ...terms, gaveUp });
  if (lease.state === 'held') {
    const later = { isWaiting: true } as const;
    return sendAgain(engine, delivery, 'held', lease.until + clockSkewMs, later, { idle: idleRounds });
  }
  const holdings = makeHoldings(engine, terms, lease);
  try {
    const read = { ...delivery, batch: readBatch(delivery.batch) };
    return await work(engine, { ...withCrashes(read, lease), idleRounds, holdings }, lease, record);
  } catch (error) {
    // The heartbeat would renew a lease under which no one works.
    if (lease.state === 'mine') await ledger.releaseLease({ run, batch, fence: holdings.fence });
    throw error;
  } finally {
    holdings.close();
  }
}

/**
 * `ledgerCrashes` and `crashes`: the ledger counts holders that died; the message (`batch.crashes`) also counts that
 * the code failed, or that the parent was a suspect.
 */
function withCrashes(
  delivery: Delivery,
  lease: LeaseAnswer,
): Omit<LeasedDelivery, 'idleRounds' | 'holdings'> {
  const ledgerCrashes = lease.state === 'mine' ? lease.crashes : 0;
  return { ...delivery, ledgerCrashes, crashes: Math.max(ledgerCrashes, crashesOf(delivery)) };
}

/** A delivery under a lease. */
type LeasedDelivery = Delivery & {
  /** The number of holders of the batch that have died, by the ledger. */
  ledgerCrashes: number;
  /** The number of crashes that the batch is suspected of: at least `ledgerCrashes`. */
  crashes: number;
  /** Its rounds without progress since the run was resumed. */
  idleRounds: Idle | undefined;
  holdings: Holdings;
};

async function work(
  engine: Engine,
  delivery: LeasedDelivery,
  lease: Exclude<LeaseAnswer, { state: 'held' }>,
  record: Run | undefined,
): Promise<BatchEnd> {
  const { ledger, queue, outcomes } = engine;
  const { batch, holdings } = delivery;
  const { run, id } = batch;

  const isForwarded = lease.state === 'done' && lease.forwarded;
  // A run may be cancelled because its job cannot be worked on any more.
  const needsJob = record?.state !== 'cancelled' && !isForwarded;
  const context = needsJob ? await engine.contextOf(run) : undefined;

  // 2. pace, 3. fetch, 4. extract
  // A batch leased before may have written its outcome.
  const mayHaveOutcome = lease.state === 'done' || lease.fence > 1;
  let outcome = mayHaveOutcome ? await outcomes.read(run, id) : undefined;
  if (outcome === undefined) {
    const made = await makeOutcome(engine, context, delivery);
    if ('notBefore' in made) {
      if (lease.state === 'mine') await ledger.releaseLease({ run, batch: id, fence: holdings.fence });
      return sendAgain(engine, delivery, 'deferred', made.notBefore, made, marksOf(delivery));
    }
    // 5. outcome
    outcome = await outcomes.write(stamped(made, engine.version));
  }

  let openBatches: number | undefined;
  if (!isForwarded) {
    if (isNewer(outcome, engine.version)) {
      if (lease.state === 'mine') await ledger.releaseLease({ run, batch: id, fence: holdings.fence });
      return leaveToNewer(engine, delivery);
    }
    // 6. admit
    const admission = needsAdmission(outcome)
      ? await admitAndPut(engine, context ?? (await engine.contextOf(run)), outcome)
      : nothingAdmitted;
    const duplicates = await admitItems(engine, outcome);
    const isIdle = !hasProgress(outcome, admission.requests.length);
    const idleRounds = isIdle ? idleAfter(delivery.idleRounds, 0, engine.now()) : undefined;
    const children = groupByHost(outcome, batch, admission.requests, admission.isOrdered);

    // 7. commit
    const writes: Counts = {};
    await writeKnown(engine, outcome, duplicates.lost);
    if (outcome.sessions !== undefined && context !== undefined) {
      const { mergeSessions } = await import('./sessions/merge-sessions.ts');
      add(writes, 'sessions:written', await mergeSessions(engine, context, outcome));
    }
    if (lease.state === 'mine') {
      const counts = [admission.counts, duplicates.counts, writes].reduce(sumOf, outcome.counts);
      const open = openChange(batch, children);
      const commit = await commitBatch(engine, context, {
        run,
        batch: id,
        fence: holdings.fence,
        counts,
        open,
      });
      if (commit.state === 'stale') {
        return sendAgain(engine, delivery, 'stale', lease.until + clockSkewMs, {}, marksOf(delivery));
      }
      openBatches = commit.open;
    }

    // Before its children can be worked on.
    await pauseIfHalted(engine, outcome, record);

    // 8. forward
    await forward(engine, batch, children, idleRounds);
  }

  // 9. finish
  await finishRun(engine, run, openBatches);
  await queue.acknowledge([delivery]);
  return 'done';
}

/** Of a job with proxies, what passed through them since the last commit of this process travels with it. */
async function commitBatch(
  { ledger }: Engine,
  context: RunContext | undefined,
  commit: Commit,
): Promise<CommitAnswer> {
  if (context?.proxies === undefined) return ledger.commit(commit);
  const { commitWithProxies } = await import('./proxies/commit-with-proxies.ts');
  return commitWithProxies(ledger, commit, context.proxies);
}

/** Normalises nothing. For the outcome of a cancelled run, whose job, and with it the rules of its URLs, may be unusable. */
const asWritten = (url: string): string => url;

const nothingAdmitted = { requests: [], counts: {}, isOrdered: false };

/** `isOrdered`: the pages among the requests wait, each in the frontier of its host. */
async function admitAndPut(
  engine: Engine,
  context: RunContext,
  outcome: Outcome,
): Promise<Pick<Admission, 'requests' | 'counts'> & { isOrdered: boolean }> {
  const admission = await admit(engine, context, outcome);
  await putAdmitted(engine.ledger, context, outcome, admission.requests);
  return { ...admission, isOrdered: context.order !== undefined };
}

/**
 * Not for a reason that a user has resumed the run from since: a batch may die between its outcome and this step.
 */
async function pauseIfHalted(
  { ledger }: Engine,
  { run, halt }: Outcome,
  record: Run | undefined,
): Promise<void> {
  if (halt === undefined || halt.at < (record?.movedAt ?? 0)) return;
  const { at: _, ...reason } = halt;
  await ledger.moveRun(run, ['running'], 'paused', reason);
}

/**
 * The outcome that this process would write, or when to work on the batch again. `context`: that of the run, unless it was
 * cancelled.
 */
async function makeOutcome(
  engine: Engine,
  context: RunContext | undefined,
  delivery: LeasedDelivery,
): Promise<Outcome | Omit<Later, 'state'>> {
  const { ledger, limits } = engine;
  const { batch } = delivery;
  if (context === undefined) {
    const all = hasDraws(batch) ? await drawToCancel(engine, batch) : batch;
    return outcomeOfVisits(
      batch,
      visitsOfEnd(all, 'cancelled', undefined, engine),
      limits.batchSize,
      asWritten,
    );
  }
  const { conclusion } = batch;
  if (conclusion !== undefined) {
    const hasKilled = delivery.crashes >= maxCrashesOf(engine, batch);
    return concludeOrEnd(engine, context, { ...batch, conclusion }, hasKilled);
  }
  const visited = await visitOrEnd(engine, context, delivery);
  if (visited.state === 'later') return visited;
  const { maxItems } = context.job.limits;
  const candidates = await withoutKnownItems(engine, batch.run, batch.id, visited.visits);
  const complete = countComplete(candidates);
  const granted =
    maxItems === undefined
      ? Number.POSITIVE_INFINITY
      : await ledger.reserve(batch.run, batch.id, 'items', complete, maxItems);
  if (maxItems !== undefined) context.limits.granted('items', batch.id, complete, granted);
  const claimed = await claimItems(engine, context, candidates, granted);
  const visits = await markKnown(engine, context, batch, claimed);
  const outcome = outcomeOfVisits(
    batch,
    { ...visited, visits },
    limits.batchSize,
    context.normalise,
    granted,
  );
  const sorted = withBrowserLabels(engine, outcome, context.job);
  const written = withKnown(withPaceGroups(sorted, context.paceGroups), visits, context);
  const redacted = context.redaction.redact(written, secretTextsOf(context));
  return sealAddresses(redacted, written, context.sessions);
}

async function visitOrEnd(
  engine: Engine,
  context: RunContext,
  delivery: LeasedDelivery,
): Promise<BatchVisits> {
  const { batch, crashes, holdings, receives } = delivery;
  if (!hasDraws(batch)) return visitRequests(engine, context, delivery, undefined);
  return visitDraws(engine, context, {
    batch: receives === 1 ? batch : { ...withoutSlot(batch), draws: batch.draws },
    crashes,
    holdings,
    mustLeaveIt: mustLeaveIt(engine, delivery),
    visitDrawn: (drawn, taken) => visitRequests(engine, context, { ...delivery, batch: drawn }, taken),
  });
}

/** The process of last resort visits no page, and one without a browser none that is read in one: it sends the batch to others. */
function mustLeaveIt(engine: Engine, delivery: LeasedDelivery): boolean {
  // By its message the batch was no suspect, by the ledger it is one: it may share this process with others, and is
  // sent again to be worked on alone.
  const sharesWorker = areSuspicious(engine, delivery.crashes) && !isSuspect(engine, delivery);
  const isForOthers = engine.hasBrowser === false && isBatchForBrowser(delivery.batch);
  return engine.isLastResort === true || sharesWorker || isForOthers;
}

/** `taken`: turns that were taken for the batch before its requests were known. */
async function visitRequests(
  engine: Engine,
  context: RunContext,
  delivery: LeasedDelivery,
  taken: TakenTurns | undefined,
): Promise<BatchVisits> {
  const { batch, crashes, ledgerCrashes, holdings } = delivery;
  if (crashes >= maxCrashesOf(engine, batch)) return visitsOfCrash(batch, engine);
  if (mustLeaveIt(engine, delivery)) return { state: 'later', notBefore: engine.now() };
  const limit = await limitReached(engine, context, batch);
  if (limit !== undefined) return visitsOfEnd(batch, 'skipped', limit, engine);
  // The batch is sent again, which costs less than an empty outcome.
  if (maxTurnWaitOf(engine, context.job) < 0) return { state: 'later', notBefore: engine.now() };
  const dueAt = Math.max(...batch.requests.map((request) => request.notBefore ?? 0));
  if (dueAt > engine.now() + clockSkewMs) return { state: 'later', notBefore: dueAt, isWaiting: true };
  // Not left to others, so it is here for its sessions alone.
  if (engine.hasBrowser === false && batch.inBrowser === true) return openForBrowser(engine, context, batch);

  const { wanted, pastLimit } = splitByPageLimit(context, batch);
  if (wanted.requests.length === 0) return visitsOfEnd(batch, 'skipped', 'LIMIT_PAGES', engine);
  const spared = await spareTraps(engine, wanted);
  const left = [...spared.trapped, ...pastLimit];
  if (spared.wanted.requests.length === 0) {
    return { state: 'visited', visits: left, unvisited: spared.later, ownBatchSize: engine.limits.batchSize };
  }
  const ordered = await bestFirst(engine, context, spared.wanted);
  const [waiting] = ordered.later;
  if (
    ordered.wanted.requests.length === 0 &&
    waiting !== undefined &&
    left.length + spared.later.length === 0
  ) {
    return { state: 'later', notBefore: waiting.notBefore ?? engine.now(), isWaiting: true };
  }
  const { affordable, refused } = await afford(engine, context, ordered.wanted, ledgerCrashes);
  if (ordered.later.length === 0 && affordable.requests.length === 0 && refused.length > 0) {
    return visitsOfEnd(batch, 'skipped', 'LIMIT_BUDGET', engine);
  }
  // The previous receiver may still use its turns: drop the reservation.
  const visited = await visitBatch(
    engine,
    context,
    delivery.receives === 1 ? affordable : withoutSlot(affordable),
    holdings,
    taken,
  );
  if (visited.state === 'later') return visited;
  return {
    ...visited,
    visits: [...visited.visits, ...refused, ...left],
    unvisited: [...visited.unvisited, ...spared.later, ...ordered.later],
  };
}

function marksOf({ crashes, idleRounds }: LeasedDelivery): Marks & { idle: Idle | undefined } {
  return { ...(crashes === 0 ? {} : { crashes }), idle: idleRounds };
}

/** The longer the pause, the less often its batches come back, since each time is a message and an invocation. */
function pauseMs({ now, limits }: Engine, { movedAt = 0 }: Run): number {
  return Math.max(minPauseMs, Math.min(now() - movedAt, limits.maxPauseMs));
}

/** Subtracts the batch from its counter, and adds its children to theirs. */
function openChange({ shard = 0 }: Batch, children: OutgoingBatch[]): OpenChange {
  return { shard, added: countShards(children.map(({ batch }) => batch.shard ?? 0)) };
}

async function forward(
  engine: Engine,
  batch: Batch,
  children: OutgoingBatch[],
  idleRounds: Idle | undefined,
): Promise<void> {
  if (children.length === 0) return;
  const marks = idleRounds === undefined ? {} : { idle: idleRounds };
  await engine.queue.send(
    children.map((child) => ({ ...child, batch: stamped({ ...child.batch, ...marks }, engine.version) })),
  );
  await engine.ledger.markForwarded(batch.run, batch.id);
}

async function leaveToNewer(engine: Engine, delivery: Delivery, pausedMs?: number): Promise<BatchEnd> {
  await handOn(engine, delivery, pausedMs);
  return 'deferred';
}

function withoutSlot({ slot: _, ...batch }: Batch): Batch {
  return batch;
}
