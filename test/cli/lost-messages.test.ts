import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { parseLines } from './call-cli.ts';
import { completeTitles, type HeldRun, holdRun } from './held-run.ts';

/** As somebody does who mends a store by hand. Returns how many there were. */
function deleteMessages({ folder }: HeldRun): number | bigint {
  const database = new DatabaseSync(join(folder.path, '.spinneret/store.db'), { timeout: 10_000 });
  const { changes } = database.prepare('DELETE FROM messages').run();
  database.close();
  return changes;
}

async function stop({ call, site }: HeldRun): Promise<void> {
  call.child.kill('SIGINT');
  await call.said('stopping:');
  site.release();
  await call.done;
}

describe('a run whose messages are lost', () => {
  it('comes to the same end while it runs, and says so', async () => {
    await using held = await holdRun();
    expect(deleteMessages(held)).toBeGreaterThan(0);
    held.site.release();
    const { code, stdout, stderr } = await held.call.done;
    expect({ code, stderr: stdout + stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/had lost (its message|their messages); sent again/),
    });
    expect(held.titles()).toEqual(completeTitles);
  });

  it('is brought to its end by resume', async () => {
    await using held = await holdRun();
    await stop(held);
    expect(deleteMessages(held)).toBeGreaterThan(0);
    const resumed = await held.folder.call('resume', '--last', '--json');
    expect(parseLines(resumed.stdout).at(-1)).toMatchObject({
      type: 'result',
      runs: [{ state: 'finished', items: 54 }],
    });
    expect(held.titles()).toEqual(completeTitles);
  });

  it('is ended by cancel', async () => {
    await using held = await holdRun();
    await stop(held);
    expect(deleteMessages(held)).toBeGreaterThan(0);
    const { code, stdout } = await held.folder.call('cancel', '--last', '--json');
    expect({ code, last: parseLines(stdout).at(-1) }).toMatchObject({
      code: 0,
      last: { state: 'cancelled', open: 0, isOver: true },
    });
  });
});
