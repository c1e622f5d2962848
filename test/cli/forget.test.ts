import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatBytes } from '../../shared/text/format.ts';
import { follow, mainFile, openCliFolder, parseLines } from './call-cli.ts';
import { placeItem, storeRun } from './stored-run.ts';

const dayMs = 86_400_000;
const large = Array.from({ length: 200 }, (_, id) => placeItem({ placeId: `p${id}`, noise: noise(id) }));

/** What does not compress. */
function noise(seed: number): number[] {
  return Array.from({ length: 500 }, (_, index) => Math.abs(Math.sin(seed * 1_000 + index)));
}

describe('spinneret forget', () => {
  it('deletes the runs named, leaves their files, and says how much room there is', async () => {
    using folder = openCliFolder();
    await storeRun(folder, { id: 'books-1', items: large });
    await storeRun(folder, { id: 'books-2', items: large.slice(0, 1) });
    folder.write('output/books-1/items.jsonl', '{}\n');
    const { code, stdout } = await folder.call('forget', 'books-1');
    expect(code).toBe(0);
    expect(stdout).toContain('forgot books-1; its files stay: output/books-1/items.jsonl');
    expect(stdout).toMatch(/1 run forgotten; \d+ kB of \.spinneret\/store\.db are free for later runs/);
    expect(existsSync(join(folder.path, 'output/books-1/items.jsonl'))).toBe(true);
    const { stdout: left } = await folder.call('status', '--json');
    expect(parseLines(left)).toMatchObject([{ runs: [{ run: 'books-2' }] }]);
    expect(await folder.call('export', 'books-1')).toMatchObject({ code: 1 });
  });

  it('says of a run that it was forgotten before, and takes its name for no other’s beginning', async () => {
    using folder = openCliFolder();
    await storeRun(folder, { id: 'books-1' });
    await storeRun(folder, { id: 'books-10' });
    expect(await folder.call('forget', 'books-1')).toMatchObject({ code: 0 });
    const { code, stderr } = await folder.call('forget', 'books-1');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^books-1 is gone already: it was forgotten on 20\d\d-\d\d-\d\d \S+\n$/),
    });
    expect(await folder.call('forget', 'books-1', 'books-10')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 run forgotten'),
    });
    expect(await folder.call('forget', 'books-2')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error RUN_UNKNOWN'),
    });
    // A run that is there again is forgotten again.
    await storeRun(folder, { id: 'books-1' });
    expect(await folder.call('forget', 'books-1')).toMatchObject({
      stdout: expect.stringContaining('1 run forgotten'),
      stderr: '',
    });
  });

  it('makes the file smaller when asked to', async () => {
    using folder = openCliFolder();
    await storeRun(folder, { id: 'books-1', items: large });
    const size = () => statSync(join(folder.path, '.spinneret/store.db')).size;
    const before = size();
    const { stdout } = await folder.call('forget', 'books-1', '--vacuum');
    expect(size()).toBeLessThan(before / 4);
    const [from, to] = [formatBytes(before), formatBytes(size())];
    expect(stdout).toContain(`store.db was made smaller: ${from} before, ${to} now`);
  });

  it.each([
    ['running', { state: 'running', open: 2 }],
    ['paused', { state: 'paused', open: 2 }],
    ['cancelled, but not counted to the end', { state: 'cancelled', open: 1 }],
  ] as const)('refuses a run that is %s, and deletes none', async (_, how) => {
    using folder = openCliFolder();
    await storeRun(folder, { id: 'over-1' });
    await storeRun(folder, { id: 'open-1', ...how });
    const { code, stderr } = await folder.call('forget', 'over-1', 'open-1');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('npx spinneret cancel open-1'),
    });
    const { stdout } = await folder.call('status', '--json');
    expect(parseLines(stdout)[0]?.['runs']).toHaveLength(2);
  });

  it('forgets all runs only when that is confirmed', async () => {
    using folder = openCliFolder();
    await storeRun(folder, { id: 'books-1' });
    expect(await folder.call('forget', '--older-than', '0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('say --yes too'),
    });
    const { stdout } = await folder.call('forget', '--older-than', '0', '--yes', '--json');
    expect(parseLines(stdout)).toMatchObject([{ forgotten: [{ run: 'books-1' }] }]);
  });

  // util-linux gives a command a terminal, whose keys are its own standard input.
  it.runIf(existsSync('/usr/bin/script') && process.platform === 'linux').each([
    ['yesterday', 2, ['books-1']],
    [' Yes ', 0, []],
  ])('asks on a terminal, and takes %j for an answer', async (answer, code, left) => {
    using folder = openCliFolder();
    await storeRun(folder, { id: 'books-1' });
    const command = [process.execPath, mainFile, 'forget', '--older-than', '0'].join(' ');
    const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd: folder.path });
    onTestFinished(() => void child.kill('SIGKILL'));
    const call = follow(child);
    await call.said('[y/N]');
    child.stdin.write(`${answer}\n`);
    expect(await call.done).toMatchObject({ code });
    const { stdout } = await folder.call('status', '--json');
    const [{ runs } = { runs: [] }] = parseLines(stdout) as { runs: { run: string }[] }[];
    expect(runs.map(({ run }) => run)).toEqual(left);
  });

  it('deletes runs that have been over for so many days, and no others', async () => {
    using folder = openCliFolder();
    await storeRun(folder, { id: 'old-1', finishedAt: Date.now() - 31 * dayMs });
    await storeRun(folder, { id: 'young-1', finishedAt: Date.now() - 29 * dayMs });
    await storeRun(folder, { id: 'open-1', state: 'paused', open: 1, finishedAt: Date.now() - 99 * dayMs });
    const { stdout } = await folder.call('forget', '--older-than', '30', '--json');
    expect(parseLines(stdout)).toMatchObject([{ forgotten: [{ run: 'old-1' }] }]);
  });

  it.each([
    [['books-1', '--claims'], 'say --aws too'],
    [['books-1', '--aws', '--vacuum'], 'the store on this machine'],
    [[], 'name runs, or say --older-than'],
    [['books-1', '--older-than', '3'], 'name runs, or say --older-than'],
  ])('refuses %j', async (args, message) => {
    using folder = openCliFolder();
    expect(await folder.call('forget', ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
  });
});
