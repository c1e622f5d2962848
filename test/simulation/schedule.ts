import { AsyncLocalStorage } from 'node:async_hooks';
import type { Choices } from './choices.ts';
import { patchTimers } from './patch-timers.ts';
import { makeWakings } from './wakings.ts';

/** Whoever sleeps, is stopped and dies as one: a process. */
export interface Actor {
  isDead: boolean;
  /** Stopped until then, as by SIGSTOP: virtual epoch ms. */
  pausedUntil: number;
}

/** True time, in which one thing happens after the other; the seed decides between those of one millisecond. */
export interface Schedule {
  choices: Choices;
  /** Epoch ms. */
  now(): number;
  /** Sleeps as the actor in whose name the caller runs: one that is dead never wakes. */
  sleep(ms: number): Promise<void>;
  /** Sleeps as nobody, whom nothing stops: network and store. */
  pass(ms: number): Promise<void>;
  /** Runs `body`, and all it calls, in the name of `actor`. */
  as<T>(actor: Actor, body: () => T): T;
  /** Awakenings so far. */
  steps(): number;
}

/** One for all simulations: each further storage would make every change of actors dearer. */
const actors = new AsyncLocalStorage<Actor | undefined>();

const startsAt = 1_800_000_000_000;
/** More is a simulation that does not end. */
const maxSteps = 400_000;

/**
 * Runs `body` on virtual time: timers, `Math.random` and random ids of whoever it calls are the schedule's.
 * Rejects when nobody is left to wake, and when it takes too many steps.
 */
export async function onSchedule<T>(choices: Choices, body: (schedule: Schedule) => Promise<T>): Promise<T> {
  const wakings = makeWakings(choices.random);
  let now = startsAt;
  let steps = 0;

  const wakeAt = (actor: Actor | undefined, at: number, wake: () => void) => {
    wakings.push(Math.max(now, Math.ceil(at)), () => {
      if (actor === undefined) return wake();
      if (actor.isDead) return;
      if (actor.pausedUntil > now) wakeAt(actor, actor.pausedUntil, wake);
      else wake();
    });
  };
  const schedule: Schedule = {
    choices,
    now: () => now,
    sleep: (ms) => new Promise((wake) => wakeAt(actors.getStore(), now + ms, wake)),
    pass: (ms) => new Promise((wake) => wakeAt(undefined, now + ms, wake)),
    as: (actor, run) => actors.run(actor, run),
    steps: () => steps,
  };
  const restore = patchTimers({
    choices,
    now: () => now,
    after: (ms, wake) => wakeAt(actors.getStore(), now + ms, wake),
    bind: (run) => {
      const actor = actors.getStore();
      return () => actors.run(actor, run);
    },
  });
  const wakeNext = (): boolean => {
    const next = wakings.pop();
    if (next === undefined) return false;
    now = next.at;
    steps += 1;
    next.wake();
    return true;
  };
  try {
    return await drive(body(schedule), wakeNext, () => steps > maxSteps);
  } finally {
    restore();
  }
}

/** Loops of events made at once: between two, microtasks run out, so all that follows from one awakening happens. */
const stepsPerRound = 64;

function drive<T>(work: Promise<T>, wakeNext: () => boolean, isEndless: () => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let left = 0;
    const end = () => {
      isOver = true;
    };
    work.then(resolve, reject).finally(end);
    const fail = (message: string) => {
      end();
      reject(new Error(message));
    };
    const step = () => {
      left -= 1;
      if (isOver) return;
      if (isEndless()) return fail('the simulation does not end');
      if (!wakeNext()) return fail('the simulation waits for nothing');
      if (left === 0) round();
    };
    const round = () => {
      left = stepsPerRound;
      for (let index = 0; index < stepsPerRound; index += 1) setImmediate(step);
    };
    round();
  });
}
