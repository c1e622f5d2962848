import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPool, type PoolOptions, type ProcessExit } from '../../shared/pool/pool.ts';
import { partial, task } from '../../shared/pool/task.ts';
import { TaskError } from '../../shared/pool/task-error.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { isAlive, linesOf, untilLines } from './folder-log.ts';
import * as tasks from './tasks.ts';

const module = new URL('./tasks.ts', import.meta.url);

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ path: folder, remove } = temporaryFolder());
});
afterEach(() => remove());

/** A pool without the thread that watches the parent, which only one test is about. */
function open(options: PoolOptions = {}) {
  return openPool({ size: 2, watchParent: false, ...options });
}

/** The pids in the log, by line. */
function pidsOf(file = 'log'): number[] {
  return linesOf(`${folder}/${file}`).map((line) => Number(line.split(' ')[1]));
}

describe('map', () => {
  it('returns the results in the order of inputs, whatever order they come in', async () => {
    await using pool = open({ size: 4 });
    const bound = partial(task(module, tasks.backwards), folder, 3);
    expect(await pool.map([0, 1, 2, 3], bound)).toEqual([0, 1, 2, 3]);
  });

  it('calls in as many processes as there are inputs, up to its size, each of its own name', async () => {
    await using pool = open({ size: 3 });
    expect(pool.pids()).toEqual([]);
    const seen = await pool.map(['a', 'b', 'c'], task(module, tasks.whoAmI));
    expect(new Set(seen.map(({ pid }) => pid))).toEqual(new Set(pool.pids()));
    expect(new Set(seen.map(({ name }) => name)).size).toBe(3);
    expect(await pool.map([], task(module, tasks.whoAmI))).toEqual([]);
    expect(await pool.map(Array(20).keys(), task(module, tasks.square))).toHaveLength(20);
    expect(pool.pids()).toHaveLength(3);
  });

  it('clones arguments and results, of any size', async () => {
    await using pool = open();
    const texts = Array.from({ length: 1_600 }, (_, index) => 'n'.repeat(100) + index);
    const input = new Map([['a', new Uint8Array(400_000)]]);
    const [answer] = await pool.map([input], partial(task(module, tasks.countBytes), texts));
    expect(answer).toEqual({ texts: 1_600, bytes: 400_000, answer: 'a'.repeat(300_000) });
  });

  it('sets environment variables of the processes, besides those of its own', async () => {
    await using pool = open({ size: 1, env: { POOL_TEST: 'of the pool' } });
    const [own, inherited] = await pool.map(['POOL_TEST', 'PATH'], task(module, tasks.readEnv));
    expect([own, inherited]).toEqual(['of the pool', process.env['PATH']]);
  });

  it('gives bound arguments before the input', async () => {
    await using pool = open();
    const bound = partial(partial(task(module, tasks.add), 7), 'x');
    expect(await pool.map([1, 2], bound)).toEqual(['7x1', '7x2']);
  });

  it('serves several calls at once', async () => {
    await using pool = open();
    const squares = task(module, tasks.square);
    const answers = await Promise.all([pool.map([1, 2, 3], squares), pool.map([4, 5, 6], squares)]);
    expect(answers).toEqual([
      [1, 4, 9],
      [16, 25, 36],
    ]);
  });
});

