import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const projectRoot = join(import.meta.dirname, '../..');

const cache = join(projectRoot, 'node_modules/.cache/spinneret');

/**
 * The folder `name` of the cache, filled by `build` if it is not there. It appears whole or not at all,
 * and two processes may ask for it at the same time.
 */
export async function installOnce(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    await build(draft);
    await rename(draft, folder);
  } catch (error) {
    // Another process was faster; its folder is as good.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

const execute = promisify(execFile);

/** Standard output and error of a command that succeeds within five minutes. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await execute(command, args, { timeout: 300_000 });
  return stdout + stderr;
}
