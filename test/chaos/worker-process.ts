/** A worker of a chaos round: what the worker function does, event by event, behind a faulty network and a wrong clock. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, EngineLimits } from '../../shared/engine/engine.ts';
import { localEnvironment } from '../../shared/engine/job-environment.ts';
import { workOnEvent } from '../../shared/engine/loop/work-on-event.ts';
import { makeContexts } from '../../shared/engine/run-context.ts';
import { firstOrders, reportToParent } from './child.ts';
import { openRemoteStore } from './remote-store.ts';
import { setClockWrong } from './wrong-clock.ts';

export interface WorkerOrders {
  owner: string;
  role: 'worker' | 'lastResort';
  port: number;
  runs: string[];
  /** How far this process's clock is off. */
  skewMs: number;
  /** Of a call of the store. */
  attempts: number;
  limits: EngineLimits;
}

const eventSize = 10;
const idleMs = { worker: 60, lastResort: 300 };

const { owner, role, port, runs, skewMs, attempts, limits } = await firstOrders<WorkerOrders>();
setClockWrong(skewMs);
const store = openRemoteStore(() => port, { owner, pid: process.pid, role }, attempts);
const { ledger, queue, outcomes } = store;
const engine: Engine = {
  ledger,
  queue,
  outcomes,
  contextOf: makeContexts(ledger, localEnvironment, store.now).contextOf,
  owner,
  now: store.now,
  stopping: new AbortController().signal,
  ...(role === 'lastResort' ? { isLastResort: true } : {}),
  limits,
};

for (;;) {
  const deliveries = await queue.receive({ runs, max: eventSize }).catch(() => []);
  if (deliveries.length === 0) await sleep(idleMs[role]);
  await workOnEvent(engine, deliveries, {
    inNameOf: (_run, body) => body(),
    onFault: (error, { batch }) => reportToParent({ fault: `${batch.id}: ${messageOf(error)}` }),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
