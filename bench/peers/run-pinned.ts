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
  /** Every process's own peak, added up: the tree's peak is at most this. */
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

/** Runs a program and what it starts on one core; rejects when it fails or `signal` aborts. One at a time. */
export async function runPinned(
  program: string,
  args: string[],
  { core, cwd, signal }: PinnedOptions,
): Promise<PinnedRun> {
  const cpuBefore = waitedForCpuMs();
  const startedAt = performance.now();
  const child = spawn('taskset', ['-c', String(core), program, ...args], { cwd, signal });
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
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr || stdout.slice(-2_000)}`);
    const peaks = watched.end().map(({ peakMb }) => peakMb);
    return {
      stdout,
      ms,
      cpuMs: waitedForCpuMs() - cpuBefore,
      peakMb: peaks.reduce((sum, peak) => sum + peak, 0),
      largestMb: Math.max(...peaks),
      processes: peaks.length,
    };
  } finally {
    watched.end();
  }
}

/**
 * Time of all descendants that have ended and were waited for (cutime and cstime, proc(5)). A sample of
 * a process that is about to end misses its last part.
 */
function waitedForCpuMs(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}
