import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type ProcessUse, watchProcesses } from './watch-processes.ts';

export interface Finished {
  stdout: string;
  /** From start to end, on the wall. */
  ms: number;
  processes: ProcessUse[];
}

/** Runs a module of the project in a folder and watches it; rejects when it fails or `signal` aborts. */
export async function runModule(
  module: string,
  args: string[],
  options: { cwd: string; signal: AbortSignal },
): Promise<Finished> {
  const startedAt = performance.now();
  const file = join(import.meta.dirname, '..', module);
  const child = spawn(process.execPath, [file, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const watch = watchProcesses(child.pid ?? 0);
  try {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    const [code] = await once(child, 'close');
    if (code !== 0)
      throw new Error(`${module} ${args.join(' ')} ended with ${code}: ${stdout.slice(-2_000)}`);
    return { stdout, ms: performance.now() - startedAt, processes: watch.end() };
  } finally {
    watch.end();
  }
}
