import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

it('leaves nothing behind that it made or started when it is told to stop', async () => {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, 'shared/engine/shards.ts', 'test/engine/shards.test.ts', '--max=1'];
  const child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: path } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const runner = () =>
    execFileSync('ps', ['-A', '-o', 'args='])
      .toString()
      .split('\n')
      .filter((line) => line.includes(`${path}/`));
  await expect.poll(runner, { interval: 200 }).not.toEqual([]);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([143, null]);
  await expect.poll(runner).toEqual([]);
  expect(readdirSync(path)).toEqual([]);
});
