import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import type { FileReport, Message, Order } from './runner.ts';

/** What each file of tests came to; of those that ended in time, where `isLate`. */
export interface Answer {
  reports: FileReport[];
  isLate: boolean;
  /** By the clock. */
  ms: number;
}

/**
 * Runs tests of a tree, in a process group of its own that lives from one order to the next, is ended with all that
 * its tests started when an order takes too long, and is then begun anew. Disposed of, or when this process exits,
 * it is gone.
 */
export class TestRunner implements Disposable {
  #child: ChildProcess | undefined;
  readonly #root: string;
  readonly #mode: 'whole' | 'first';
  readonly #env: NodeJS.ProcessEnv;
  readonly #onExit = () => this.#end();

  /** `first`: an order is done once a test has failed. */
  constructor(root: string, mode: 'whole' | 'first', env: NodeJS.ProcessEnv = {}) {
    this.#root = root;
    this.#mode = mode;
    this.#env = { ...process.env, ...env };
    // Before the copy is removed in which it runs.
    process.prependOnceListener('exit', this.#onExit);
  }

  async run(order: Order, limitMs: number): Promise<Answer> {
    const child = await this.#ready();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#end();
    }, limitMs);
    const reports: FileReport[] = [];
    const exited = new AbortController();
    const onExit = () => exited.abort();
    child.once('exit', onExit);
    const startedAt = performance.now();
    child.send(order);
    try {
      for await (const [given] of on(child, 'message', { signal: exited.signal })) {
        const message = given as Message;
        if (message === 'done') break;
        reports.push(message);
      }
      endLeftBehind(child.pid);
    } catch (error) {
      if (!isLate) throw new Error('the process that runs the tests has ended', { cause: error });
    } finally {
      clearTimeout(timer);
      child.off('exit', onExit);
    }
    return { reports, isLate, ms: performance.now() - startedAt };
  }

  /** The next order is for a process of its own. */
  restart(): void {
    this.#end();
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#onExit);
    this.#end();
  }

  async #ready(): Promise<ChildProcess> {
    if (this.#child !== undefined) return this.#child;
    const runner = join(this.#root, 'test/mutate/runner.ts');
    const child = fork(runner, [this.#mode], {
      cwd: this.#root,
      env: this.#env,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    await once(child, 'message');
    return child;
  }

  #end(): void {
    const pid = this.#child?.pid;
    this.#child = undefined;
    if (pid !== undefined) end(-pid);
  }
}

/** A fault may leave processes behind that its tests would have ended: all of the group but its leader. */
function endLeftBehind(leader: number | undefined): void {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,pgid=']).toString().trim().split('\n');
  for (const line of lines) {
    const [pid = 0, group] = line.trim().split(/\s+/).map(Number);
    if (group === leader && pid !== leader) end(pid);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
