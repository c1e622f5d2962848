import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the function's process says of itself with each answer; since its start, but for the heap. */
export interface Reading {
  /** User and system time of all threads, the runtime client's included. */
  cpuMs: number;
  /** The part of it in which the bundle was imported, and that on the wall. */
  importCpuMs: number;
  importMs: number;
  peakMb: number;
  heapMb: number;
}

/**
 * Puts beside `worker.mjs` the `index.mjs` that the runtime client loads: the bundle's handler, whose
 * answers carry a `Reading`. It moves its process to a core, and into a group of `/sys/fs/cgroup/cpu`.
 */
export function writeProbe(folder: string, { core, group }: { core: number; group?: string }): void {
  const joinGroup =
    group === undefined
      ? ''
      : `fs.writeFileSync(${JSON.stringify(`${group}/cgroup.procs`)}, String(process.pid));`;
  writeFileSync(
    join(folder, 'index.mjs'),
    `import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
spawnSync('taskset', ['--all-tasks', '-cp', '${core}', String(process.pid)]);
${joinGroup}
const cpuMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1_000; };
const [cpuBefore, before] = [cpuMs(), performance.now()];
const { handler: inner } = await import('./worker.mjs');
const [importCpuMs, importMs] = [cpuMs() - cpuBefore, performance.now() - before];
export async function handler(event, context) {
  const answer = await inner(event, context);
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  const heapMb = process.memoryUsage().heapUsed / 1_048_576;
  return { ...answer, reading: { cpuMs: cpuMs(), importCpuMs, importMs, peakMb, heapMb } };
}
`,
  );
}
