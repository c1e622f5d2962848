import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Cores {
  /** Of the contestant; nothing else is put there. */
  client: number;
  /** Of the server and of this process. */
  server: number;
}

/** Moves this process to the server's core, so that its looking at processes takes nothing from the client's. */
export function takeCores(): Cores {
  const [server, client] = allowedCores();
  if (server === undefined || client === undefined)
    throw new Error('two cores are needed: one for the server');
  const { status } = spawnSync('taskset', ['--all-tasks', '-cp', String(server), String(process.pid)]);
  if (status !== 0) throw new Error('taskset (util-linux) is needed to pin programs to a core');
  return { client, server };
}

/** A list such as `0-3,8` (proc(5)). */
function allowedCores(): number[] {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  });
}
