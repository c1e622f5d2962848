import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

describe('a worker process', () => {
  it('ends when it is left before its first message', async () => {
    const child = fork(new URL('../../cli/worker.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.disconnect();
    // Not 'close', which a process that its parent disconnected from does not get to.
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
