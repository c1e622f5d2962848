import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { HaltError } from '../errors.ts';

export interface PoolOptions {
  /** Processes kept alive. */
  size: number;
  /** Module that each process runs. */
  module: URL;
  /**
   * The first message to the process with this owner name; the only later one is 'drain'. Not an
   * argument, since Linux bounds one at 128 KiB.
   */
  messageFor(owner: string): unknown;
  /** Names processes; never used twice. */
  newOwner(): string;
  /** A process that says nothing over its channel for so long is stuck, and killed. */
  stuckAfterMs: number;
  /** A process has ended, called before it is replaced: what it held is free. `crashed`: nobody asked it to. */
  onExit(exit: { owner: string; pid: number | undefined; crashed: boolean; reason: string }): Promise<void>;
}

/** Worker processes that are replaced when they die. */
export interface ProcessPool {
  pids(): number[];
  /**
   * Settles when no process is left: resolves when all have ended by `drain` or `kill`; rejects with
   * `HaltError` when they cannot live or ask to halt, or with the error of `onExit`.
   */
  ended: Promise<void>;
  /** Asks each to finish what it has under way and end. */
  drain(): void;
  /** Ends all at once, as `kill -9` does. */
  kill(): void;
}

/** Ends in a row before a process said anything: the machine or the code is at fault, not the work. */
const maxFailedStarts = 5;

/**
 * V8 takes memory for speed that a worker does not need: up to three times 32 MB for new objects, and
 * garbage up to four times what lives. So bounded its memory stays flat, and no page is slower
 * (docs/benchmarks.md).
 */
const heapBounds = ['--max-semi-space-size=16', '--heap-growing-percent=40'];

/** Exit code of a worker that met an error no replacement would survive. */
export const haltExitCode = 78;

export function startPool(options: PoolOptions): ProcessPool {
  const live = new Map<string, ChildProcess>();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let draining = false;
  let failedStarts = 0;
  let failure: { error: unknown } | undefined;

  const start = () => {
    const owner = options.newOwner();
    const child = fork(options.module, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, ...heapBounds],
    });
    live.set(owner, child);
    let stuck = setTimeout(() => child.kill('SIGKILL'), options.stuckAfterMs);
    let started = false;
    child.on('message', () => {
      started = true;
      clearTimeout(stuck);
      stuck = setTimeout(() => child.kill('SIGKILL'), options.stuckAfterMs);
    });
    child.on('error', () => undefined);
    send(child, options.messageFor(owner));
    child.once('close', (code, signal) => {
      clearTimeout(stuck);
      const crashed = !draining || code !== 0;
      failedStarts = started ? 0 : failedStarts + 1;
      const reason = signal ?? `exit code ${code}`;
      options
        .onExit({ owner, pid: child.pid, crashed, reason })
        .finally(() => live.delete(owner))
        .then(() => afterExit(code, reason))
        .catch(fail);
    });
  };

  const afterExit = (code: number | null, reason: string) => {
    if (code === haltExitCode)
      fail(new HaltError('WORKER_LOST', 'a worker process had to stop; its reason is above'));
    else if (failedStarts >= maxFailedStarts)
      fail(new HaltError('WORKER_LOST', `workers end at once (${reason})`));
    else if (!draining) start();
    settle();
  };

  const fail = (error: unknown) => {
    draining = true;
    failure ??= { error };
    for (const child of live.values()) child.kill('SIGKILL');
    settle();
  };

  const settle = () => {
    if (live.size > 0) return;
    if (failure === undefined) resolve();
    else reject(failure.error);
  };

  try {
    for (let index = 0; index < options.size; index += 1) start();
  } catch (error) {
    fail(error);
  }
  return {
    pids: () => [...live.values()].flatMap((child) => child.pid ?? []),
    ended,
    drain() {
      draining = true;
      for (const child of live.values()) send(child, 'drain');
    },
    kill() {
      draining = true;
      for (const child of live.values()) child.kill('SIGKILL');
    },
  };
}

/** What a process that dies meanwhile does not get, its replacement does. */
function send(child: ChildProcess, message: unknown): void {
  if (child.connected) child.send(message as Serializable, () => undefined);
}
