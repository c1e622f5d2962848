import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPool } from '../../shared/pool/process-pool.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

function namesFrom(prefix: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}${count}`;
  };
}

describe('startPool', () => {
  it('gives each process its message, of any size, before it may drain', async () => {
    const name = 'n'.repeat(63);
    const runs = Array.from({ length: 1_600 }, (_, index) => `${name}-20260131-142501-${index}`);
    const messageFor = (owner: string) => ({ owner, file: join(folder.path, owner), runs });
    // More than one argument of a process may hold on Linux.
    expect(JSON.stringify(messageFor('p1')).length).toBeGreaterThan(131_072);
    const exits: object[] = [];
    const pool = startPool({
      size: 2,
      module: new URL('./echo-process.ts', import.meta.url),
      messageFor,
      newOwner: namesFrom('p'),
      stuckAfterMs: 20_000,
      async onExit({ owner, crashed }) {
        exits.push({ owner, crashed });
      },
    });
    pool.drain();
    await pool.ended;
    expect(exits).toHaveLength(2);
    expect(exits).toEqual(
      expect.arrayContaining([
        { owner: 'p1', crashed: false },
        { owner: 'p2', crashed: false },
      ]),
    );
    for (const owner of ['p1', 'p2']) {
      expect(JSON.parse(readFileSync(join(folder.path, owner), 'utf8'))).toEqual(messageFor(owner));
    }
  });

  it('settles only when no process is left, with the first error', async () => {
    const first = new Error('first');
    let exits = 0;
    const pool = startPool({
      size: 3,
      module: new URL('./deaf-process.ts', import.meta.url),
      messageFor: () => null,
      newOwner: namesFrom('p'),
      stuckAfterMs: 20_000,
      async onExit() {
        exits += 1;
        throw exits === 1 ? first : new Error('later');
      },
    });
    process.kill(pool.pids()[0] ?? 0, 'SIGKILL');
    await expect(pool.ended).rejects.toBe(first);
    expect({ exits, pids: pool.pids() }).toEqual({ exits: 3, pids: [] });
  });
});
