import { setTimeout as sleep } from 'node:timers/promises';
import type { MonotonicClock } from '../../shared/coordination/lease.ts';
import { type LockOf, makeLocks } from '../../shared/coordination/lock.ts';
import { lockSkewMs } from '../../shared/coordination/lock-grant.ts';
import type { CoordinationStore } from '../../shared/coordination/ports.ts';
import { type Choices, makeChoices } from './choices.ts';
import { type Faults, makeFaults } from './faults.ts';
import { faultyPort } from './faulty-ports.ts';
import { checkHistory } from './lock-history.ts';
import { memoryLocks } from './memory-locks.ts';
import { type MemoryStore, makeMemoryStore } from './memory-store.ts';
import { type Recorder, recorded, startRecorder } from './recorder.ts';
import { onSchedule, type Schedule } from './schedule.ts';
import { makeSimProcess, type SimProcess } from './sim-process.ts';

export interface LockScenario {
  processes: number;
  rounds: number;
  permits: number;
  leaseMs: number;
  waitMs: number;
  /** Each machine's clock is off by so much at most, and nobody corrects it. */
  skewMs: number;
  latencyMs: number;
  faults: Parameters<typeof makeFaults>[1];
}

export interface SimulatedLocks {
  violations: string[];
  faults: Record<string, number>;
  history: string[];
  setting: string;
  /** Increments that the store accepted, and what the counter shows of them. */
  written: number;
  shown: number;
}

/** A process that says it holds the lock, at a moment at which it was running: true ms. */
interface Belief {
  at: number;
  fence: number;
  process: string;
}

interface LockWorld {
  scenario: LockScenario;
  schedule: Schedule;
  faults: Faults;
  store: MemoryStore;
  recorder: Recorder;
  beliefs: Belief[];
  history: string[];
  /** Rounds that came to nothing. */
  failures: string[];
}

const lockName = 'lock';
/** Enough for everybody's turn. */
const longWaitMs = 60_000;
const registerName = 'counter';

/** Processes that add to one value under one lock, or share a semaphore, while everything goes wrong. */
export function simulateLocks(seed: number): Promise<SimulatedLocks> {
  const choices = makeChoices(seed);
  const scenario = drawLockScenario(choices);
  return onSchedule(choices, async (schedule) => {
    const world: LockWorld = {
      scenario,
      schedule,
      faults: makeFaults(choices, scenario.faults, scenario.leaseMs + lockSkewMs),
      store: makeMemoryStore(),
      recorder: startRecorder(schedule),
      beliefs: [],
      history: [],
      failures: [],
    };
    await Promise.all(Array.from({ length: scenario.processes }, (_, index) => live(world, `p${index}`)));
    const { processes, permits, skewMs } = scenario;
    const register = world.store.registers.get(registerName);
    return {
      violations: checkLocks(world),
      faults: world.faults.counts,
      history: world.history,
      setting: `${processes} processes, ${permits} permits, skew ${skewMs} ms`,
      written: writesOf(world, true),
      shown: Number(register?.value ?? 0),
    };
  });
}

function drawLockScenario(choices: Choices): LockScenario {
  const rate = () => choices.pick([0, 0.01, 0.03, 0.1]);
  const faults = {
    death: rate(),
    pause: rate(),
    slow: rate(),
    throttle: rate(),
    lostAnswer: rate(),
    duplicate: 0,
    refused: 0,
    delay: 0,
    most: choices.between(0, 6),
  };
  return {
    processes: choices.between(2, 4),
    rounds: choices.between(1, 4),
    permits: choices.pick([1, 1, 1, 2, 3]),
    leaseMs: choices.pick([300, 1_000, 6_000]),
    waitMs: choices.pick([2_000, longWaitMs, longWaitMs]),
    skewMs: choices.pick([0, 5_000]),
    latencyMs: choices.pick([1, 20, 100]),
    faults,
  };
}

/** A process, and another in its place if it dies. */
async function live(world: LockWorld, name: string): Promise<void> {
  const { schedule, scenario } = world;
  const { choices } = schedule;
  for (let life = 1; life <= 3; life += 1) {
    const skewMs = choices.between(-scenario.skewMs, scenario.skewMs);
    const process = makeSimProcess(schedule, `${name}.${life}`, skewMs);
    const isOver = await Promise.race([
      schedule.as(process, () => work(world, process)).then(() => true),
      process.died.then(() => false),
    ]);
    if (isOver) return;
    await schedule.pass(choices.between(0, 1_000));
  }
}

