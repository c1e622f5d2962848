import type { CoordinationStore } from '../../shared/coordination/ports.ts';
import type { Call } from './lock-history.ts';
import type { Schedule } from './schedule.ts';

/** The calls of all processes, in one order. */
export interface Recorder {
  calls: Call[];
  schedule: Schedule;
  place: number;
}

export function startRecorder(schedule: Schedule): Recorder {
  return { calls: [], schedule, place: 0 };
}

const methods = ['acquireLock', 'renewLock', 'releaseLock', 'readRegister', 'writeRegister'] as const;

/** The same store; what is asked of it, and what it answers, is kept. */
export function recorded(recorder: Recorder, store: CoordinationStore): CoordinationStore {
  const watched = methods.map((method) => {
    const run = store[method] as (...values: unknown[]) => Promise<unknown>;
    return [method, (...values: unknown[]) => record(recorder, method, values, () => run(...values))];
  });
  return { ...store, ...Object.fromEntries(watched) };
}

async function record(
  recorder: Recorder,
  method: Call['method'],
  values: unknown[],
  run: () => Promise<unknown>,
): Promise<unknown> {
  const { calls, schedule } = recorder;
  recorder.place += 1;
  const call: Call = { method, values, calledAt: recorder.place, calledMs: schedule.now() };
  calls.push(call);
  const answer = await run();
  recorder.place += 1;
  call.returnedAt = recorder.place;
  call.returnedMs = schedule.now();
  call.answer = answer;
  return answer;
}
