import { setTimeout as sleep, setImmediate as yieldToEvents } from 'node:timers/promises';
import type { Delivery } from '../../coordination/ports.ts';
import { HaltError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { handfulMs, makeLoad, makeRoom, measureBusyShare } from '../load.ts';
import { runBatch } from '../run-batch.ts';
import { isSuspect } from '../suspect.ts';
import { sendUnchanged } from './send-again.ts';

export interface WorkOptions {
  /** The runs this process works for. */
  runs: string[];
  /** Batches under way at once, those that wait for their turns among them: at most. */
  concurrency: number;
  /** Of the time since it was called last, the share in which the process computed. @default by Node's event loop */
  busyShare?: () => number;
  /** Called with every batch that could not be finished; it is redelivered. */
  onFault(error: unknown, delivery: Delivery): void;
}

const suspectDelayMs = 500;

const idlePollMs = { first: 20, max: 250 };

/**
 * Works on batches until `engine.stopping` is aborted, then finishes what is under way. Takes as many as it has time
 * for. Leases and visibility are renewed by heartbeat, so a batch comes back only when its process is dead or stuck.
 * Throws `HaltError` when the machine or configuration is at fault.
 */
export async function workLoop(process: Engine, options: WorkOptions): Promise<void> {
  const load = makeLoad(process.stopping);
  const engine: Engine = { ...process, load };
  const { queue, stopping, limits, now } = engine;
  const { runs, concurrency: most, busyShare = measureBusyShare() } = options;
  const roomFor = makeRoom(load, { most, now, busyShare });
  const pause = makePause(now);
  const underWay = new Map<Delivery, Promise<void>>();
  let ended = Promise.withResolvers<void>();
  /** Also when the process is to stop, so that one with nothing to do stops at once. */
  const onEnd = () => {
    ended.resolve();
    ended = Promise.withResolvers();
  };
  stopping.addEventListener('abort', onEnd, { once: true });
  let halt: HaltError | undefined;
  const heartbeat = setInterval(() => {
    renewHeld(engine, [...underWay.keys()]).catch((error: unknown) => {
      halt ??= new HaltError('STORE_FAILED', 'leases could not be renewed', { cause: error });
    });
  }, limits.leaseMs / 4);

  const start = (delivery: Delivery) => {
    const work = runBatch(engine, delivery)
      .then(() => undefined)
      .catch((error: unknown) => {
        if (error instanceof HaltError) halt ??= error;
        options.onFault(error, delivery);
      })
      .finally(() => {
        underWay.delete(delivery);
        onEnd();
      });
    underWay.set(delivery, work);
  };

  try {
    let idleMs = idlePollMs.first;
    while (!stopping.aborted && halt === undefined) {
      const oneEnds = ended.promise;
      // With a store that answers at once and batches that fetch nothing, timers and messages would never run.
      await yieldToEvents();
      const room = roomFor(underWay.size);
      const deliveries = room > 0 ? await queue.receive({ runs, max: room }) : [];
      const [suspect, ...otherSuspects] = deliveries.filter((delivery) => isSuspect(engine, delivery));
      deliveries.filter((delivery) => !isSuspect(engine, delivery)).forEach(start);
      for (const delivery of otherSuspects) {
        await sendUnchanged(engine, delivery, engine.now() + suspectDelayMs);
      }
      if (suspect !== undefined) {
        // Registered while it waits, for the heartbeat: a redelivery would count as a crash.
        const othersDone = Promise.all(underWay.values()).then(() => undefined);
        underWay.set(suspect, othersDone);
        await othersDone;
        start(suspect);
        await Promise.all(underWay.values());
      }
      if (deliveries.length > 0) idleMs = idlePollMs.first;
      else if (room > 0) idleMs = Math.min(idleMs * 2, idlePollMs.max);
      if (underWay.size >= most) await oneEnds;
      else if (room === 0) await pause(handfulMs, oneEnds);
      else if (deliveries.length === 0) await pause(idleMs, oneEnds);
    }
    await Promise.all(underWay.values());
  } finally {
    clearInterval(heartbeat);
  }
  if (halt !== undefined) throw halt;
}

/**
 * Makes what waits for something to do, so many milliseconds at most: a batch that ends may have sent others. A sleep that
 * a batch ended is left to run out, for the next wait to end by it, possibly sooner than asked: to abort it would throw
 * an error with its stack for every batch.
 */
function makePause(now: () => number): (ms: number, ended: Promise<void>) => Promise<void> {
  let left: { until: number; over: Promise<void> } | undefined;
  return async (ms, ended) => {
    const until = now() + ms;
    if (left === undefined || left.until > until) {
      const current = { until, over: sleep(ms) };
      left = current;
      void current.over.then(() => {
        if (left === current) left = undefined;
      });
    }
    await Promise.race([left.over, ended]);
  };
}

async function renewHeld(engine: Engine, deliveries: Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await engine.ledger.renewLeases(engine.owner, engine.limits.leaseMs);
  await engine.queue.extend(deliveries);
}
