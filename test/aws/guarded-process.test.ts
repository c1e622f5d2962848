import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startServer } from './guarded-process.ts';

/** A server that tells its folder, and has a child that would outlive it. */
const server = `
  import { spawn } from 'node:child_process';
  import { createServer } from 'node:http';
  spawn('sleep', ['60'], { stdio: 'inherit' });
  createServer((_, response) => response.end(process.cwd())).listen(process.argv[1], '127.0.0.1');
`;
const command = (port: number) => ({
  command: process.execPath,
  args: ['--input-type=module', '-e', server, String(port)],
  env: process.env,
});

const untilRefused = async (endpoint: string) => {
  while ((await fetch(endpoint).catch(() => undefined)) !== undefined) await sleep(20);
};

describe('startServer', () => {
  it('starts on a port of its own and leaves nothing behind', async () => {
    const [one, two] = await Promise.all([startServer('/', command), startServer('/', command)]);
    const folder = await (await fetch(one.endpoint)).text();
    expect(await (await fetch(two.endpoint)).text()).not.toBe(folder);
    await Promise.all([one.stop(), two.stop()]);
    await untilRefused(one.endpoint);
    expect(existsSync(folder)).toBe(false);
  });

  it('ends with the process that started it, even a killed one', async () => {
    const module = join(import.meta.dirname, 'guarded-process.ts');
    const owner = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { startServer } from ${JSON.stringify(module)};
         const command = (port) => ({ command: process.execPath, args: ['--input-type=module', '-e', ${JSON.stringify(server)}, String(port)], env: process.env });
         console.log((await startServer('/', command)).endpoint);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = await once(owner.stdout, 'data');
    const endpoint = String(line).trim();
    const folder = await (await fetch(endpoint)).text();
    owner.kill('SIGKILL');
    await untilRefused(endpoint);
    expect(existsSync(folder)).toBe(false);
  });

  it('says what the server said when it does not start', async () => {
    const failing = () => ({
      command: 'sh',
      args: ['-c', 'echo no such luck >&2; exit 1'],
      env: process.env,
    });
    await expect(startServer('/', failing)).rejects.toThrow('no such luck');
  });
});
