import { finishRun } from '../../shared/engine/run/finish-run.ts';
import { observeRun, progressOf, type StallState, type StallTerms } from '../../shared/engine/run/stall.ts';
import { sweepRun } from '../../shared/engine/run/sweep.ts';
import { startWorker, type World } from './world.ts';

/** As the watchdog of AWS has them, in shorter times. */
const everyMs = 10_000;
const terms: StallTerms = { repairMs: everyMs, idleMs: 600_000, maxMs: 900_000 };

/** Loses all messages now and then, and repairs the runs that stall, until `stopping` is aborted. Only where messages are lost. */
export async function lookAfterRuns(world: World): Promise<void> {
  const { losses } = world.scenario;
  if (losses === undefined) return;
  const looks = new Map<string, StallState>();
  let purges = 0;
  while (!world.stopping.signal.aborted) {
    await world.schedule.pass(everyMs);
    if (purges < losses.purges && world.schedule.choices.chance(0.3)) {
      purges += 1;
      purge(world);
    }
    for (const { id } of world.scenario.runs) await lookAtRun(world, id, looks);
  }
}

/** Those under way too: their processes come to an end without a message. */
function purge(world: World): void {
  const queues = [world.queue, world.deadLetters];
  const messages = queues.reduce((sum, queue) => sum + queue.messages.size, 0);
  world.lost += messages;
  if (messages > 0) world.note(`all ${messages} messages are lost`);
  for (const queue of queues) queue.messages.clear();
}

async function lookAtRun(world: World, id: string, looks: Map<string, StallState>): Promise<void> {
  const { store, ledger, schedule, queue, deadLetters, scenario } = world;
  const run = store.runs.get(id);
  const isGoing = run?.state === 'running' || (run?.state === 'cancelled' && world.watch.openOf(id) > 0);
  if (!isGoing) return;
  const messages = queue.messages.size + deadLetters.messages.size;
  const opens = await Promise.all(
    scenario.runs.map(async (plan) =>
      store.runs.has(plan.id) ? ((await ledger.readCounts(plan.id))['open'] ?? 0) : 0,
    ),
  );
  const isShort = messages < opens.reduce((sum, open) => sum + open, 0);
  const sight = { at: schedule.now(), progress: progressOf(await ledger.readCounts(id)), isShort };
  const { state: look, isStalled } = observeRun(looks.get(id), sight, terms);
  looks.set(id, look);
  if (isStalled) await repair(world, id);
}

/** In a process of its own, which may die at it, or meet the store's faults: then the next look repairs it. */
async function repair(world: World, id: string): Promise<void> {
  const { process, engine } = startWorker(world, 'sweeper');
  const sweep = world.schedule.as(process, async () => {
    const { sentAgain } = await sweepRun(engine, id);
    world.note(`the sweep of ${id} sent ${sentAgain} batches again`);
    await finishRun(engine, id, undefined);
  });
  await Promise.race([sweep.catch((error: unknown) => world.note(String(error))), process.died]);
}
