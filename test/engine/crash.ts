import type { TestContext } from 'vitest';
import { makeRandom } from '../../bench/random.ts';
import { takeSample } from '../sample.ts';
import type { Ports } from './world.ts';
import { wrapPorts } from './wrap-ports.ts';

/** What a killed process throws in place of its next instruction. */
export class Crash extends Error {}

/** `before`: the call never happened. `after`: it did, and its answer was lost. */
export interface CrashPoint {
  call: number;
  phase: 'before' | 'after';
}

/** Ports that work until `kill` is called; from then on every call throws. */
export function mortalPorts(ports: Ports): Ports & { kill(): void } {
  let dead = false;
  const mortal = wrapPorts(ports, async (_, call) => {
    if (dead) throw new Crash('dead');
    return call();
  });
  return {
    ...mortal,
    kill() {
      dead = true;
    },
  };
}

/**
 * Ports that die at the given call: that call and every later one throw, as in a process that is
 * gone. `names` collects the calls made, in order.
 */
export function crashingPorts(ports: Ports, point: CrashPoint | undefined, names: string[] = []): Ports {
  let dead = false;
  return wrapPorts(ports, async (name, call) => {
    // Receiving is the driver's step, not the batch's.
    if (name === 'queue.receive') return call();
    if (dead) throw new Crash('dead');
    const number = names.push(name) - 1;
    const isHere = point !== undefined && number === point.call;
    if (isHere) dead = true;
    if (isHere && point.phase === 'before') throw new Crash(name);
    const answer = await call();
    if (isHere) throw new Crash(name);
    return answer;
  });
}

/** Before and after each of the calls; in a sample before and after the first of each kind, and one more that is drawn. */
export function takeCrashPoints(task: TestContext['task'], names: readonly string[]): CrashPoint[] {
  const random = makeRandom(1);
  const pointsOf = (call: number): CrashPoint[] => [
    { call, phase: 'before' },
    { call, phase: 'after' },
  ];
  const sample = [...Map.groupBy(names.keys(), (call) => names[call]).values()].flatMap((calls) => {
    const [first = [], ...others] = calls.map(pointsOf);
    const rest = others.flat();
    return [...first, ...rest.slice(Math.floor(random() * rest.length)).slice(0, 1)];
  });
  return [...takeSample(task, 'deaths at a call', [...names.keys()].flatMap(pointsOf), sample)];
}

/** A world waits for its site part of the time, so several share that. */
const worldsAtOnce = 6;

/** Checks each point, several at once; `where` names it in messages. */
export async function checkPoints(
  points: readonly CrashPoint[],
  names: readonly string[],
  check: (point: CrashPoint, where: string) => Promise<void>,
): Promise<void> {
  const left = [...points];
  const checkNext = async () => {
    for (let point = left.pop(); point !== undefined; point = left.pop())
      await check(point, `${point.phase} call ${point.call}, ${names[point.call]}`);
  };
  await Promise.all(Array.from({ length: worldsAtOnce }, checkNext));
}
