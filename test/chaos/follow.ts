import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from './plan.ts';
import type { RemoteStore } from './remote-store.ts';

export interface RunView {
  id: string;
  state: string;
  counts: Record<string, number>;
}

const lookMs = 200;
/** Messages that came twice are worked on when the run has ended, and must change nothing. */
const drainMs = 4_000;
/** With nothing in the queues and batches open, nothing will come any more. */
const idleMs = 8_000;

/** Whether the round is stuck: the runs have not ended, and its time is over or nothing is left to end them. */
export async function untilOver(
  plan: Plan,
  { ledger, queue }: RemoteStore,
  beganAt: number,
  onLook: (runs: RunView[]) => void,
): Promise<boolean> {
  let emptySince: number | undefined;
  let overSince: number | undefined;
  for (;;) {
    await sleep(lookMs);
    const now = performance.now();
    if (now - beganAt > plan.maxMs) return true;
    const runs: RunView[] = [];
    let waiting = 0;
    for (const { id } of plan.runs) {
      const run = await ledger.readRun(id);
      runs.push({
        id,
        state: run?.state ?? '',
        counts: run === undefined ? {} : await ledger.readCounts(id),
      });
      waiting += run === undefined ? 0 : (await queue.depth(id)).waiting;
      // Faults that last pause a run in the end; nobody else is there to resume it.
      if (run?.reason?.code === 'FAULT_LASTS') await ledger.moveRun(id, ['paused'], 'running');
    }
    onLook(runs);
    const isOver = runs.every(({ state }) => state === 'finished');
    overSince = isOver ? (overSince ?? now) : undefined;
    emptySince = waiting === 0 ? (emptySince ?? now) : undefined;
    if (overSince !== undefined && (waiting === 0 || now - overSince > drainMs)) return false;
    if (emptySince !== undefined && now - emptySince > idleMs) return true;
  }
}

const robotsWithinMs = 20_000;

export async function untilRobotsAreRead(
  plan: Plan,
  { ledger }: RemoteStore,
  origins: string[],
  over: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + (plan.sparesRobots ? robotsWithinMs : 0);
  while (!over.aborted && performance.now() < giveUpAt) {
    const hosts = await Promise.all(origins.map((origin) => ledger.readHost(new URL(origin).host)));
    if (hosts.every(({ robots }) => robots !== undefined)) return;
    await sleep(lookMs);
  }
}
