import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { isAlive, linesOf, untilLines } from './folder-log.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ path: folder, remove } = temporaryFolder());
});
afterEach(() => {
  for (const pid of linesOf(`${folder}/log`).map((line) => Number(line.split(' ')[1]))) {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
  remove();
});

/** A process whose function, of that name, is under way, and its parent. */
async function startParent(name: string) {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'orphan-parent.ts'), folder, name], {
    stdio: 'ignore',
    detached: true,
  });
  await untilLines(`${folder}/log`, 1);
  return { parent, group: -(parent.pid ?? 0), pid: Number(linesOf(`${folder}/log`)[0]?.split(' ')[1]) };
}

async function untilDead(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10);
}

describe('a process of a pool', () => {
  it('ends when it is left before its first call', async () => {
    const child = fork(new URL('../../shared/pool/process-main.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.disconnect();
    // Not 'close', which a process that its parent disconnected from does not get to.
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each(['listen', 'spin'])(
    'ends when its parent dies while the function %s is under way',
    async (name) => {
      const { parent, pid } = await startParent(name);
      parent.kill('SIGKILL');
      await untilDead(pid);
      expect(linesOf(`${folder}/ended`)).toEqual([]);
    },
  );

  it('first does what its function asked for in that case', async () => {
    const { parent, pid } = await startParent('releaseWhenLeft');
    parent.kill('SIGKILL');
    await untilDead(pid);
    expect(linesOf(`${folder}/released`)).toEqual([`1 ${pid}`]);
  });

  it('leaves Ctrl-C in the terminal to its parent', async () => {
    const { parent, group, pid } = await startParent('releaseWhenLeft');
    process.kill(group, 'SIGINT');
    await once(parent, 'exit');
    await untilDead(pid);
    // It outlived the signal, and was left by its parent, which did not ignore it.
    expect(linesOf(`${folder}/released`)).toEqual([`1 ${pid}`]);
  });

  it('is not taken for stuck because its parent was paused', async () => {
    const { parent } = await startParent('bounded');
    parent.kill('SIGSTOP');
    // Longer than it may be silent.
    await sleep(4_500);
    parent.kill('SIGCONT');
    parent.kill('SIGUSR2');
    expect(await once(parent, 'exit')).toEqual([0, null]);
  });

  it('lets its parent end while it is idle, though nobody closed the pool', async () => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'orphan-parent.ts'), folder, 'idle']);
    expect(await once(parent, 'close')).toEqual([0, null]);
  });
});
