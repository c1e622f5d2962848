import { type WorkOptions, workLoop } from '../../shared/engine/loop/work-loop.ts';
import { makeMemoryLedger } from './memory-ledger.ts';
import { nextDueAt, viewQueue } from './memory-queue.ts';
import { startWorker, type Worker, type World } from './world.ts';

/** Worker processes of one machine, replaced when they die, until `stopping` is aborted. Resolves when all have ended. */
export async function runLoops(world: World): Promise<void> {
  const { processes } = world.scenario;
  await Promise.all(Array.from({ length: processes }, (_, index) => keepRunning(world, `p${index}`)));
}

async function keepRunning(world: World, name: string): Promise<void> {
  const { schedule, stopping, note } = world;
  const { choices } = schedule;
  for (let life = 1; !stopping.signal.aborted; life += 1) {
    const worker = startWorker(world, `${name}.${life}`);
    const isOver = await Promise.race([
      schedule.as(worker.process, () => work(world, worker)).then(() => true),
      worker.process.died.then(() => false),
    ]);
    if (isOver) return;
    // The parent may have seen it die, and gives back what it held; or it died too.
    if (choices.chance(0.5)) {
      note(`what ${worker.process.name} held is given back`);
      await releaseOwner(world, worker.process.name);
    }
    await schedule.pass(choices.between(0, 3_000));
  }
}

async function work(world: World, { engine }: Worker): Promise<void> {
  const { scenario, schedule, fault, stopping } = world;
  const queue: typeof engine.queue = {
    ...engine.queue,
    // Nobody looks before something is due: polling is what virtual time would be spent on.
    async receive(options) {
      for (let look = 1; ; look += 1) {
        const received = await engine.queue.receive(options);
        if (received.length > 0 || stopping.signal.aborted || look === looks) return received;
        await untilDue(world);
      }
    },
  };
  const options: WorkOptions = {
    runs: scenario.runs.map(({ id }) => id),
    concurrency: scenario.concurrency,
    busyShare: () => schedule.choices.pick([0, 1]),
    onFault: fault,
  };
  await workLoop({ ...engine, queue }, options).catch(fault);
}

const maxIdleMs = 2_000;
const looks = 10;

async function untilDue({ queue, schedule }: World): Promise<void> {
  const { choices, now, sleep } = schedule;
  const dueMs = (nextDueAt(queue) ?? Number.POSITIVE_INFINITY) - now();
  await sleep(Math.max(choices.between(0, 20), Math.min(dueMs, choices.between(100, maxIdleMs))));
}

async function releaseOwner({ queue, schedule, store }: World, owner: string): Promise<void> {
  const { now } = schedule;
  await viewQueue(queue, { owner, visibilityMs: 0, now }).releaseOwner(owner, 'crashed');
  await makeMemoryLedger(store, { now }).releaseOwner(owner, 'crashed');
}
