import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchQueue, Delivery, Outcomes } from '../../shared/coordination/ports.ts';
import type { Batch, Outcome } from '../../shared/model.ts';
import { latencyMs, maxDelayMs } from './assumptions.ts';
import type { UsageMeter } from './usage-meter.ts';
import type { VirtualTime } from './virtual-time.ts';

/** "Quotas related to messages", SQS developer guide. */
export const perCall = 10;
const billedBytes = 65_536;

/** The queue in memory, billed as SQS is. Deliveries come out in the order in which they fall due. */
export interface MemoryQueue extends BatchQueue {
  /** What is due. Taken by the fleet, which also bills receiving and deleting. */
  due: Delivery[];
  /** Called whenever a message falls due. */
  onDue: () => void;
  /** Messages not yet due. */
  delayed(): number;
}

export function makeMemoryQueue(
  time: VirtualTime,
  meter: UsageMeter,
  bytesOf: (batch: Batch) => number,
): MemoryQueue {
  let delayed = 0;
  const queue: MemoryQueue = {
    due: [],
    onDue: () => undefined,
    delayed: () => delayed,
    async send(messages) {
      for (let at = 0; at < messages.length; at += perCall) {
        const bytes = messages.slice(at, at + perCall).reduce((sum, { batch }) => sum + bytesOf(batch), 0);
        meter.add('sqsRequests', Math.max(1, Math.ceil(bytes / billedBytes)));
      }
      await sleep(latencyMs.send);
      for (const { batch, notBefore = 0 } of messages) {
        const delayMs = Math.min(maxDelayMs, Math.ceil(Math.max(0, notBefore - time.now()) / 1_000) * 1_000);
        delayed += 1;
        time.at(time.now() + delayMs, () => {
          delayed -= 1;
          queue.due.push({ batch, receipt: '', receives: 1 });
          queue.onDue();
        });
      }
    },
    receive: async () => [],
    acknowledge: async () => undefined,
    extend: async () => undefined,
  };
  return queue;
}

export interface BilledOutcomes extends Outcomes {
  /** Frees the outcome of a batch that is done. */
  forget(batch: string): void;
}

/** Outcomes kept while their batch is not done; `sizeOf` tells what S3 would hold. The export reads each once. */
export function makeBilledOutcomes(meter: UsageMeter, sizeOf: (outcome: Outcome) => number): BilledOutcomes {
  const kept = new Map<string, Outcome>();
  return {
    async write(outcome) {
      meter.add('s3Puts', 1);
      meter.add('s3Gets', 1);
      meter.add('s3Bytes', sizeOf(outcome));
      await sleep(latencyMs.put);
      kept.set(outcome.batch, outcome);
      return outcome;
    },
    async read(_run, batch) {
      meter.add('s3Gets', 1);
      await sleep(latencyMs.put);
      return kept.get(batch);
    },
    async *list() {
      yield* kept.values();
    },
    listBatches: async () => [...kept.keys()].sort(),
    forget(batch) {
      kept.delete(batch);
    },
  };
}
