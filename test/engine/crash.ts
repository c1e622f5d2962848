import type { Ports } from './world.ts';

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
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return async (...values: unknown[]) => {
          if (dead) throw new Crash('dead');
          return method.apply(target, values);
        };
      },
    });
  return {
    ledger: wrap(ports.ledger),
    queue: wrap(ports.queue),
    outcomes: wrap(ports.outcomes),
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
  const wrap = <T extends object>(port: T, portName: string): T =>
    new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        // Receiving is the driver's step, not the batch's.
        if (typeof method !== 'function' || key === 'receive') return method;
        return async (...values: unknown[]) => {
          if (dead) throw new Crash('dead');
          const call = names.push(`${portName}.${String(key)}`) - 1;
          const isHere = point !== undefined && call === point.call;
          if (isHere) dead = true;
          if (isHere && point.phase === 'before') throw new Crash(names[call]);
          const answer: unknown = await method.apply(target, values);
          if (isHere) throw new Crash(names[call]);
          return answer;
        };
      },
    });
  return {
    ledger: wrap(ports.ledger, 'ledger'),
    queue: wrap(ports.queue, 'queue'),
    outcomes: wrap(ports.outcomes, 'outcomes'),
  };
}
