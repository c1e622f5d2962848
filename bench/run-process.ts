import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type ProcessUse, watchProcesses } from './watch-processes.ts';

export interface Finished {
  stdout: string;
  /** From start to end, on the wall. */
  ms: number;
  /** Of the whole tree, if it was watched. */
  processes: ProcessUse[];
}

export interface RunOptions {
  cwd: string;
  signal: AbortSignal;
  /** Looking at every process of the machine takes milliseconds: not beside a clock in the same process. */
  watch?: boolean;
}

/** Runs a module of the project in a folder; rejects when it fails or `signal` aborts. */
export async function runModule(
  module: string,
  args: string[],
  { cwd, signal, watch }: RunOptions,
): Promise<Finished> {
  const startedAt = performance.now();
  const file = join(import.meta.dirname, '..', module);
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    signal,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const watched = watch === true ? watchProcesses(child.pid ?? 0) : undefined;
  try {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    const [code] = await once(child, 'close');
    if (code !== 0)
      throw new Error(`${module} ${args.join(' ')} ended with ${code}: ${stdout.slice(-2_000)}`);
    return { stdout, ms: performance.now() - startedAt, processes: watched?.end() ?? [] };
  } finally {
    watched?.end();
  }
}
