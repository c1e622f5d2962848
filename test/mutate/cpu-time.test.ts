import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cpuMs } from './cpu-time.ts';

function work(ms: number): void {
  const start = process.cpuUsage();
  for (let used = start; (used.user - start.user) / 1_000 < ms; used = process.cpuUsage());
}

it('counts what is computed, not what is waited for', async () => {
  const first = cpuMs();
  work(200);
  const second = cpuMs();
  await delay(400);
  const third = cpuMs();
  expect(second - first).toBeGreaterThan(190);
  expect(third - second).toBeLessThan(200);
});

it.runIf(existsSync('/proc/self/stat'))('counts processes that it started, once they have ended', () => {
  const first = cpuMs();
  execFileSync(process.execPath, [
    '-e',
    'const at = process.cpuUsage().user; while (process.cpuUsage().user - at < 300_000);',
  ]);
  expect(cpuMs() - first).toBeGreaterThan(290);
});
