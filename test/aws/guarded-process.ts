import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../testing/free-port.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

/** A server on this machine, and how to end it. */
export interface Emulator {
  endpoint: string;
  stop(): Promise<void>;
}

export interface ServerCommand {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

const readyMs = 60_000;
const startAttempts = 3;

/**
 * Starts a server on a free port and waits until it answers at `path`, with whatever status. It ends,
 * with all its children and its folder, at `stop` or when this process dies, however that happens.
 */
export async function startServer(
  path: string,
  commandFor: (port: number, folder: string) => ServerCommand,
): Promise<Emulator> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const { process: child, log, stop } = spawnGuarded((folder) => commandFor(port, folder));
    const endpoint = `http://127.0.0.1:${port}`;
    if (await answers(`${endpoint}${path}`, child)) return { endpoint, stop };
    await stop();
    // Between finding the port and listening on it, another process may have taken it.
    if (attempt === startAttempts) throw new Error(`did not start: ${log().trim().slice(-300)}`);
  }
}

/**
 * The shell is the guard: it leads a process group of its own and waits for the end of its standard
 * input, which the kernel closes when this process dies.
 */
const guard =
  '{ shift; "$@" </dev/null; kill -KILL 0; } & trap "" TERM INT HUP; cat >/dev/null; rm -rf "$1"; kill -KILL 0';

function spawnGuarded(commandFor: (folder: string) => ServerCommand) {
  const folder = temporaryFolder();
  const { command, args, env } = commandFor(folder.path);
  const child = spawn('/bin/sh', ['-c', guard, 'guard', folder.path, command, ...args], {
    cwd: folder.path,
    detached: true,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let log = '';
  const remember = (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-10_000);
  };
  child.stdout.on('data', remember);
  child.stderr.on('data', remember);
  child.stdin.on('error', () => {});
  return {
    process: child,
    log: () => log,
    stop: async () => {
      child.stdin.end();
      await closed;
      folder.remove();
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const end = Date.now() + readyMs;
  while (Date.now() < end && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined) return true;
    await sleep(50);
  }
  return false;
}
