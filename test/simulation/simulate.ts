import { startRun } from '../../shared/engine/run/start-run.ts';
import type { Counts, Json } from '../../shared/model.ts';
import { check } from './check.ts';
import { makeChoices } from './choices.ts';
import { lookAfterRuns } from './look-after-runs.ts';
import { viewQueue } from './memory-queue.ts';
import { sumOf } from './memory-store.ts';
import { runFunctions } from './run-functions.ts';
import { runLoops } from './run-loops.ts';
import { drawScenario, type RunPlan, type Scenario, type Variant } from './scenario.ts';
import { onSchedule } from './schedule.ts';
import { openWorld, type Staging, versionOfNew, type World } from './world.ts';

export interface Simulated {
  violations: string[];
  faults: Record<string, number>;
  history: string[];
  /** What kind of world it was. */
  setting: string;
  /** By run. */
  counts: Record<string, Counts>;
  requests: number;
  /** Of functions. */
  calls: number;
  /** Messages that a process left to one of the next version. */
  handedOn: number;
  /** Messages that were lost. */
  lost: number;
  steps: number;
  /** Virtual ms. */
  tookMs: number;
}

/** From then on nothing goes wrong any more; and by then at the latest, everything must be over: virtual ms. */
const faultsEndMs = 120_000;
const maxMs = 14_400_000;
/** What is delivered again, or wakes, after the end must change nothing. */
const afterwardsMs = 20_000;
const lookMs = 250;

/** Everything that happens in a simulation follows from its seed. */
export function simulate(
  seed: number,
  change: Variant = (it) => it,
  staging: Staging = {},
): Promise<Simulated> {
  const choices = makeChoices(seed);
  return simulateScenario(change(drawScenario(choices)), choices, staging);
}

export async function simulateScenario(
  scenario: Scenario,
  choices: ReturnType<typeof makeChoices>,
  staging: Staging = {},
): Promise<Simulated> {
  return onSchedule(choices, async (schedule) => {
    const world = openWorld(schedule, scenario, staging);
    const startedAt = schedule.now();
    const working = scenario.mode === 'loop' ? runLoops(world) : runFunctions(world);
    const lookingAfter = lookAfterRuns(world);
    const users = scenario.runs.map((plan) => useRun(world, plan));
    const isOver = await untilOver(world, startedAt);
    world.faults.end();
    if (isOver) await schedule.pass(afterwardsMs);
    world.stopping.abort();
    if (isOver) await Promise.all([working, lookingAfter, ...users]);
    const { site, runs, mode, processes } = scenario;
    return {
      violations: [...(isOver ? [] : ['end: it does not come']), ...check(world)],
      faults: world.faults.counts,
      history: world.history,
      setting: `${mode}, ${processes} processes, ${runs.length} runs, ${site.hosts.size} hosts, ${site.pages.size} pages`,
      counts: Object.fromEntries(runs.map(({ id }) => [id, sumOf(world.store.counts.get(id) ?? [])])),
      requests: world.requests.length,
      calls: world.calls,
      handedOn: world.watch.handedOn(),
      lost: world.lost,
      steps: schedule.steps(),
      tookMs: schedule.now() - startedAt,
    };
  });
}

/** Starts the run, dies at it sometimes, and commands as planned. */
async function useRun(world: World, { id, job, commands, startsAfterMs }: RunPlan): Promise<void> {
  const { schedule, queue, ledger } = world;
  const { now, pass, choices } = schedule;
  await pass(startsAfterMs);
  const view = viewQueue(queue, { owner: 'user', visibilityMs: 0, now });
  const start = { id, job, baseDir: '/', startedAt: now() };
  if (choices.chance(0.05)) {
    await ledger.createRun({ ...start, job: job as unknown as Json, state: 'running' });
    await pass(1_000);
  }
  await startRun(ledger, view, start, versionOfNew(world));
  world.watch.saw('queue.send', [[{ batch: { run: id, id: 'seed' } }]], undefined);
  const begunAt = now();
  for (const { afterMs, to } of commands) {
    await pass(Math.max(0, begunAt + afterMs - now()));
    const from = to === 'paused' ? ['running' as const] : ['running' as const, 'paused' as const];
    const isMoved = await ledger.moveRun(id, from, to);
    if (isMoved) world.note(`${id} is ${to}`);
  }
}

/** Whether every run comes to its end; what faults have paused is resumed, as a user would. */
async function untilOver(world: World, startedAt: number): Promise<boolean> {
  const { schedule, store, scenario, ledger } = world;
  const { now, pass } = schedule;
  for (;;) {
    await pass(lookMs);
    const runs = scenario.runs.map(({ id }) => store.runs.get(id));
    const isOver = runs.every(
      (run) =>
        run !== undefined &&
        run.state !== 'running' &&
        run.state !== 'paused' &&
        world.watch.openOf(run.id) === 0,
    );
    if (isOver || now() - startedAt > maxMs) return isOver;
    if (now() - startedAt < faultsEndMs) continue;
    world.faults.end();
    for (const run of runs) if (run?.state === 'paused') await ledger.moveRun(run.id, ['paused'], 'running');
    await pass(5_000);
  }
}
