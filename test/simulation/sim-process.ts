import { makeSharedClock, type SharedClock } from '../../shared/coordination/shared-clock.ts';
import type { Actor, Schedule } from './schedule.ts';

/** A process of the simulation, on a machine with a clock of its own. */
export interface SimProcess extends Actor {
  name: string;
  /** By the machine's clock, corrected by the times that the store has answered: epoch ms. */
  now(): number;
  /** It has heard from the store, which answers with its time in whole seconds, as HTTP's Date header does. */
  hear(sentAt: number, answeredAt: number): void;
  /** The machine's own clock. */
  machineNow(): number;
  /** How far `now` may be off, by what was heard: ms. */
  uncertaintyMs(): number;
  /** How far `now` has gone back since it first heard from the store, all steps together: ms. */
  wentBackMs(): number;
  /** Resolves when it is killed. */
  died: Promise<void>;
  kill(): void;
}

const resolutionMs = 1_000;

export function makeSimProcess(schedule: Schedule, name: string, skewMs: number): SimProcess {
  const machineNow = () => schedule.now() + skewMs;
  const clock: SharedClock = makeSharedClock(machineNow);
  let wentBackMs = 0;
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const process: SimProcess = {
    name,
    isDead: false,
    pausedUntil: 0,
    now: clock.now,
    machineNow,
    uncertaintyMs: () => (skewMs === 0 ? 0 : clock.uncertaintyMs()),
    wentBackMs: () => wentBackMs,
    died,
    hear(sentAt, answeredAt) {
      if (skewMs === 0) return;
      const receivedAt = machineNow();
      const from = Math.floor(answeredAt / resolutionMs) * resolutionMs;
      const to = from + resolutionMs;
      const hasHeard = clock.uncertaintyMs() !== Number.POSITIVE_INFINITY;
      const before = clock.now();
      clock.observe({ sentAt, receivedAt, from, to });
      if (hasHeard) wentBackMs += Math.max(0, before - clock.now());
    },
    kill() {
      process.isDead = true;
      resolve();
    },
  };
  return process;
}