async function work(world: LockWorld, process: SimProcess): Promise<void> {
  const { scenario, schedule, store, faults, history, recorder, failures } = world;
  const { latencyMs, permits, rounds } = scenario;
  const note = (line: string) => history.push(`${schedule.now()} ${line}`);
  const setting = { schedule, faults, process, latencyMs, saw: () => undefined, note };
  const port = faultyPort<CoordinationStore>(
    setting,
    'store',
    memoryLocks(store, { now: process.machineNow }),
  );
  const seen = recorded(recorder, port);
  const clock: MonotonicClock = {
    monotonicMs: schedule.now,
    sleep: (ms, { signal } = {}) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  };
  const lock = makeLocks(seen, { owner: process.name, clock }).semaphore(lockName, permits);
  for (let round = 0; round < rounds; round += 1) {
    await holdOnce(world, process, lock, seen).catch((error: unknown) => {
      failures.push(`${process.name}: ${error}`);
      note(`${process.name}: ${error}`);
    });
    await sleep(schedule.choices.between(0, 50));
  }
}

/** Adds one under the lock, as anybody would: reads, takes its time, writes. */
async function holdOnce(
  world: LockWorld,
  process: SimProcess,
  { acquire }: LockOf,
  store: CoordinationStore,
): Promise<void> {
  const { scenario, schedule, beliefs } = world;
  const { leaseMs, waitMs, permits } = scenario;
  const { choices, now } = schedule;
  const lock = await acquire({ leaseMs, waitMs });
  const believe = () => {
    // What wakes in the moment in which its process goes on has not noticed yet.
    const isAwake = now() > process.pausedUntil;
    if (isAwake && !lock.signal.aborted)
      beliefs.push({ at: now(), fence: lock.fence, process: process.name });
  };
  believe();
  try {
    const isAlone = permits === 1;
    const { value } = await (isAlone
      ? store.readRegister(registerName, lock.fence)
      : store.readRegister(registerName));
    believe();
    await sleep(choices.between(0, 200));
    believe();
    if (isAlone) await store.writeRegister(registerName, Number(value ?? 0) + 1, lock.fence);
    believe();
  } finally {
    await lock.release();
  }
}

function checkLocks(world: LockWorld): string[] {
  const { recorder, scenario, beliefs, store } = world;
  const violations = [
    ...checkHistory(recorder.calls, () => scenario.permits),
    ...checkRefusals(world),
    ...(isCalm(world) ? world.failures.map((text) => `locks: nothing went wrong, and ${text}`) : []),
  ];
  if (scenario.permits > 1) return violations;
  const ordered = beliefs.toSorted((a, b) => a.at - b.at || a.fence - b.fence);
  for (const [index, belief] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before !== undefined && before.fence > belief.fence) {
      violations.push(`locks: ${belief.process} believes in ${belief.fence} after ${before.fence} was given`);
    }
  }
  const shown = Number(store.registers.get(registerName)?.value ?? 0);
  const [least, most] = [writesOf(world, true), writesOf(world, true) + writesOf(world, undefined)];
  if (shown < least || shown > most) {
    violations.push(`locks: the counter shows ${shown}, and ${least} to ${most} were added`);
  }
  return violations;
}

/** A process that learns that it holds a lock no more has been put out of it by a takeover, or has just released it. */
function checkRefusals({ recorder, store }: LockWorld): string[] {
  const evicted = store.locks.get(lockName)?.evicted ?? [];
  const releases = recorder.calls.filter(({ method }) => method === 'releaseLock');
  const isReleased = (claim: unknown, before = 0) =>
    releases.some(({ values, calledAt }) => values[1] === claim && calledAt < before);
  const refused = recorder.calls.filter(
    ({ method, answer, values, returnedAt }) =>
      answer === false &&
      (method === 'releaseLock' || (method === 'renewLock' && !isReleased(values[1], returnedAt))),
  );
  return refused
    .filter(({ values }) => !evicted.includes(String(values[1])))
    .map(({ method, values }) => `locks: ${method} of ${values[1]} was refused, and nobody took it over`);
}

function isCalm({ faults, scenario }: LockWorld): boolean {
  const hasTime = scenario.waitMs === longWaitMs;
  return hasTime && scenario.skewMs === 0 && Object.keys(faults.counts).length === 0;
}

function writesOf({ recorder }: LockWorld, answer: unknown): number {
  return recorder.calls.filter((call) => call.method === 'writeRegister' && call.answer === answer).length;
}
