import type { Ports } from './world.ts';

/** Stands around one call of a port, such as `ledger.commit`: makes it or not, and gives its answer. */
export type AroundCall = (name: string, call: () => Promise<unknown>) => Promise<unknown>;

/** Ports whose calls all go through `around`. */
export function wrapPorts(ports: Ports, around: AroundCall): Ports {
  const wrap = <T extends object>(port: T, portName: string): T =>
    new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return (...values: unknown[]) =>
          around(`${portName}.${String(key)}`, async () => method.apply(target, values));
      },
    });
  return {
    ledger: wrap(ports.ledger, 'ledger'),
    queue: wrap(ports.queue, 'queue'),
    outcomes: wrap(ports.outcomes, 'outcomes'),
  };
}
