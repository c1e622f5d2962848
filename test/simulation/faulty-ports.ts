import type { Fault, Faults } from './faults.ts';
import type { Schedule } from './schedule.ts';
import type { SimProcess } from './sim-process.ts';

export interface CallSetting {
  schedule: Schedule;
  faults: Faults;
  process: SimProcess;
  /** Milliseconds of one way to the store or back. */
  latencyMs: number;
  /** Called for each effect, in the order in which they happen. */
  saw(call: string, values: unknown[], answer: unknown): void;
  /** Called with everything that goes wrong. */
  note(line: string): void;
}

/** An error of the store: of its network, say. */
export class StoreError extends Error {}

/**
 * A port as a process of the simulation has it. Each call takes effect at a moment of the seed's choice,
 * and its answer arrives at another; on the way there and back, faults befall it.
 */
export function faultyPort<T extends object>(setting: CallSetting, portName: string, port: T): T {
  const methods = Object.entries(port).map(([name, method]): [string, unknown] => {
    const run = method as (...values: unknown[]) => Promise<unknown>;
    return [
      name,
      (...values: unknown[]) => perform(setting, `${portName}.${name}`, values, () => run(...values)),
    ];
  });
  return Object.fromEntries(methods) as T;
}

async function perform(
  setting: CallSetting,
  call: string,
  values: unknown[],
  effect: () => Promise<unknown>,
): Promise<unknown> {
  const { schedule, process, saw, note } = setting;
  const fault = setting.faults.next(call);
  if (fault !== undefined) note(`${process.name} ${call}: ${nameOf(fault)}`);
  if (fault === 'death before') return die(process);
  if (typeof fault === 'object' && 'pauseMs' in fault && fault.when === 'before')
    await pause(setting, fault.pauseMs);
  const sentAt = process.machineNow();
  await schedule.pass(oneWayMs(setting, fault));
  // What a process had sent before it died may arrive, or not.
  if (process.isDead && schedule.choices.chance(0.5)) return never();
  if (fault === 'throttle') return fail(setting, call, 'throttled');
  const answer = await effect();
  const answeredAt = schedule.now();
  saw(call, values, answer);
  if (fault === 'death after') return die(process);
  if (typeof fault === 'object' && 'pauseMs' in fault && fault.when === 'after') stop(setting, fault.pauseMs);
  await schedule.sleep(oneWayMs(setting, undefined));
  process.hear(sentAt, answeredAt);
  if (fault === 'lost answer') throw new StoreError(`${call}: the answer was lost`);
  return answer;
}

/** Mostly short, so that the order of calls is what differs. */
function oneWayMs({ schedule: { choices }, latencyMs }: CallSetting, fault: Fault | undefined): number {
  const slowMs = typeof fault === 'object' && 'slowMs' in fault ? fault.slowMs : 0;
  return slowMs + Math.floor(choices.random() ** 2 * (latencyMs + 1));
}

function stop({ schedule, process }: CallSetting, ms: number): void {
  process.pausedUntil = Math.max(process.pausedUntil, schedule.now() + ms);
}

async function pause(setting: CallSetting, ms: number): Promise<void> {
  stop(setting, ms);
  await setting.schedule.sleep(0);
}

async function fail({ schedule, latencyMs }: CallSetting, call: string, what: string): Promise<never> {
  await schedule.sleep(latencyMs);
  throw new StoreError(`${call}: ${what}`);
}

function die(process: SimProcess): Promise<never> {
  process.kill();
  return never();
}

/** Whoever waits for it has died. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function nameOf(fault: Fault): string {
  return typeof fault === 'string' ? fault : JSON.stringify(fault);
}
