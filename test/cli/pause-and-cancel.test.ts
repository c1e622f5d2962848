import { describe, expect, it } from 'vitest';
import { parseLines } from './call-cli.ts';
import { completeTitles, holdRun } from './held-run.ts';

describe('spinneret pause', () => {
  it('ends the command that works on the run, which can be resumed', async () => {
    await using held = await holdRun();
    const { call, site, folder } = held;
    expect(await folder.call('pause', '--last')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('paused'),
    });
    site.release();
    expect(await call.done).toMatchObject({
      code: 130,
      stdout: expect.stringMatching(/paused[\s\S]*go on with: npx spinneret resume small-/),
    });
    expect(site.seen.length).toBeLessThan(40);
    const resumed = await folder.call('resume', '--last', '--json');
    expect(parseLines(resumed.stdout).at(-1)).toMatchObject({
      type: 'result',
      runs: [{ state: 'finished', items: 54 }],
    });
    expect(held.titles()).toEqual(completeTitles);
  });
});

describe('spinneret cancel', () => {
  it('ends a run that no process works on, and nothing more is fetched', async () => {
    await using held = await holdRun();
    const { call, site, folder } = held;
    call.child.kill('SIGINT');
    await call.said('stopping:');
    site.release();
    await call.done;
    const asked = site.seen.length;
    const { code, stdout } = await folder.call('cancel', '--last', '--json');
    const last = parseLines(stdout).at(-1) as { pages: Record<string, number> };
    expect({ code, last }).toMatchObject({ code: 0, last: { state: 'cancelled', open: 0, isOver: true } });
    expect(last).not.toHaveProperty('mismatch');
    expect(last.pages['cancelled']).toBeGreaterThan(30);
    expect(site.seen).toHaveLength(asked);
    const commands = ['resume', 'pause', 'cancel'];
    const answers = await Promise.all(commands.map((command) => folder.call(command, '--last')));
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('error RUN_ENDED') });
    }
  });

  it('ends a run that another process works on', async () => {
    await using held = await holdRun();
    const { call, site, folder } = held;
    const cancelling = folder.call('cancel', '--last');
    await call.said('cancelled: what is left is being counted');
    site.release();
    expect(await cancelling).toMatchObject({ code: 0, stdout: expect.stringContaining('pages not fetched') });
    expect(await call.done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ {2}cancelled after \S+ m?s\n/),
    });
  });
});
