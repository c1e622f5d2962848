import { type Cast, openStage, type Stage, startCast } from './cast.ts';
import { type Evidence, readEvidence } from './evidence.ts';
import { countFaults, type FaultCounts, type FaultKind, makeFate } from './faults.ts';
import { type RunView, untilOver, untilRobotsAreRead } from './follow.ts';
import { inject } from './inject.ts';
import type { Plan } from './plan.ts';
import { openProxy } from './proxy.ts';
import { openRemoteStore } from './remote-store.ts';
import { startCrawl } from './start-crawl.ts';

export interface RoundResult {
  evidence: Evidence;
  faults: Partial<Record<FaultKind, number>>;
  /** What processes reported of calls that failed for good, and of locks. */
  reportedFaults: string[];
  reported: Cast['reported'];
  ms: number;
  /** The runs had not ended when the time was over, or nothing was left to end them. */
  isStuck: boolean;
}

/** What is under way, for display. */
export interface RoundProgress {
  ms: number;
  runs: RunView[];
  faults: Partial<Record<FaultKind, number>>;
}

/** It must see a store come back, however slow the machine. */
const watcherAttempts = 60;

/** One site, one store, one or two runs, and all that the plan does to them. Leaves its evidence in `folder`. */
export async function playRound(
  plan: Plan,
  folder: string,
  onProgress: (progress: RoundProgress) => void = () => undefined,
): Promise<RoundResult> {
  const beganAt = performance.now();
  const counts = countFaults();
  const stage = await openStage(plan, folder);
  await using play = await openPlay(plan, stage, folder, counts);
  const isStuck = await untilOver(plan, play.watcher, beganAt, (runs) =>
    onProgress({ ms: performance.now() - beganAt, runs, faults: counts.all() }),
  );
  await play.end();
  const evidence = await readEvidence(folder, plan, stage.origins);
  const { reportedFaults, reported } = play.cast;
  return {
    evidence,
    faults: counts.all(),
    reportedFaults,
    reported,
    ms: performance.now() - beganAt,
    isStuck,
  };
}

/** The processes at work, and the faults under way. */
async function openPlay(plan: Plan, stage: Stage, folder: string, counts: FaultCounts) {
  const fate = makeFate(plan.faults);
  const proxy = await openProxy({ storePort: stage.storePort, fate, counts, signal: trySignal });
  const caller = { owner: 'watcher', pid: process.pid, role: 'watcher' as const };
  const watcher = openRemoteStore(stage.storePort, caller, watcherAttempts);
  const over = new AbortController();
  const starting = plan.runs.map((run) => startCrawl(watcher, plan, run, stage.origins, folder));
  await starting[0];
  const cast = startCast(plan, proxy.port, counts);
  const injecting = untilRobotsAreRead(plan, watcher, stage.origins, over.signal).then(() => {
    fate.arm();
    return inject(plan, { stage, cast, proxy, ledger: watcher.ledger, counts }, over.signal);
  });
  injecting.catch(() => undefined);
  const close = async () => {
    over.abort();
    await cast.close();
    watcher.close();
    proxy.close();
    await stage.close();
  };
  return {
    watcher,
    cast,
    async end() {
      over.abort();
      await Promise.all([...starting, injecting]);
      await close();
    },
    [Symbol.asyncDispose]: close,
  };
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has been killed meanwhile.
  }
}
