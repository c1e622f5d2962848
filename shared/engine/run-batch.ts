import type { Delivery, LeaseAnswer, OutgoingBatch } from '../coordination/ports.ts';
import type { Batch, Outcome, Slots } from '../model.ts';
import { admit } from './admit.ts';
import { clockSkewMs, type Engine } from './engine.ts';
import { finishRun } from './finish-run.ts';
import { groupByHost } from './group.ts';
import { countComplete, limitReached, outcomeOfCrash, outcomeOfEnd, outcomeOfVisits } from './outcome.ts';
import { visitBatch } from './visit-batch.ts';

/**
 * What became of a delivery. `done`: the batch is committed and its children are sent. `deferred` and
 * `held`: it was sent again for later. `stale`: another process has taken it over.
 */
export type BatchEnd = 'done' | 'deferred' | 'held' | 'stale';

/** How many times `maxReceives` a batch of one request may be received before it is given up. */
const loneChances = 4;

/** A paused run's batches look again after this long. */
const pausedDelayMs = 5_000;

/**
 * The one place that knows the order of a batch's life (docs/architecture.md, steps 1 to 9). Every
 * step may be repeated: killed anywhere and delivered again, it comes to the same end. When it
 * rejects, the batch is left to be delivered again.
 */
export async function runBatch(engine: Engine, delivery: Delivery): Promise<BatchEnd> {
  const { ledger, owner, limits } = engine;
  const { run, id: batch } = delivery.batch;

  // 1. lease
  const lease = await ledger.lease({ run, batch, owner, leaseMs: limits.leaseMs });
  if (lease.state === 'held') return sendAgain(engine, delivery, 'held', lease.until + clockSkewMs);
  try {
    return await work(engine, delivery, lease);
  } catch (error) {
    // The heartbeat would keep a lease that no one works under.
    if (lease.state === 'mine') await ledger.releaseLease({ run, batch, fence: lease.fence });
    throw error;
  }
}

async function work(
  engine: Engine,
  delivery: Delivery,
  lease: Exclude<LeaseAnswer, { state: 'held' }>,
): Promise<BatchEnd> {
  const { ledger, queue, outcomes } = engine;
  const { batch } = delivery;
  const { run, id } = batch;

  // 2. pace, 3. fetch, 4. extract
  const mayHaveOutcome = lease.state === 'done' || lease.fence > 1;
  let outcome = mayHaveOutcome ? await outcomes.read(run, id) : undefined;
  if (outcome === undefined) {
    const made = await makeOutcome(engine, delivery);
    if ('notBefore' in made) {
      if (lease.state === 'mine') await ledger.releaseLease({ run, batch: id, fence: lease.fence });
      return sendAgain(engine, delivery, 'deferred', made.notBefore, made.slots);
    }
    // 5. outcome
    outcome = await outcomes.write(made);
  }

  let open: number | undefined;
  const isForwarded = lease.state === 'done' && lease.forwarded;
  if (!isForwarded) {
    // 6. admit
    const { job } = await engine.contextOf(run);
    const admission = await admit(engine, outcome, job.limits.maxPages);
    const children = groupByHost(outcome, batch.host, admission.requests);

    // 7. commit
    if (lease.state === 'mine') {
      const counts = { ...outcome.counts, ...admission.counts, open: children.length - 1 };
      const commit = await ledger.commit({ run, batch: id, fence: lease.fence, counts });
      if (commit.state === 'stale') return sendAgain(engine, delivery, 'stale', lease.until + clockSkewMs);
      open = commit.open;
    }

    // 8. forward
    await forward(engine, batch, children);
  }

  // 9. finish
  await finishRun(engine, run, open);
  await queue.acknowledge([delivery]);
  return 'done';
}

/** The outcome this process would write, or when to look at the batch again. */
async function makeOutcome(
  engine: Engine,
  delivery: Delivery,
): Promise<Outcome | { notBefore: number; slots?: Slots }> {
  const { ledger, limits } = engine;
  const { batch } = delivery;
  const context = await engine.contextOf(batch.run);
  const run = await ledger.readRun(batch.run);
  if (run?.state === 'cancelled') return outcomeOfEnd(batch, 'cancelled', undefined, engine);
  if (run?.state === 'paused') return { notBefore: engine.now() + pausedDelayMs };
  // A bystander is delivered again as often as its process is killed: alone, a request gets more chances.
  const chances = batch.requests.length > 1 ? limits.maxReceives : limits.maxReceives * loneChances;
  if (crashesOf(delivery) >= chances) return outcomeOfCrash(batch, engine);
  const limit = await limitReached(engine, context);
  if (limit !== undefined) return outcomeOfEnd(batch, 'skipped', limit, engine);
  const dueAt = Math.max(...batch.requests.map((request) => request.notBefore ?? 0));
  if (dueAt > engine.now() + clockSkewMs) return { notBefore: dueAt };

  // Whoever received it before may have been using its turns, and may only be slow.
  const visited = await visitBatch(engine, context, delivery.receives === 1 ? batch : withoutSlot(batch));
  if (visited.state === 'later') return visited;
  const { maxItems } = context.job.limits;
  const { conceal } = context.concealment;
  if (maxItems === undefined) return conceal(outcomeOfVisits(batch, visited, limits.batchSize));
  const wanted = countComplete(visited.visits);
  const granted = await ledger.reserve(batch.run, batch.id, 'items', wanted, maxItems);
  return conceal(outcomeOfVisits(batch, visited, limits.batchSize, granted));
}

async function forward(engine: Engine, batch: Batch, children: OutgoingBatch[]): Promise<void> {
  if (children.length === 0) return;
  await engine.queue.send(children);
  await engine.ledger.markForwarded(batch.run, batch.id);
}

/** Sent again before it is acknowledged: a crash in between doubles the message, it never loses it. */
async function sendAgain(
  engine: Engine,
  delivery: Delivery,
  end: BatchEnd,
  notBefore: number,
  slots?: Slots,
): Promise<BatchEnd> {
  const batch: Batch = withoutSlot(delivery.batch);
  const crashes = crashesOf(delivery);
  if (slots !== undefined) batch.slot = slots;
  // A new message counts its receives anew; a batch that kills must not be saved by waiting in between.
  if (crashes > 0) batch.crashes = crashes;
  await engine.queue.send([{ batch, notBefore }]);
  await engine.queue.acknowledge([delivery]);
  return end;
}

/** Gives a delivery back unworked, for `delayMs` later. */
export async function putBack(engine: Engine, delivery: Delivery, delayMs: number): Promise<void> {
  await sendAgain(engine, delivery, 'deferred', engine.now() + delayMs);
}

/** How often the process that had received the batch died: every receipt but the last came to nothing. */
export function crashesOf({ batch, receives }: Delivery): number {
  return (batch.crashes ?? 0) + receives - 1;
}

function withoutSlot({ slot: _, ...batch }: Batch): Batch {
  return batch;
}
