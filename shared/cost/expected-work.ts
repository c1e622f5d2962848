import { waitingShare } from './crawl-growth.ts';
import type { HostLoad, RunPlan } from './run-plan.ts';

/** How a run's pages fall into batches, messages and invocations. */
export interface ExpectedWork {
  /** Of pages. */
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

/** Messages sent again: with turns that were reserved, and because no turn was in sight. */
export interface Deferrals {
  reserved: number;
  busy: number;
}

/**
 * An event source mapping hands on what is due at once, with five pollers at first. So an event has more
 * than one batch only where more are due than workers are there to take them; ten at most.
 */
const pollers = 5;
const largestEvent = 10;
/** Of batches that wake up together, as simulated fleets had it: from two, on one host, to ten, on twenty. */
const wakingPerEvent = 5;

/** Calls of an event to table, queue and bucket that nothing else is done during. */
const eventOverheadMs = 100;
/** To look at the host and be sent again. */
const deferralMs = 40;
const initMs = 500;

/** A page's share of a whole core, TLS and AWS's SDK included, and the memory at which a function has one. */
const usualCoreMsPerPage = 1;
export const wholeCoreMb = 1_769;

/** To start a first worker, and to finish. */
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

  // Waiting is shared by the batches of an event, if they are not of one host, which bounds what is under way.
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
  /** All its turns, one after the other. */
  turnsMs: number;
  /** Sum over its batches. */
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
  // A batch with turns comes back half the time early that a worker is ready to wait for them.
  const earlyMs = (deferrals.reserved * worker.maxWaitMs) / 2;
  return { batches, turnsMs: fetches * turnMs, waitingMs: batches * batchMs + earlyMs, waiting, deferrals };
}

/**
 * Of the batches that wake up at one time for a host, the first is worked on, as many as fit the horizon
 * get turns and are sent again for them, and the others look again when those are over. `waiting`: on
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

/** From 1 to `most`. */
function bounded(value: number, max: number): number {
  return Math.min(max, Math.max(1, value));
}
