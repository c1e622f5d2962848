import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** To the process of the servers. */
export interface AttackerCall {
  id: number;
  attack: string;
  /** What of the host is attacked with. */
  path: string;
  /** It answers so whatever it is asked for. */
  asProxy: boolean;
}

export interface AttackerAnswer {
  id: number;
  origin: string;
}

export interface Attacker {
  /** A host of its own that answers `path` as the attack does. Resolves to its origin. */
  host(attack: string, path: string, asProxy?: boolean): Promise<string>;
  close(): Promise<void>;
}

export function openAttacker(): Attacker {
  const child = fork(join(import.meta.dirname, 'attacker-process.ts'));
  const waiting = new Map<number, (origin: string) => void>();
  child.on('message', ({ id, origin }: AttackerAnswer) => {
    waiting.get(id)?.(origin);
    waiting.delete(id);
  });
  let calls = 0;
  return {
    host: (attack, path, asProxy = false) =>
      new Promise((resolve) => {
        calls += 1;
        waiting.set(calls, resolve);
        child.send({ id: calls, attack, path, asProxy } satisfies AttackerCall);
      }),
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
