import { availableParallelism } from 'node:os';
import { HaltError } from '../errors.ts';
import { ownModule } from '../own-files.ts';
import { callOnEach, type Inputs, type Result } from './call-on-each.ts';
import { type Dispatcher, makeDispatcher, type ProcessExit, poolClosed } from './dispatch.ts';
import { newProcessName } from './process-name.ts';
import type { Task } from './task.ts';
import type { IdleProcess } from './worker-process.ts';

export type { IdleProcess, Inputs, ProcessExit, Result };

export interface PoolOptions {
  /** Number of processes; they are started on demand. @default the cores available to this process */
  size?: number;
  /** How long a cancelled function may take to end; then its process is killed. @default 1000 */
  graceMs?: number;
  /** An input whose process died this often fails with TASK_CRASHED; `Infinity` is allowed. @default 3 */
  maxDeaths?: number;
  /**
   * A process in which no timer runs for this long counts as stuck, and is killed. Do not set it for functions
   * that compute for longer than that without a pause. @default Infinity
   */
  stuckAfterMs?: number;
  /** Arguments of node for the processes, in addition to those of this one. @default [] */
  execArgv?: string[];
  /** Environment variables of the processes, besides those of this one. @default {} */
  env?: Record<string, string>;
  /**
   * Ends a process whose parent has died even while a function blocks it. This costs a thread in each process,
   * some 20 MB; without it such a process ends when its function lets timers run. @default true
   */
  watchParent?: boolean;
  /**
   * Processes that another pool handed over, opened with the same `execArgv`, `env` and `watchParent`: they have loaded what
   * they called there. Taken before others are started; those beyond `size` are ended. @default []
   */
  processes?: IdleProcess[];
  /** Names a process; must never return the same name twice. @default host, pid and a random part */
  newName?(): string;
  /**
   * Called when a process has ended. Awaited before its input is given to another; if it throws, all calls fail
   * with that error.
   */
  onExit?(exit: ProcessExit): Promise<void> | void;
}

export interface MapOptions {
  /** Aborted to stop: nothing more is started; the signal of functions under way aborts, and they have `graceMs` to end. */
  signal?: AbortSignal;
}

/** Worker processes on this machine, like Python's `multiprocessing.Pool`. */
export interface Pool extends AsyncDisposable {
  /**
   * Calls the task on each input, in processes. Results are in the order of the inputs, which are read on demand.
   * Arguments and results are cloned (structured clone).
   * Rejects with `TaskError` at the first failure: the rest is not started, and functions under way are cancelled.
   * Rejects with the reason of `signal` when that aborts, and with `HaltError`: TASK_INVALID if the task is no
   * export, WORKER_LOST if processes do not stay alive, POOL_CLOSED. No function is under way any more then. An
   * input whose process dies is given to another.
   */
  map<I, R>(inputs: Inputs<I>, task: Task<[input: I], R>, options?: MapOptions): Promise<R[]>;
  /** Like `map`, but yields results as they arrive; reads at most twice the pool's size ahead of the consumer. */
  imapUnordered<I, R>(
    inputs: Inputs<I>,
    task: Task<[input: I], R>,
    options?: MapOptions,
  ): AsyncGenerator<Result<I, R>, void, void>;
  /** The pids of the processes that are alive. */
  pids(): number[];
  /** Cancels the calls under way, which fail with POOL_CLOSED. Resolves when no process is left. */
  close(): Promise<void>;
  /** Like `close`, without grace: `kill -9`. */
  kill(): Promise<void>;
  /** Closes the pool, but for the processes that have no call: they are for the `processes` of another pool. */
  handOver(): IdleProcess[];
}

/** Opens a pool. Close it, or bind it with `await using`. */
export function openPool(options: PoolOptions = {}): Pool {
  refuseInProcess();
  const { size = availableParallelism() } = options;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`a pool has at least 1 process, not ${size}`);
  const dispatcher = makeDispatcher({
    size,
    graceMs: options.graceMs ?? 1_000,
    maxDeaths: options.maxDeaths ?? 3,
    stuckAfterMs: options.stuckAfterMs ?? Infinity,
    execArgv: options.execArgv ?? [],
    env: options.env ?? {},
    watchParent: options.watchParent ?? true,
    processes: options.processes ?? [],
    newName: options.newName ?? newProcessName,
    onExit: options.onExit ?? (() => undefined),
  });
  return poolOf(dispatcher, 2 * size);
}

function poolOf(dispatcher: Dispatcher, capacity: number): Pool {
  const closing = new AbortController();
  const each = <I, R>(inputs: Inputs<I>, task: Task<[input: I], R>, options: MapOptions = {}) => {
    // Also while an input is awaited that never arrives.
    const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])]);
    return callOnEach<I, R>(inputs, { call: (input) => dispatcher.call(task, input), capacity, signal });
  };
  const close = () => {
    closing.abort(poolClosed());
    return dispatcher.close();
  };
  return {
    map: (inputs, task, options) => inOrder(each(inputs, task, options)),
    imapUnordered: each,
    pids: () => dispatcher.pids(),
    close,
    kill() {
      closing.abort(poolClosed());
      return dispatcher.kill();
    },
    handOver: () => dispatcher.handOver(),
    [Symbol.asyncDispose]: close,
  };
}

async function inOrder<R>(results: AsyncIterable<Result<unknown, R>>): Promise<R[]> {
  const values: R[] = [];
  for await (const { index, value } of results) values[index] = value;
  return values;
}

/**
 * The module of a function is loaded in every process: one that opens a pool while it is loaded would start
 * processes without end.
 */
function refuseInProcess(): void {
  if (process.argv[1] !== ownModule('shared/pool/process-main')) return;
  const remedy = 'move the function to a module of its own';
  throw new HaltError('TASK_INVALID', `a process of a pool cannot open another pool; ${remedy}`);
}
