import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Call, type CliFolder, openCliFolder, parseLines } from './call-cli.ts';
import { type SmallSite, serveSmallSite, smallJob } from './small-site.ts';

const pages = 60;
let site: SmallSite;
let folder: CliFolder;

beforeEach(async () => {
  site = await serveSmallSite(pages);
  folder = openCliFolder();
  folder.write('small.yaml', smallJob(site.origin));
});
afterEach(async () => {
  folder[Symbol.dispose]();
  await site[Symbol.asyncDispose]();
});

const complete = Array.from({ length: pages }, (_, index) => index + 1)
  .filter((number) => number % 10 !== 0)
  .map((number) => `Page ${number}`)
  .sort();

const titles = () => {
  const [run = ''] = readdirSync(join(folder.path, 'output'));
  return folder
    .readLines(`output/${run}/items.jsonl`)
    .map(({ title }) => title)
    .sort();
};

/** A run that is held while its first pages are under way. */
async function startAndHold(options?: { ownGroup?: boolean }): Promise<Call> {
  const call = folder.start(['run', 'small.yaml'], options);
  await call.said('started small-');
  await site.asked(1);
  site.hold();
  await site.asked(6);
  return call;
}

const groups: [who: string, ownGroup: boolean][] = [
  ['the parent alone', false],
  ['the whole group, as a terminal sends it', true],
];

describe('Ctrl-C', () => {
  it.each(groups)('to %s drains, and resume comes to the same items', async (_who, ownGroup) => {
    const call = await startAndHold({ ownGroup });
    const pid = call.child.pid ?? 0;
    process.kill(ownGroup ? -pid : pid, 'SIGINT');
    await call.said('stopping:');
    // npm and the launcher pass the same Ctrl-C on: it must not count as a second one.
    process.kill(pid, 'SIGINT');
    site.release();
    const { code, stdout, stderr } = await call.done;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.not.stringContaining('died') });
    const hint = /npx spinneret (resume small-\S+)/.exec(stdout)?.[1] ?? '';
    const asked = site.seen.length;
    expect(asked).toBeLessThan(pages);
    expect(await folder.call(...hint.split(' '))).toMatchObject({ code: 0 });
    expect(titles()).toEqual(complete);
    // Drained, not dropped: nothing was fetched twice, robots.txt included.
    expect(new Set(site.seen).size).toBe(site.seen.length);
  });

  it('twice stops at once, and resume comes to the same items', async () => {
    const call = await startAndHold();
    call.child.kill('SIGINT');
    await call.said('stopping:');
    // What comes within half a second is the same Ctrl-C, passed on.
    await sleep(600);
    call.child.kill('SIGINT');
    const { code, stdout } = await call.done;
    expect({ code, stdout }).toMatchObject({
      code: 130,
      stdout: expect.stringContaining('spinneret resume small-'),
    });
    site.release();
    expect(await folder.call('resume', '--last')).toMatchObject({ code: 0 });
    expect(titles()).toEqual(complete);
  });
});

describe('spinneret pause', () => {
  it('lets the processes of a run wait until it is resumed', async () => {
    const call = await startAndHold();
    expect(await folder.call('pause', '--last')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('paused'),
    });
    site.release();
    const resumed = await folder.call('resume', '--last', '--json');
    expect(parseLines(resumed.stdout).at(-1)).toMatchObject({
      type: 'result',
      runs: [{ state: 'finished', items: 54 }],
    });
    expect(await call.done).toMatchObject({ code: 0 });
    expect(titles()).toEqual(complete);
  });
});

describe('spinneret cancel', () => {
  it('ends a run for good, whether or not a process works on it', async () => {
    const call = await startAndHold();
    call.child.kill('SIGINT');
    await call.said('stopping:');
    site.release();
    await call.done;
    const asked = site.seen.length;
    const cancelled = await folder.call('cancel', '--last', '--json');
    const last = parseLines(cancelled.stdout).at(-1) as { pages: Record<string, number> };
    expect(last).toMatchObject({ state: 'cancelled', open: 0, isOver: true });
    expect(last).not.toHaveProperty('mismatch');
    expect(last.pages['cancelled']).toBeGreaterThan(30);
    expect(site.seen).toHaveLength(asked);
    for (const command of ['resume', 'pause', 'cancel']) {
      expect(await folder.call(command, '--last')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('error RUN_ENDED'),
      });
    }
  });
});
