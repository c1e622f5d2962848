import type { BatchQueue, Delivery } from '../../shared/coordination/ports.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { workOnEvent } from '../../shared/engine/loop/work-on-event.ts';
import { StoreError } from './faulty-ports.ts';
import { type MemoryQueue, nextDueAt, viewQueue } from './memory-queue.ts';
import { decodeDelivery, nextVersion } from './next-version.ts';
import { startWorker, type Worker, type World } from './world.ts';

const maxIdleMs = 5_000;

/** Instances of a function, and those that take dead letters, until `stopping` is aborted and all have ended. */
export async function runFunctions(world: World): Promise<void> {
  const { processes } = world.scenario;
  const slots = Array.from({ length: processes }, (_, index) => serve(world, world.queue, `f${index}`));
  await Promise.all([...slots, serve(world, world.deadLetters, 'dead-letters')]);
}

/** One instance at a time, kept warm until it dies. */
async function serve(world: World, source: MemoryQueue, name: string): Promise<void> {
  const { schedule, stopping, scenario, faults, note } = world;
  const { choices, now, pass } = schedule;
  const isLastResort = source === world.deadLetters;
  const { visibilityMs } = scenario;
  const view = viewQueue(source, {
    owner: name,
    visibilityMs,
    now,
    pick: (all) => choices.between(0, all - 1),
  });
  let warm: Worker | undefined;
  for (let life = 0; !stopping.signal.aborted; ) {
    const max = isLastResort ? 1 : choices.between(1, scenario.concurrency);
    const deliveries = await view.receive({ max });
    // Lambda was asked, and refused: they come back when their visibility ends, with a receive that nobody saw.
    if (deliveries.length > 0 && faults.refusesEvent()) {
      note(`${name}: throttled, ${deliveries.map(({ batch }) => batch.id).join(', ')}`);
      continue;
    }
    if (deliveries.length === 0) {
      const dueMs = (nextDueAt(source) ?? Number.POSITIVE_INFINITY) - now();
      await pass(Math.max(choices.between(1, 50), Math.min(dueMs, choices.between(500, maxIdleMs))));
      continue;
    }
    if (!isLastResort && deliveries.length < scenario.concurrency) await pass(scenario.heldBackMs ?? 0);
    if (warm === undefined || choices.chance(0.2)) {
      life += 1;
      warm = startWorker(world, `${name}.${life}`);
    }
    const acknowledged = await invoke(world, warm, deliveries, isLastResort);
    if (acknowledged === undefined) warm = undefined;
    else await view.acknowledge(acknowledged);
  }
}

/** What the instance has acknowledged, unless it died before the end of the event: then nothing counts as done. */
async function invoke(
  world: World,
  worker: Worker,
  deliveries: Delivery[],
  isLastResort: boolean,
): Promise<Delivery[] | undefined> {
  const { schedule, scenario } = world;
  const { process } = worker;
  world.calls += 1;
  let isOver = false;
  void schedule.pass(scenario.timeoutMs).then(() => {
    if (!isOver) process.kill();
  });
  const acknowledged: Delivery[] = [];
  const work = schedule.as(process, () => workOn(world, worker, deliveries, { isLastResort, acknowledged }));
  isOver = await Promise.race([work.then(() => true), process.died.then(() => false)]);
  return isOver ? acknowledged : undefined;
}

/** As `functions/work.ts` does. */
async function workOn(
  { scenario, fault, note }: World,
  { process, engine: { queue: shared, ...rest } }: Worker,
  received: Delivery[],
  { isLastResort, acknowledged }: { isLastResort: boolean; acknowledged: Delivery[] },
): Promise<void> {
  const deliveries = rest.version === nextVersion ? received.map(decodeDelivery) : received;
  const endsAt = process.now() + scenario.timeoutMs - reportMs;
  const queue: BatchQueue = {
    ...shared,
    acknowledge: async (done) => {
      acknowledged.push(...done);
    },
  };
  const engine: Engine = { ...rest, queue, endsAt, ...(isLastResort ? { isLastResort } : {}) };
  if (!isLastResort) await shared.extend(deliveries).catch(() => undefined);
  await workOnEvent(engine, deliveries, {
    inNameOf: (_, body) => body(),
    onFault: (error, { batch }) => {
      if (error instanceof StoreError) note(`${process.name}: ${batch.id} is put back`);
      else fault(error);
    },
  });
}

/** For what a function says after the engine has stopped. */
const reportMs = 2_000;
