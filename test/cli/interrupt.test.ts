import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockFrom } from '../stores/local/lock-from.ts';
import { type Call, openCliFolder } from './call-cli.ts';
import { completeTitles, holdRun, pages } from './held-run.ts';
import { serveSmallSite, smallJob } from './small-site.ts';

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

/** A command waits for the store for two minutes. */
const soonMs = 60_000;
/** A run's command writes once a second that it works. */
const untilWritesMs = 1_500;

async function endsSoon({ done }: Call) {
  const tooLate = new AbortController();
  onTestFinished(() => tooLate.abort());
  return Promise.race([
    done,
    sleep(soonMs, undefined, { signal: tooLate.signal }).then(() => 'it goes on waiting for the store'),
  ]);
}

/** Resolves when some process has the file open, besides the one that locks it. */
async function opened(file: string, besides: number | undefined): Promise<void> {
  const folders = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== besides);
  const files = (pid: string) => {
    const folder = `/proc/${pid}/fd`;
    try {
      return readdirSync(folder).map((name) => readlinkSync(join(folder, name)));
    } catch {
      // The process has ended, or closed it.
      return [];
    }
  };
  await expect.poll(() => folders().some((pid) => files(pid).includes(file)), { interval: 5 }).toBe(true);
}

describe('Ctrl-C while another process keeps the store locked', () => {
  it.runIf(process.platform === 'linux')(
    'ends a command that waits to begin, and nothing is begun',
    async () => {
      await using site = await serveSmallSite(1);
      using folder = openCliFolder();
      folder.write('small.yaml', smallJob(site.origin));
      expect(await folder.call('run', 'small.yaml')).toMatchObject({ code: 0 });
      const file = join(folder.path, '.spinneret/store.db');
      const holder = await lockFrom(file, 'all');
      const call = folder.start(['run', 'small.yaml'], { ownGroup: true });
      await opened(file, holder.pid);
      process.kill(-(call.child.pid ?? 0), 'SIGINT');
      // All of its processes have ended: each would keep its output open.
      expect(await endsSoon(call)).toMatchObject({ code: null, stdout: '', stderr: '' });
      expect(call.child.signalCode).toBe('SIGINT');
      await holder.release();
      const { stdout } = await folder.call('status', '--json');
      expect(JSON.parse(stdout).runs).toHaveLength(1);
    },
  );

  it('is answered in the middle of a run, twice ends it, and resume comes to the same items', async () => {
    await using held = await holdRun();
    const { call, site, folder } = held;
    const holder = await lockFrom(join(folder.path, '.spinneret/store.db'), 'writers');
    await sleep(untilWritesMs);
    call.child.kill('SIGINT');
    await Promise.race([call.said('stopping:'), endsSoon(call)]);
    await sleep(600);
    call.child.kill('SIGINT');
    expect(await endsSoon(call)).toMatchObject({
      code: 130,
      stdout: expect.stringContaining('spinneret resume small-'),
      stderr: expect.stringContaining('stopping:'),
    });
    await holder.release();
    site.release();
    expect(await folder.call('resume', '--last')).toMatchObject({ code: 0 });
    expect(held.titles()).toEqual(completeTitles);
  });
});