describe('a function that throws', () => {
  it('rejects map with the input, its index, and the error with the stack of its process', async () => {
    await using pool = open();
    const error = await pool.map([1, 3, 5], task(module, tasks.failOnThree)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({
      code: 'TASK_FAILED',
      message: 'failOnThree on input 1, 3: RangeError: three is out',
      input: 3,
      index: 1,
      cause: { name: 'RangeError', message: 'three is out', code: 'ERR_THREE' },
    });
    expect(error.cause.stack).toMatch(/three is out\n +at failOnThree .*tasks\.ts:\d+/);
  });

  it('has its class and code again if the error is of the project, and its causes', async () => {
    await using pool = open();
    const { cause } = await pool.map(['disk'], task(module, tasks.halt)).catch((thrown) => thrown);
    expect(cause).toMatchObject({
      name: 'HaltError',
      code: 'STORE_FAILED',
      message: 'disk is full',
      remedy: expect.stringContaining('writable'),
      cause: { message: 'ENOSPC' },
    });
  });

  it.each([
    ['retry', { name: 'RetryError', code: 'LOCK_TIMEOUT', retryAt: 123 }],
    [
      'several',
      { name: 'AggregateError', errors: [{ message: 'one' }, { name: 'TypeError', message: 'two' }] },
    ],
    ['numbered', { code: 404 }],
    ['unreadable', { message: 'an error that cannot be read: Error: no' }],
  ])('tells what an error has to say: %s', async (kind, cause) => {
    await using pool = open({ size: 1 });
    const done = pool.map([kind], task(module, tasks.throwOwn));
    await expect(done).rejects.toMatchObject({ code: 'TASK_FAILED', input: kind, cause });
  });

  it('lets nothing more start; what is under way is aborted, and has ended when map rejects', async () => {
    await using pool = open();
    const beside = partial(task(module, tasks.failBesideListener), folder);
    await expect(pool.map([0, 1, 2, 3, 4], beside)).rejects.toMatchObject({ index: 0 });
    expect(linesOf(`${folder}/log`).map((line) => line[0])).toEqual(['1']);
    expect(linesOf(`${folder}/ended`)).toEqual(linesOf(`${folder}/log`));
    expect(pool.pids()).toHaveLength(2);
  });

  it.each([
    ['a result', () => open().map([1], tasks.unclonableTask)],
    ['an input', () => open().map([() => 1], task<[unknown], unknown>(module, tasks.unclonable))],
  ])('is distinguished from %s that cannot be cloned', async (_what, call) => {
    await expect(call()).rejects.toMatchObject({
      code: 'TASK_FAILED',
      message: expect.stringContaining('could not be cloned'),
      index: 0,
    });
  });
});

describe('imapUnordered', () => {
  it('yields as they come', async () => {
    await using pool = open({ size: 3 });
    const bound = partial(task(module, tasks.waitForFile), folder);
    const seen: unknown[] = [];
    const order = ['b', 'c', 'a'];
    const releaseNext = () => writeFileSync(`${folder}/${order.shift() ?? 'z'}`, '');
    releaseNext();
    for await (const result of pool.imapUnordered(['a', 'b', 'c'], bound)) {
      seen.push(result);
      releaseNext();
    }
    expect(seen).toEqual([
      { index: 1, input: 'b', value: 'B' },
      { index: 2, input: 'c', value: 'C' },
      { index: 0, input: 'a', value: 'A' },
    ]);
  });

  it('reads its inputs as results are taken, and closes them when it is broken off', async () => {
    await using pool = open();
    let read = 0;
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield read++;
      } finally {
        isClosed = true;
      }
    }
    let taken = 0;
    for await (const { value } of pool.imapUnordered(endless(), task(module, tasks.square))) {
      expect(Number.isInteger(Math.sqrt(value))).toBe(true);
      taken += 1;
      expect(read).toBeLessThanOrEqual(taken + 4);
      if (taken === 10) {
        // However long nobody takes a result, no more is read.
        await sleep(100);
        expect(read).toBeLessThanOrEqual(taken + 4);
      }
      if (taken === 30) break;
    }
    expect({ isClosed, taken }).toEqual({ isClosed: true, taken: 30 });
  });

  it('yields what came before a failure, then throws it, though no further input ever comes', async () => {
    await using pool = open({ size: 1 });
    async function* stalling() {
      yield* [1, 2, 3];
      await new Promise(() => undefined);
    }
    const values: number[] = [];
    const results = pool.imapUnordered(stalling(), task(module, tasks.failOnThree));
    const all = async () => {
      for await (const { value } of results) values.push(value);
    };
    await expect(all()).rejects.toMatchObject({ code: 'TASK_FAILED', index: 2, input: 3 });
    expect(values.sort()).toEqual([1, 2]);
  });

  it('throws what reading the inputs threw', async () => {
    await using pool = open();
    function* broken() {
      yield 1;
      throw new Error('no such line');
    }
    await expect(pool.map(broken(), task(module, tasks.square))).rejects.toThrow('no such line');
  });
});

