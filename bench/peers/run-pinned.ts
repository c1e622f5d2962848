import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { watchProcesses } from '../watch-processes.ts';

export interface PinnedRun {
  stdout: string;
  /** From start to end, on the wall. */
  ms: number;
  /** User and system time of the whole tree, exact to a tick of 10 ms. */
  cpuMs: number;
  /** The most that the tree had resident at one time, or its largest process at its own peak. */
  peakMb: number;
  /** Peak of the largest process. */
  largestMb: number;
  processes: number;
}

export interface PinnedOptions {
  core: number;
  cwd: string;
  signal: AbortSignal;
}

const tickMs = 10;

/**
 * Runs a program and what it starts on one core; rejects when it fails or `signal` aborts, which ends all of them.
 * One at a time.
 */
export async function runPinned(
  program: string,
  args: string[],
  { core, cwd, signal }: PinnedOptions,
): Promise<PinnedRun> {
  const cpuBefore = waitedForCpuMs();
  const startedAt = performance.now();
  signal.throwIfAborted();
  // A group of its own, so that the whole of it can be ended.
  const child = spawn('taskset', ['-c', String(core), program, ...args], { cwd, detached: true });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', end);
  const watched = watchProcesses(child.pid ?? 0);
  try {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-2_000);
    });
    const [code] = await once(child, 'close');
    const ms = performance.now() - startedAt;
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr || stdout.slice(-2_000)}`);
    const peaks = watched.end().map(({ peakMb }) => peakMb);
    return {
      stdout,
      ms,
      cpuMs: waitedForCpuMs() - cpuBefore,
      peakMb: Math.max(watched.treePeakMb(), ...peaks),
      largestMb: Math.max(...peaks),
      processes: peaks.length,
    };
  } finally {
    signal.removeEventListener('abort', end);
    watched.end();
  }
}

/**
 * Time of all descendants that have ended and were waited for (cutime and cstime, proc(5)). A sample of
 * a process that is about to end misses its last part.
 */
export function waitedForCpuMs(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}
