import { expect, it, vi } from 'vitest';
import { workLoop } from '../../shared/engine/loop/work-loop.ts';
import { enterWorld } from './setting.ts';

// No sleep ends by itself.
vi.mock('node:timers/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:timers/promises')>()),
  setTimeout: () => new Promise(() => undefined),
}));

it('stops a process that sleeps since it has nothing to do', async () => {
  const stopping = new AbortController();
  const process = enterWorld().newProcess('p', (ports) => ({
    ...ports,
    queue: {
      ...ports.queue,
      async receive() {
        setTimeout(() => stopping.abort());
        return [];
      },
    },
  }));
  const onFault = (error: unknown) => {
    throw error;
  };
  const idle = workLoop({ ...process, stopping: stopping.signal }, { runs: ['r'], concurrency: 4, onFault });
  await expect(idle).resolves.toBeUndefined();
});
