import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { completeTitles, holdRun, pages } from './held-run.ts';

const groups: [who: string, ownGroup: boolean][] = [
  ['the parent alone', false],
  ['the whole group, as a terminal sends it', true],
];

describe('Ctrl-C', () => {
  it.each(groups)('to %s drains, and resume comes to the same items', async (_who, ownGroup) => {
    await using held = await holdRun({ ownGroup, processes: '2' });
    const { call, site, folder } = held;
    const pid = call.child.pid ?? 0;
    process.kill(ownGroup ? -pid : pid, 'SIGINT');
    await call.said('stopping:');
    // npm and the launcher pass the same Ctrl-C on: it must not count as a second one.
    process.kill(pid, 'SIGINT');
    site.release();
    const { code, stdout, stderr } = await call.done;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.not.stringContaining('died') });
    expect(site.seen.length).toBeLessThan(pages);
    expect((await folder.call('status', '--last')).stdout).toContain('stopped, not over yet\n');
    const hint = /npx spinneret (resume small-\S+)/.exec(stdout)?.[1] ?? '';
    expect(await folder.call(...hint.split(' '))).toMatchObject({ code: 0 });
    expect(held.titles()).toEqual(completeTitles);
    // Drained, not dropped: nothing was fetched twice, robots.txt included.
    expect(new Set(site.seen).size).toBe(site.seen.length);
  });

  it('is not needed for status to know: a command that was killed works on nothing', async () => {
    await using held = await holdRun();
    const { call, folder } = held;
    expect((await folder.call('status', '--last')).stdout).toContain('running, not over yet after');
    call.child.kill('SIGKILL');
    await call.done;
    const { stdout } = await folder.call('status', '--last', '--watch');
    expect(stdout).toContain('stopped, not over yet\n');
    expect(stdout).toContain('next: npx spinneret resume small-');
  });

  it('twice stops at once, and resume comes to the same items', async () => {
    await using held = await holdRun();
    const { call, site, folder } = held;
    call.child.kill('SIGINT');
    await call.said('stopping:');
    // What comes within half a second is the same Ctrl-C, passed on.
    await sleep(600);
    call.child.kill('SIGINT');
    const { code, stdout } = await call.done;
    expect({ code, stdout }).toEqual({
      code: 130,
      stdout: expect.stringContaining('spinneret resume small-'),
    });
    site.release();
    expect(await folder.call('resume', '--last')).toMatchObject({ code: 0 });
    expect(held.titles()).toEqual(completeTitles);
  });
});
