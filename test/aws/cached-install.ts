import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export const projectRoot = join(import.meta.dirname, '../..');

const cache = join(projectRoot, 'node_modules/.cache/spinneret');

/**
 * The folder `name` of the cache, filled by `build` if it is not there. It appears whole or not at all. Of several processes that ask at the same
 * time one builds and the others wait: side by side, four compilations of one library last longer than any of them may.
 */
export async function installOnce(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name);
  await mkdir(cache, { recursive: true });
  while (!existsSync(folder)) {
    if (await isOwnTurn(`${folder}.builder`)) await buildIn(folder, build);
    else await sleep(lookAgainMs);
  }
  return folder;
}

const lookAgainMs = 500;

async function buildIn(folder: string, build: (folder: string) => Promise<void>): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  try {
    await build(draft);
    await rename(draft, folder);
  } catch (error) {
    // The builder before this one may have ended between two looks; its folder is as good.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(`${folder}.builder`, { force: true });
  }
}

/** A symbolic link whose target is the builder's process id is made in one step, with what it says. */
async function isOwnTurn(claim: string): Promise<boolean> {
  try {
    await symlink(String(process.pid), claim);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const builder = await readlink(claim).catch(() => undefined);
  if (builder !== undefined && !isAlive(Number(builder))) await rm(claim, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const execute = promisify(execFile);

/** A library that is compiled takes a minute on a machine at rest, and ten on a busy one. */
const maxRunMs = 1_200_000;

/** Standard output and error of a command that succeeds in time. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await execute(command, args, { timeout: maxRunMs });
  return stdout + stderr;
}
