import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openChromiumFolder } from '../../shared/browser/chromium-folder.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { describeBrowser } from './chromium.ts';

/** A folder for temporary files, for this process and those that it starts. */
function useFolder(): string {
  const { path, remove } = temporaryFolder();
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = path;
  onTestFinished(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    remove();
  });
  return path;
}

/** A process with a browser that has read a page. */
async function startProcess() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'render-and-stay.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('ready\n');
  return { child, ended, isOwn: (name: string) => name.includes(`-${child.pid}-`) };
}

/** The browser of a folder, by its lock. */
function browserOf(folder: string): number {
  return Number(/\d+$/.exec(readlinkSync(join(folder, 'SingletonLock')))?.[0]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describeBrowser('openChromiumFolder', () => {
  it('removes what browsers of killed processes left, and nothing of one that lives', async () => {
    const temporary = useFolder();
    const [killed, alive] = [await startProcess(), await startProcess()];
    const [left = ''] = readdirSync(temporary).filter(killed.isOwn);
    const browser = browserOf(join(temporary, left));
    killed.child.kill('SIGKILL');
    await killed.ended;
    await expect.poll(() => isAlive(browser), { timeout: 30_000 }).toBe(false);
    expect(readdirSync(temporary)).toContain(left);
    const { path, remove } = await openChromiumFolder();
    const names = readdirSync(temporary);
    expect(names).not.toContain(left);
    expect(names.filter(alive.isOwn)).toHaveLength(1);
    expect(isAlive(browserOf(join(temporary, names.find(alive.isOwn) ?? '')))).toBe(true);
    await remove();
    expect(existsSync(path)).toBe(false);
  });

  it('leaves what only looks like one: a link, another machine’s, another program’s', async () => {
    const temporary = useFolder();
    const own = await openChromiumFolder();
    // No process has an id beyond the largest that Linux gives (proc(5), pid_max).
    const name = own.path.replace(/-\d+-[^-]+$/, '-4194305-abcdef');
    const target = join(temporary, 'target');
    mkdirSync(target);
    writeFileSync(join(target, 'kept'), '');
    symlinkSync(target, name);
    const foreign = [
      'spinneret-chrome-ffffff-4194305-abcdef',
      'playwright_chromiumdev_profile-4194305',
      'spinneret-4194305',
    ];
    for (const other of foreign) mkdirSync(join(temporary, other));
    const dead = name.replace(/abcdef$/, 'fedcba');
    mkdirSync(dead);
    await (await openChromiumFolder()).remove();
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(join(name, 'kept'))).toBe(true);
    expect(readdirSync(temporary)).toEqual(expect.arrayContaining(foreign));
    expect(existsSync(own.path)).toBe(true);
  });
});
