import { browserEventSize, workEventSize } from '../../../shared/deployment/function-limits.ts';
import { waitingShare } from './crawl-growth.ts';
import type { HostLoad, RunPlan } from './run-plan.ts';

/** The batches, messages and invocations of a run. */
export interface ExpectedWork {
  /** Batches of pages. */
  batches: number;
  /** Batches that take turns on a host's clock. */
  pacedBatches: number;
  /** Messages that are sent again to wait for their host. */
  deferrals: number;
  /** Invocations of the worker, and of the function with a browser. */
  events: number;
  /** Billed time of the workers. */
  workerMs: number;
  /** Workers that run at once, on average. */
  instances: number;
  durationMs: number;
}

/** The event source mapping waits for fuller events (docs/decisions/the-batching-window.md), with five pollers at first. */
const pollers = 5;
const largestEvent = workEventSize({ batchingWindowMs: 2_000 });
/** Messages per event and host, from simulated fleets of one to ten hosts: what waits for one host comes one by one. */
const messagesPerHost = 1.9;
/** Of the batches in line, those that are overtaken or come too early where events are full, from simulated fleets. */
const lookAgainShare = 0.5;
/** Messages of a full event for each batch of it that is worked on. */
const messagesPerWork = 2 + lookAgainShare;
/** The longest delay of SQS. */
const maxDelayMs = 900_000;

/** The calls of an event to table, queue and bucket during which nothing else is done. */
const eventOverheadMs = 100;
const initMs = 500;

/** Core time of a page, TLS and the SDK of AWS included, and the memory with which a function has a whole core. */
const usualCoreMsPerPage = 1;
export const wholeCoreMb = 1_769;

/** The time to start a first worker, and to finish. */
const startAndFinishMs = 8_000;

export function expectedWork(plan: RunPlan): ExpectedWork {
  const { worker, sample, sourceBatches } = plan;
  const hosts = plan.hosts.map((host) => hostWork(plan, host));
  const paced = sumUp(hosts.filter(({ turnsMs }) => turnsMs > 0));
  const free = sumUp(hosts.filter(({ turnsMs }) => turnsMs === 0));
  const messages = paced.batches + paced.deferrals;
  const messagesPerEvent = bounded(messagesPerHost * paced.hosts, largestEvent);
  // Batches of an event that are worked on, one of a host at most: the others are sent again at once.
  const pacedPerEvent = bounded(largestEvent / messagesPerWork, Math.max(1, paced.hosts));
  const freePerEvent = bounded(free.waiting / pollers, largestEvent);

  // The batches of an event share their waiting, unless they are of one host, which limits what is under way.
  const waitingMs = paced.waitingMs / pacedPerEvent + free.waitingMs / bounded(free.hosts, freePerEvent);
  // The rest is fetched, waited for and billed by functions with a browser (`browserUse`).
  const share = 1 - (plan.browser?.sentShare ?? 0);
  const fetches = share * pagesOf(plan) * sample.fetchesPerPage;
  const { coreMsPerPage = usualCoreMsPerPage } = worker;
  const computingMs = (fetches * coreMsPerPage * wholeCoreMb) / Math.min(worker.memoryMb, wholeCoreMb);
  const ownEvents = share * (messages / messagesPerEvent + free.batches / freePerEvent) + sourceBatches;
  const othersEvents = ((1 - share) * (messages + free.batches)) / browserEventSize;
  const busyMs = Math.max(share * waitingMs, computingMs) + ownEvents * eventOverheadMs;

  const slowestHostMs = hosts.reduce((slowestMs, host) => Math.max(slowestMs, host.turnsMs), 0);
  const runMs = Math.max(slowestHostMs, busyMs / worker.maxConcurrency, sample.fetchMs);
  const instances = bounded(Math.ceil(busyMs / runMs), worker.maxConcurrency);
  return {
    batches: paced.batches + free.batches,
    pacedBatches: paced.batches,
    deferrals: paced.deferrals,
    events: ownEvents + othersEvents,
    workerMs: busyMs + instances * initMs,
    instances,
    durationMs: runMs + startAndFinishMs,
  };
}

export function pagesOf({ hosts }: RunPlan): number {
  return hosts.reduce((sum, host) => sum + host.pages, 0);
}

interface HostWork {
  batches: number;
  /** All turns of the host, one after the other. */
  turnsMs: number;
  /** Sum over the host's batches. */
  waitingMs: number;
  /** Batches in the queue, on average. */
  waiting: number;
  deferrals: number;
}

function hostWork(plan: RunPlan, host: HostLoad): HostWork {
  const { pagesPerBatch, sample, worker } = plan;
  const { turnMs, largestBatch } = host;
  const fetches = host.pages * sample.fetchesPerPage;
  const size = Math.max(1, Math.min(pagesPerBatch, largestBatch, fetches));
  const batches = fetches / size;
  const fetchingMs = Math.max(sample.fetchMs, (size * sample.fetchMs) / worker.concurrencyPerHost);
  const waiting = batches * waitingShare(plan, host.pages);
  if (turnMs === 0) {
    return {
      batches,
      turnsMs: 0,
      waitingMs: batches * fetchingMs,
      waiting,
      deferrals: 0,
    };
  }
  const batchMs = Math.max((size - 1) * turnMs + sample.fetchMs, fetchingMs);
  const fullness = bounded(messagesPerHost * plan.hosts.length, largestEvent) / largestEvent;
  const deferrals = deferralsOf(batches, waiting, { waitMs: waiting * size * turnMs, fullness });
  // A batch in line comes back half a horizon before its turns.
  const earlyMs = (Math.min(deferrals, batches) * worker.horizonMs) / 4;
  return { batches, turnsMs: fetches * turnMs, waitingMs: batches * batchMs + earlyMs, waiting, deferrals };
}

/** Batches that wait are sent again for their place in line, look again after the longest delay, and some once more. */
function deferralsOf(
  batches: number,
  waiting: number,
  { waitMs, fullness }: { waitMs: number; fullness: number },
): number {
  const looks = Math.max(0, waitMs / maxDelayMs - 0.5);
  return batches * Math.min(1, waiting) * (1 + lookAgainShare * fullness + looks);
}

function sumUp(hosts: HostWork[]) {
  const sum = { hosts: hosts.length, batches: 0, waitingMs: 0, waiting: 0, deferrals: 0 };
  for (const { batches, waitingMs, waiting, deferrals } of hosts) {
    sum.batches += batches;
    sum.waitingMs += waitingMs;
    sum.waiting += waiting;
    sum.deferrals += deferrals;
  }
  return sum;
}

/** At least 1, at most `max`. */
function bounded(value: number, max: number): number {
  return Math.min(max, Math.max(1, value));
}
