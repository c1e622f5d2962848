import type { BatchQueue, Ledger, Outcomes } from '../../shared/coordination/ports.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { formatVersion } from '../../shared/model.ts';
import { type Faults, makeFaults } from './faults.ts';
import { type CallSetting, faultyPort } from './faulty-ports.ts';
import { type MemoryLedger, makeMemoryLedger } from './memory-ledger.ts';
import { makeMemoryOutcomes, type OutcomeTexts } from './memory-outcomes.ts';
import { type MemoryQueue, makeMemoryQueue, put, viewQueue } from './memory-queue.ts';
import { type MemoryStore, makeMemoryStore } from './memory-store.ts';
import { nextVersion, speakNext } from './next-version.ts';
import { openContexts } from './run-contexts.ts';
import type { Scenario } from './scenario.ts';
import type { Schedule } from './schedule.ts';
import { makeSimProcess, type SimProcess } from './sim-process.ts';
import type { SentRequest } from './site-fetcher.ts';
import { makeWatch, type Watch } from './watch.ts';

/** All that a simulation is made of. */
export interface World {
  scenario: Scenario;
  schedule: Schedule;
  /** Epoch ms. */
  startedAt: number;
  faults: Faults;
  store: MemoryStore;
  /** Without processes and faults in between: what is asked from outside. */
  ledger: MemoryLedger;
  queue: MemoryQueue;
  deadLetters: MemoryQueue;
  outcomes: OutcomeTexts;
  watch: Watch;
  /** Called for each effect on a port, in the order in which they happen. */
  saw: CallSetting['saw'];
  requests: SentRequest[];
  /** How often each URL was asked for. */
  asked: Map<string, number>;
  /** Calls of functions so far. */
  calls: number;
  history: string[];
  /** Messages that were lost. */
  lost: number;
  note(line: string): void;
  /** Aborted when the processes should end. */
  stopping: AbortController;
  /** Called with what should not happen, but for the store's errors. */
  fault(error: unknown): void;
}

/** A process and what it works with. */
export interface Worker {
  process: SimProcess;
  engine: Engine;
}

/** Who looks on, and what goes wrong. */
export interface Staging {
  /** @default those of the scenario, as the seed has them */
  faults?: Faults;
  /** Called for each effect on a port, and for each request to a host. */
  onCall?: (call: PortCall) => void;
}

export interface PortCall {
  /** Virtual ms since the simulation began. */
  atMs: number;
  /** `ledger.lease`. */
  name: string;
  values: unknown[];
}

export function openWorld(
  schedule: Schedule,
  scenario: Scenario,
  { faults, onCall = () => undefined }: Staging,
): World {
  const store = makeMemoryStore();
  const watch = makeWatch(store);
  const deadLetters = makeMemoryQueue();
  const queue: MemoryQueue = { ...makeMemoryQueue() };
  if (scenario.mode === 'event')
    queue.deadLetters = { queue: deadLetters, afterReceives: scenario.maxReceives };
  const history: string[] = [];
  const startedAt = schedule.now();
  return {
    scenario,
    schedule,
    startedAt,
    faults: faults ?? makeFaults(schedule.choices, scenario.faults, scenario.limits.leaseMs),
    store,
    ledger: makeMemoryLedger(store, { now: schedule.now }),
    queue,
    deadLetters,
    outcomes: new Map(),
    watch,
    saw(name, values, answer) {
      onCall({ atMs: schedule.now() - startedAt, name, values });
      watch.saw(name, values, answer);
    },
    requests: [],
    asked: new Map(),
    lost: 0,
    calls: 0,
    history,
    note: (line) => history.push(`${((schedule.now() - startedAt) / 1_000).toFixed(3)} s  ${line}`),
    stopping: new AbortController(),
    fault: (error) => watch.violations.push(`error: ${error instanceof Error ? error.stack : String(error)}`),
  };
}

/** A process with a name of its own, an empty memory, and a machine's clock. */
export function startWorker(world: World, name: string): Worker {
  const { scenario, schedule, store } = world;
  const { limits, skewMs, commitTells } = scenario;
  const process = makeSimProcess(
    schedule,
    name,
    skewMs === 0 ? 0 : schedule.choices.between(-skewMs, skewMs),
  );
  const ledger: Ledger = makeMemoryLedger(store, { now: process.now, commitTells });
  const setting = callSetting(world, process);
  const engine: Engine = {
    ledger: faultyPort(setting, 'ledger', ledger),
    queue: faultyPort(setting, 'queue', queueOf(world, process)),
    outcomes: faultyPort<Outcomes>(setting, 'outcomes', makeMemoryOutcomes(world.outcomes)),
    contextOf: openContexts(world, process),
    owner: name,
    now: process.now,
    stopping: world.stopping.signal,
    limits,
  };
  const isNext = versionOfNew(world) === nextVersion;
  if (!isNext) retire(world, process);
  return { process, engine: isNext ? speakNext(engine) : engine };
}

/** Of a process that starts now; the deployment replaces the old ones, some sooner, some later. */
export function versionOfNew({ scenario: { upgrade }, schedule, startedAt }: World): number {
  const { fromMs, toMs } = upgrade ?? { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  const passedMs = schedule.now() - startedAt;
  if (passedMs < fromMs) return formatVersion;
  return passedMs >= toMs || schedule.choices.chance(0.5) ? nextVersion : formatVersion;
}

/** What is old lives no longer than the deployment takes. */
function retire({ scenario: { upgrade }, schedule, startedAt }: World, process: SimProcess): void {
  if (upgrade === undefined) return;
  void schedule.pass(Math.max(0, startedAt + upgrade.toMs - schedule.now())).then(() => process.kill());
}

export function callSetting(world: World, process: SimProcess): CallSetting {
  const { schedule, faults, saw, note, scenario } = world;
  return { schedule, faults, process, latencyMs: scenario.latencyMs, saw, note };
}

const comebackMs = 15_000;

/** Delivers at least once: some messages twice, some late, none in order. */
function queueOf(world: World, process: SimProcess): BatchQueue {
  const { queue, schedule, faults, scenario } = world;
  const { choices, now } = schedule;
  const { mode, timeoutMs } = scenario;
  // What an event brought is hidden until a while after its function must have ended.
  const visibilityMs = mode === 'event' ? timeoutMs + comebackMs : scenario.visibilityMs;
  const view = viewQueue(queue, {
    owner: process.name,
    visibilityMs,
    now,
    // SQS takes delays, not times.
    ...(mode === 'event' ? { senderNow: process.now } : {}),
    pick: (messages) => choices.between(0, messages - 1),
  });
  return {
    ...view,
    async send(outgoing) {
      for (const message of outgoing) {
        const { copies, delayMs } = faults.ofMessage();
        if (isLost(world)) continue;
        const late = { ...message, notBefore: Math.max(message.notBefore ?? 0, process.now()) + delayMs };
        await view.send([delayMs === 0 ? message : late]);
        if (copies > 1)
          put(queue, message.batch.run, JSON.stringify(message.batch), now() + choices.between(0, 20_000));
      }
    },
  };
}

/** As much as may be lost at once and one by one, so that a run comes to its end. */
const maxLost = 60;

/** Whether a message that is sent is never delivered: SQS does not do that, but people and retention do. */
function isLost(world: World): boolean {
  const { losses } = world.scenario;
  if (losses === undefined || world.lost >= maxLost) return false;
  if (!world.schedule.choices.chance(losses.perMessage)) return false;
  world.lost += 1;
  return true;
}
