import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '../is-process-alive.ts';

const prefix = 'spinneret-chrome-';

/** A folder for what one browser writes: its profile, its socket, what Playwright keeps of it. */
export interface ChromiumFolder {
  path: string;
  /** Set for the browser itself, whose own folder would lie beside this one. */
  env: Record<string, string>;
  /** Ends the browser that writes to it, whatever it computes. */
  kill(): void;
  remove(): Promise<void>;
}

/**
 * A new folder among those for temporary files, named by this process. Those of processes that were killed, and so did not remove theirs, are
 * removed first.
 */
export async function openChromiumFolder(): Promise<ChromiumFolder> {
  await removeAbandoned();
  const path = await mkdtemp(join(tmpdir(), `${prefix}${processSpace()}-${process.pid}-`));
  return { path, env: envOf(path), kill: () => kill(path), remove: () => remove(path) };
}

/** The path of a Unix socket has 107 bytes at most, and Chromium's adds 46 to that of its folder. */
function envOf(path: string): Record<string, string> {
  return Buffer.byteLength(path) > 60 ? {} : { TMPDIR: path };
}

async function removeAbandoned(): Promise<void> {
  const own = new RegExp(`^${prefix}${processSpace()}-(\\d+)-[A-Za-z0-9]{6}$`);
  for (const name of namesIn(tmpdir())) {
    const [, pid] = own.exec(name) ?? [];
    const path = join(tmpdir(), name);
    if (pid === undefined || isProcessAlive(Number(pid)) || !isOwnFolder(path) || isBrowserAlive(path))
      continue;
    await remove(path);
  }
}

/** What is still being written, or was removed by another process meanwhile, is left to the next. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/**
 * Processes are known by their ids in one namespace of one machine alone. Where containers share the folder of temporary files, a process of another
 * one would seem dead.
 */
function processSpace(): string {
  return hash('sha256', `${hostname()} ${linkIn('/proc/self/ns/pid') ?? ''}`).slice(0, 6);
}

/** No link to somewhere else, and nobody else's. */
function isOwnFolder(path: string): boolean {
  try {
    const found = lstatSync(path);
    return found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid);
  } catch {
    return false;
  }
}

/** A browser ends some time after the process that started it. */
function isBrowserAlive(path: string): boolean {
  const pid = browserOf(path);
  return pid !== undefined && isProcessAlive(pid);
}

/** The lock of a browser is a link to `machine-pid`; the small one for servers has none, and is known by its arguments. */
function browserOf(path: string): number | undefined {
  const [, pid] = /-(\d+)$/.exec(linkIn(join(path, 'SingletonLock')) ?? '') ?? [];
  if (pid !== undefined) return Number(pid);
  const found = namesIn('/proc').find((name) => /^\d+$/.test(name) && isBrowserOf(path, name));
  return found === undefined ? undefined : Number(found);
}

function isBrowserOf(path: string, pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(`--user-data-dir=${path}`);
  } catch {
    return false;
  }
}

function kill(path: string): void {
  const pid = browserOf(path);
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function linkIn(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
