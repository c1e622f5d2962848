import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../shared/coordination/ports.ts';
import type { Cast, Stage } from './cast.ts';
import type { FaultCounts } from './faults.ts';
import type { Injection, Plan } from './plan.ts';
import type { StoreProxy } from './proxy.ts';

export interface Scene {
  stage: Stage;
  cast: Cast;
  proxy: StoreProxy;
  ledger: Ledger;
  counts: FaultCounts;
}

/** Does to the processes what the plan says, at its times, until `over` aborts; then mends what it broke. */
export async function inject(plan: Plan, scene: Scene, over: AbortSignal): Promise<void> {
  const beganAt = performance.now();
  const underWay: Promise<void>[] = [];
  for (const injection of plan.injections) {
    const waitMs = injection.atMs - (performance.now() - beganAt);
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    underWay.push(perform(injection, plan, scene, over));
  }
  await Promise.all(underWay);
}

async function perform(injection: Injection, plan: Plan, scene: Scene, over: AbortSignal): Promise<void> {
  const { kind, forMs, which } = injection;
  const { stage, cast, proxy, counts } = scene;
  const one = <T>(list: T[]): T | undefined => list[Math.floor(which * list.length)];
  counts.add(kind);
  if (kind === 'killStore') return stage.replaceStore();
  if (kind === 'outage') return proxy.goOut(forMs);
  if (kind === 'killWorker') one(cast.workers())?.kill('SIGKILL');
  if (kind === 'killAllWorkers') for (const worker of cast.workers()) worker.kill('SIGKILL');
  if (kind === 'stopWorker') await stop(one(cast.workers()), forMs, over);
  if (kind === 'stopLockProcess') await stop(one(cast.lockProcesses()), forMs, over);
  if (kind === 'pauseRun') await pause(scene.ledger, one(plan.runs)?.id ?? '', forMs, over);
}

async function stop(child: ChildProcess | undefined, forMs: number, over: AbortSignal): Promise<void> {
  child?.kill('SIGSTOP');
  await sleep(forMs, undefined, { signal: over }).catch(() => undefined);
  child?.kill('SIGCONT');
}

async function pause(ledger: Ledger, run: string, forMs: number, over: AbortSignal): Promise<void> {
  await ledger.moveRun(run, ['running'], 'paused', { code: 'NO_PROGRESS', message: 'by the chaos' });
  await sleep(forMs, undefined, { signal: over }).catch(() => undefined);
  await ledger.moveRun(run, ['paused'], 'running');
}
