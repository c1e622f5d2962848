import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitedForCpuMs } from '../peers/run-pinned.ts';

/** Milliseconds from a program's start to its end, and what it wrote; rejects when it fails. */
export async function timed(
  program: string,
  args: string[],
  { cwd }: { cwd: string },
): Promise<{ ms: number; stdout: string }> {
  const startedAt = performance.now();
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2_000)}`);
  return { ms: performance.now() - startedAt, stdout };
}

/** Of several measurements the least on the wall, and the mean of CPU time, of all that was started. */
export async function leastOf(
  repeats: number,
  measure: () => Promise<{ ms: number }>,
): Promise<{ ms: number; cpuMs: number }> {
  const cpuBefore = waitedForCpuMs();
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < repeats; repeat += 1) least = Math.min(least, (await measure()).ms);
  return { ms: Math.round(least), cpuMs: Math.round((waitedForCpuMs() - cpuBefore) / repeats) };
}