describe('a process that dies', () => {
  it('loses no input: each is given to another process', async () => {
    const exits: ProcessExit[] = [];
    await using pool = open({ onExit: (exit) => void exits.push(exit) });
    const inputs = [...Array(8).keys()];
    expect(await pool.map(inputs, partial(task(module, tasks.dieOnce), folder))).toEqual(inputs);
    expect(exits).toHaveLength(8);
    expect(exits[0]).toEqual({
      name: expect.any(String),
      pid: expect.any(Number),
      crashed: true,
      reason: 'SIGKILL',
    });
    expect(new Set(exits.map(({ name }) => name)).size).toBe(8);
  });

  it('loses none when it is killed from outside', async () => {
    await using pool = open();
    const done = pool.map([1, 2, 3, 4, 5], partial(task(module, tasks.logThenWait), folder));
    await untilLines(`${folder}/log`, 2);
    for (const pid of pidsOf()) process.kill(pid, 'SIGKILL');
    await untilLines(`${folder}/log`, 4);
    writeFileSync(`${folder}/go`, '');
    expect(await done).toEqual([1, 2, 3, 4, 5]);
  });

  it('is reported before its input is given to another', async () => {
    const released = Promise.withResolvers<void>();
    const reported = Promise.withResolvers<void>();
    await using pool = open({
      size: 1,
      onExit({ crashed }) {
        reported.resolve();
        return crashed ? released.promise : undefined;
      },
    });
    const done = pool.map([1], partial(task(module, tasks.dieOnce), folder));
    await reported.promise;
    await sleep(100);
    expect(pool.pids()).toEqual([]);
    released.resolve();
    expect(await done).toEqual([1]);
  });

  it('fails the input that killed it maxDeaths times with TASK_CRASHED', async () => {
    await using pool = open({ size: 1, maxDeaths: 2 });
    const exiting = partial(task(module, tasks.exitOnTwo), folder);
    await expect(pool.map([1, 2, 3], exiting)).rejects.toMatchObject({
      code: 'TASK_CRASHED',
      message: 'exitOnTwo on input 1, 2: its process died 2 times (exit code 9)',
      input: 2,
      index: 1,
    });
    expect(linesOf(`${folder}/log`).map((line) => line[0])).toEqual(['1', '2', '2']);
  });

  it('is killed when it says nothing for stuckAfterMs', async () => {
    const reasons: string[] = [];
    // Started before: on a busy machine a process may say nothing for longer until it has loaded the function.
    await using starting = open({ size: 1 });
    await starting.map([1], task(module, tasks.whoAmI));
    await using pool = open({
      size: 1,
      maxDeaths: 1,
      stuckAfterMs: 1_500,
      processes: starting.handOver(),
      onExit: ({ crashed, reason }) => void reasons.push(`${crashed} ${reason}`),
    });
    const spinning = pool.map([1], partial(task(module, tasks.spin), folder));
    await expect(spinning).rejects.toMatchObject({ code: 'TASK_CRASHED' });
    expect(reasons).toEqual(['true SIGKILL']);
  });

  it.each([
    ['has loaded the function', {}, new URL('./exits-when-loaded.ts', import.meta.url), 'exit code 7'],
    ['runs', { execArgv: ['--no-such-option'] }, module, 'exit code 9'],
  ])('five times in a row before it %s halts', async (_what, options, where, reason) => {
    const pids = new Set<number | undefined>();
    await using pool = open({
      ...options,
      size: 1,
      maxDeaths: Infinity,
      onExit: ({ pid }) => void pids.add(pid),
    });
    const never = task(where, function never(input: number) {
      return input;
    });
    await expect(pool.map([1, 2], never)).rejects.toMatchObject({
      name: 'HaltError',
      code: 'WORKER_LOST',
      message: `worker processes end at once (${reason})`,
    });
    expect(pids.size).toBe(5);
  });

  it('fails a call whose module ends every process, whatever goes on beside it', async () => {
    await using pool = open({ size: 2 });
    const stop = new AbortController();
    const endless = (function* () {
      for (let input = 0; ; input += 1) yield input;
    })();
    const others = pool.map(endless, task(module, tasks.square), { signal: stop.signal });
    const never = {
      module: new URL('./exits-when-loaded.ts', import.meta.url).href,
      name: 'never',
      bound: [],
    };
    await expect(pool.map([1], never)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    stop.abort(new Error('enough'));
    await expect(others).rejects.toThrow('enough');
  });

  it('fails every call with what onExit throws, and ends the other processes', async () => {
    const first = new Error('first');
    let exits = 0;
    await using pool = open({
      size: 3,
      onExit() {
        exits += 1;
        throw exits === 1 ? first : new Error('later');
      },
    });
    const done = pool.map([1, 2, 3], partial(task(module, tasks.logThenWait), folder));
    done.catch(() => undefined);
    await untilLines(`${folder}/log`, 3);
    process.kill(pool.pids()[0] ?? 0, 'SIGKILL');
    await expect(done).rejects.toBe(first);
    expect({ exits, pids: pool.pids() }).toEqual({ exits: 3, pids: [] });
  });
});

describe('a signal', () => {
  it('starts nothing when it was aborted before', async () => {
    await using pool = open();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(pool.map([1], task(module, tasks.square), { signal })).rejects.toThrow('too late');
    expect(pool.pids()).toEqual([]);
  });

  it('lets a function that listens end by itself, in a process that lives on', async () => {
    await using pool = open({ graceMs: Infinity });
    const stop = new AbortController();
    const bound = partial(task(module, tasks.listen), folder);
    const done = pool.map([1, 2, 3, 4, 5, 6], bound, { signal: stop.signal });
    await untilLines(`${folder}/log`, 2);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(done).rejects.toBe(reason);
    expect(linesOf(`${folder}/ended`).sort()).toEqual(linesOf(`${folder}/log`).sort());
    expect(pidsOf('ended').sort()).toEqual(pool.pids().sort());
    expect(await pool.map([2], task(module, tasks.square))).toEqual([4]);
  });

  it('ends at once a process that is still loading what it is to call, whatever the grace', async () => {
    const exits: boolean[] = [];
    await using pool = open({
      ...{ graceMs: Infinity, size: 1, env: { POOL_LOG: `${folder}/log` } },
      onExit: ({ crashed }) => void exits.push(crashed),
    });
    const stop = new AbortController();
    const url = new URL('./slow-to-load.ts', import.meta.url).href;
    const done = pool.map([1], { module: url, name: 'never', bound: [] }, { signal: stop.signal });
    await untilLines(`${folder}/log`, 1);
    stop.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(pidsOf().filter(isAlive)).toEqual([]);
    expect(exits).toEqual([false]);
  });

  it('kills a function that does not end within graceMs', async () => {
    const exits: boolean[] = [];
    await using pool = open({ graceMs: 50, onExit: ({ crashed }) => void exits.push(crashed) });
    const stop = new AbortController();
    const done = pool.map([1, 2, 3], partial(task(module, tasks.spin), folder), { signal: stop.signal });
    await untilLines(`${folder}/log`, 2);
    stop.abort();
    await expect(done).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(pidsOf().filter(isAlive)).toEqual([]);
    expect(linesOf(`${folder}/log`)).toHaveLength(2);
    expect(exits).toEqual([false, false]);
    expect(await pool.map([2], task(module, tasks.square))).toEqual([4]);
  });

  it('lets no input of a process that dies meanwhile start again', async () => {
    await using pool = open({ graceMs: Infinity });
    const stop = new AbortController();
    const bound = partial(task(module, tasks.logThenWait), folder);
    const done = pool.map([1, 2, 3], bound, { signal: stop.signal });
    await untilLines(`${folder}/log`, 2);
    stop.abort();
    for (const pid of pidsOf()) process.kill(pid, 'SIGKILL');
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(linesOf(`${folder}/log`)).toHaveLength(2);
  });
});

describe('the end of a pool', () => {
  it('leaves no process, idle or busy, and fails what is under way and what comes later', async () => {
    const exits: ProcessExit[] = [];
    const pool = open({ graceMs: 50, onExit: (exit) => void exits.push(exit) });
    await pool.map([1], task(module, tasks.square));
    const done = pool.map([1], partial(task(module, tasks.spin), folder));
    done.catch(() => undefined);
    await untilLines(`${folder}/log`, 1);
    const pids = pool.pids();
    await Promise.all([pool.close(), pool.close()]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect({ left: pool.pids(), exits: exits.length }).toEqual({ left: [], exits: pids.length });
    await expect(done).rejects.toMatchObject({ code: 'POOL_CLOSED' });
    await expect(pool.map([1], task(module, tasks.square))).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  });

  it('fails a map that waits for its next input', async () => {
    const pool = open({ size: 1 });
    const read = Promise.withResolvers<void>();
    async function* oneAndNoMore() {
      yield 1;
      read.resolve();
      await new Promise(() => undefined);
    }
    const done = pool.map(oneAndNoMore(), task(module, tasks.square));
    const failed = expect(done).rejects.toMatchObject({ code: 'POOL_CLOSED' });
    await read.promise;
    await pool.close();
    await failed;
  });

  it('comes with the end of the scope, and lets processes end in order', async () => {
    const exits: ProcessExit[] = [];
    let pids: number[] = [];
    {
      await using pool = open({ onExit: (exit) => void exits.push(exit) });
      await pool.map([1, 2], task(module, tasks.square));
      pids = pool.pids();
    }
    expect(pids.filter(isAlive)).toEqual([]);
    expect(exits.map(({ crashed, reason }) => ({ crashed, reason }))).toEqual(
      pids.map(() => ({ crashed: false, reason: 'exit code 0' })),
    );
  });

  it('is at once by kill', async () => {
    const pool = open({ graceMs: Infinity });
    const done = pool.map([1, 2], partial(task(module, tasks.spin), folder));
    done.catch(() => undefined);
    await untilLines(`${folder}/log`, 2);
    const pids = pool.pids();
    await pool.kill();
    expect(pids.filter(isAlive)).toEqual([]);
    await expect(done).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  });
});

describe('openPool', () => {
  it.each([0, 1.5, Number.NaN])('refuses a size of %s', (size) => {
    expect(() => openPool({ size })).toThrow(RangeError);
  });

  it('refuses in a process of a pool, where it would go on for ever', async () => {
    await using pool = open({ size: 1 });
    await expect(pool.map([1], task(module, tasks.openAnother))).rejects.toMatchObject({
      code: 'TASK_INVALID',
      message: expect.stringContaining('module of its own'),
    });
  });
});

describe('a pool that hands its processes over', () => {
  const whoAmI = task(module, tasks.whoAmI);

  it('gives those without a call to another, which ends them', async () => {
    await using first = open();
    const [seen] = await first.map(['a'], whoAmI);
    const exits: ProcessExit[] = [];
    const second = open({
      processes: first.handOver(),
      onExit: (exit) => {
        exits.push(exit);
      },
    });
    await expect(first.map(['b'], whoAmI)).rejects.toMatchObject({ code: 'POOL_CLOSED' });
    const [again, other] = await second.map(['b', 'c'], whoAmI);
    expect(again?.pid).toBe(seen?.pid);
    expect(other?.pid).not.toBe(seen?.pid);
    await second.close();
    expect(exits.map(({ pid, crashed }) => [pid, crashed])).toEqual(
      expect.arrayContaining([
        [seen?.pid, false],
        [other?.pid, false],
      ]),
    );
    expect(isAlive(seen?.pid ?? 0)).toBe(false);
  });

  it('keeps those with a call, and ends with them', async () => {
    const first = open({ size: 1, graceMs: 0 });
    const waiting = first.map([1], partial(task(module, tasks.logThenWait), folder));
    await untilLines(`${folder}/log`, 1);
    expect(first.handOver()).toEqual([]);
    await expect(waiting).rejects.toMatchObject({ code: 'POOL_CLOSED' });
    await first.close();
    expect(pidsOf().map(isAlive)).toEqual([false]);
  });

  it('starts another in place of one that has died meanwhile', async () => {
    await using first = open();
    const [seen] = await first.map(['a'], whoAmI);
    const processes = first.handOver();
    process.kill(seen?.pid ?? 0, 'SIGKILL');
    await Promise.all(processes.map((child) => once(child, 'exit')));
    await using second = open({ processes });
    const [again] = await second.map(['b'], whoAmI);
    expect(again?.pid).not.toBe(seen?.pid);
  });

  it('has those ended that were not taken, those beyond the size at once', async () => {
    await using first = open();
    await first.map(['a', 'b'], whoAmI);
    const processes = first.handOver();
    const [taken, surplus] = processes.map((child) => once(child, 'exit'));
    const second = open({ size: 1, processes });
    await surplus;
    await second.close();
    await taken;
    expect(processes.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL']);
  });
});
