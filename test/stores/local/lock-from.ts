import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Another process with a lock on the store, against those who write or against all. */
export async function lockFrom(
  file: string,
  against: 'writers' | 'all',
  sql = "INSERT INTO counters (name, value) VALUES ('other', 0)",
) {
  const script = join(import.meta.dirname, 'keep-locked.ts');
  const holder = spawn(process.execPath, [script, file, against, sql], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return {
    pid: holder.pid,
    async release() {
      holder.stdin.end();
      await once(holder, 'exit');
    },
  };
}
