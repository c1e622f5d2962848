import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../../shared/coordination/ports.ts';
import { workEventSize } from '../../shared/deployment/function-limits.ts';
import { latencyMs, logBytesPerEvent, scaling } from './assumptions.ts';
import { type MemoryQueue, perCall } from './memory-queue.ts';
import type { UsageMeter } from './usage-meter.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface FleetOptions {
  maxConcurrency: number;
  memoryMb: number;
  timeoutMs: number;
  /** How long the event source mapping waits for a fuller event. */
  windowMs: number;
}

/** One function instance: works on an event's deliveries together. */
export interface Instance {
  work(deliveries: Delivery[], endsAt: number): Promise<void>;
}

/** Lambda behind an SQS event source mapping. Starts at once and works whenever something is due. */
export function runFleet(
  time: VirtualTime,
  queue: MemoryQueue,
  meter: UsageMeter,
  options: FleetOptions,
  newInstance: (index: number) => Instance,
): { busiest(): number; instances(): number } {
  const startedAt = time.now();
  const warm: Instance[] = [];
  const eventBatch = workEventSize({ batchingWindowMs: options.windowMs });
  let made = 0;
  let running = 0;
  let busiest = 0;
  let taken = 0;
  let windowEndsAt: number | undefined;

  const limit = () => {
    const minutes = (time.now() - startedAt) / 60_000;
    return Math.min(options.maxConcurrency, Math.floor(scaling.first + scaling.perMinute * minutes));
  };
  const take = (): Delivery[] => {
    const event = queue.due.slice(taken, taken + eventBatch);
    taken += event.length;
    if (taken > 10_000) {
      queue.due.splice(0, taken);
      taken = 0;
    }
    return event;
  };
  const invoke = async (deliveries: Delivery[]) => {
    running += 1;
    busiest = Math.max(busiest, running);
    // Received, made visible again sooner, deleted: ten at a time.
    meter.add('sqsRequests', 3 * Math.ceil(deliveries.length / perCall));
    meter.add('lambdaRequests', 1);
    meter.add('logBytes', logBytesPerEvent);
    meter.count('deliveries', deliveries.length);
    const begunAt = time.now();
    let instance = warm.pop();
    if (instance === undefined) {
      instance = newInstance(made);
      made += 1;
      await sleep(latencyMs.init);
    }
    await instance.work(deliveries, begunAt + options.timeoutMs);
    const ms = time.now() - begunAt;
    if (ms > options.timeoutMs) meter.count('timeouts');
    meter.add('lambdaMbMs', options.memoryMb * Math.max(1, ms));
    warm.push(instance);
    running -= 1;
    pump();
  };
  const pump = () => {
    for (;;) {
      const waiting = queue.due.length - taken;
      if (waiting === 0) return;
      if (running >= limit()) {
        if (running < options.maxConcurrency) wakeLater(1_000);
        return;
      }
      if (waiting < eventBatch && options.windowMs > 0) {
        windowEndsAt ??= time.now() + options.windowMs;
        if (time.now() < windowEndsAt) return wakeLater(windowEndsAt - time.now());
      }
      windowEndsAt = undefined;
      void invoke(take());
    }
  };
  let isWakingAt = Number.POSITIVE_INFINITY;
  const wakeLater = (ms: number) => {
    const at = time.now() + ms;
    if (at >= isWakingAt && isWakingAt > time.now()) return;
    isWakingAt = at;
    time.at(at, pump);
  };
  // All that falls due in this millisecond, before the first event is made of it.
  let isPumpDue = false;
  queue.onDue = () => {
    if (isPumpDue) return;
    isPumpDue = true;
    queueMicrotask(() => {
      isPumpDue = false;
      pump();
    });
  };
  return { busiest: () => busiest, instances: () => made };
}
