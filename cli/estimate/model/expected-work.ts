import { waitingShare } from './crawl-growth.ts';
import type { HostLoad, RunPlan } from './run-plan.ts';

/** The batches, messages and invocations of a run. */
export interface ExpectedWork {
  /** Batches of pages. */
  batches: number;
  /** Batches that take turns on a host's clock. */
  pacedBatches: number;
  deferrals: Deferrals;
  /** Invocations of the worker. */
  events: number;
  /** Billed time of the workers. */
  workerMs: number;
  /** Workers that run at once, on average. */
  instances: number;
  durationMs: number;
}

/** Messages that are sent again: with reserved turns, and without since no turn was near enough. */
export interface Deferrals {
  reserved: number;
  busy: number;
}

/**
 * An event source mapping delivers at once what is due, with five pollers at first. So an event has more than one
 * batch only if more batches are due than workers are free; ten at most.
 */
const pollers = 5;
const largestEvent = 10;
/**
 * Batches per event of those that become visible together, from simulated fleets: two, on one host, to ten, on
 * twenty.
 */
const wakingPerEvent = 5;

/** The calls of an event to table, queue and bucket during which nothing else is done. */
const eventOverheadMs = 100;
/** The time to read the host's clock and be sent again. */
const deferralMs = 40;
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
  const pacedPerEvent = bounded(paced.hosts / worker.maxConcurrency, largestEvent);
  const freePerEvent = bounded(free.waiting / pollers, largestEvent);
  const busyEvents = paced.busy / wakingPerEvent;
  const reservedEvents = paced.reserved / pacedPerEvent;
  const batchEvents = paced.batches / pacedPerEvent + free.batches / freePerEvent;

  // The batches of an event share their waiting, unless they are of one host, which limits what is under way.
  const waitingMs = paced.waitingMs / pacedPerEvent + free.waitingMs / bounded(free.hosts, freePerEvent);
  const fetches = pagesOf(plan) * sample.fetchesPerPage;
  const { coreMsPerPage = usualCoreMsPerPage } = worker;
  const computingMs = (fetches * coreMsPerPage * wholeCoreMb) / Math.min(worker.memoryMb, wholeCoreMb);
  const events = batchEvents + reservedEvents + busyEvents + sourceBatches;
  const deferringMs = (reservedEvents + busyEvents) * deferralMs;
  const busyMs = Math.max(waitingMs, computingMs) + deferringMs + events * eventOverheadMs;

  const slowestHostMs = hosts.reduce((slowestMs, host) => Math.max(slowestMs, host.turnsMs), 0);
  const runMs = Math.max(slowestHostMs, busyMs / worker.maxConcurrency, sample.fetchMs);
  const instances = bounded(Math.ceil(busyMs / runMs), worker.maxConcurrency);
  return {
    batches: paced.batches + free.batches,
    pacedBatches: paced.batches,
    deferrals: { reserved: paced.reserved, busy: paced.busy },
    events,
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
  deferrals: Deferrals;
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
      deferrals: { reserved: 0, busy: 0 },
    };
  }
  const batchMs = Math.max((size - 1) * turnMs + sample.fetchMs, fetchingMs);
  const deferrals = deferralsOf(batches, waiting, worker.horizonMs / (size * turnMs));
  // A batch with turns comes back before its first turn, on average by half the time that a worker is willing to
  // wait.
  const earlyMs = (deferrals.reserved * worker.maxWaitMs) / 2;
  return { batches, turnsMs: fetches * turnMs, waitingMs: batches * batchMs + earlyMs, waiting, deferrals };
}

/**
 * Of the batches that become visible for a host at the same time, the first is worked on, as many as fit the
 * horizon get turns and are sent again for them, and the others come back when those turns are over. `waiting`: on
 * average over the run.
 */
function deferralsOf(batches: number, waiting: number, fitHorizon: number): Deferrals {
  const perRound = Math.min(Math.max(1, batches), Math.floor(fitHorizon) + 1);
  const rounds = batches / perRound;
  return {
    reserved: rounds * (perRound - 1) * Math.min(1, waiting),
    busy: rounds * Math.max(0, waiting - perRound),
  };
}

function sumUp(hosts: HostWork[]) {
  const sum = { hosts: hosts.length, batches: 0, waitingMs: 0, waiting: 0, reserved: 0, busy: 0 };
  for (const { batches, waitingMs, waiting, deferrals } of hosts) {
    sum.batches += batches;
    sum.waitingMs += waitingMs;
    sum.waiting += waiting;
    sum.reserved += deferrals.reserved;
    sum.busy += deferrals.busy;
  }
  return sum;
}

/** At least 1, at most `max`. */
function bounded(value: number, max: number): number {
  return Math.min(max, Math.max(1, value));
}
