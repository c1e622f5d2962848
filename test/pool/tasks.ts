/** Functions that the tests call in processes. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HaltError, RetryError } from '../../shared/errors.ts';
import { openPool } from '../../shared/pool/pool.ts';
import { type TaskContext, task } from '../../shared/pool/task.ts';

export function square(input: number): number {
  return input * input;
}

export function add(a: number, b: string, c: number): string {
  return `${a}${b}${c}`;
}

/** Ends when the next higher input has ended; the highest at once. */
export async function backwards(folder: string, highest: number, input: number): Promise<number> {
  while (input < highest && !existsSync(`${folder}/${input + 1}`)) await sleep(5);
  writeFileSync(`${folder}/${input}`, '');
  return input;
}

/** Ends when there is a file of the input's name. */
export async function waitForFile(folder: string, input: string): Promise<string> {
  while (!existsSync(`${folder}/${input}`)) await sleep(5);
  return input.toUpperCase();
}

export function whoAmI(_input: unknown, context: TaskContext): { pid: number; name: string } {
  return { pid: process.pid, name: context.name };
}

export async function countBytes(texts: string[], input: Map<string, Uint8Array>) {
  const bytes = [...input.values()].reduce((sum, { length }) => sum + length, 0);
  return { texts: texts.length, bytes, answer: 'a'.repeat(300_000) };
}

export function failOnThree(input: number): number {
  if (input === 3) throw Object.assign(new RangeError('three is out'), { code: 'ERR_THREE' });
  return input;
}

export function halt(file: string): void {
  throw new HaltError('STORE_FAILED', `${file} is full`, { cause: new Error('ENOSPC') });
}

export function unclonable(): unknown {
  return { fn: () => undefined };
}

export const unclonableTask = task(import.meta.url, unclonable);

/** Writes its pid to the log, then waits to be released by a file `go`; the process is killed meanwhile. */
export async function logThenWait(folder: string, input: number): Promise<number> {
  appendFileSync(`${folder}/log`, `${input} ${process.pid}\n`);
  while (!existsSync(`${folder}/go`)) await sleep(5);
  return input;
}

/** Kills its process when it is called the first time on this input. */
export function dieOnce(folder: string, input: number): number {
  const file = `${folder}/died-${input}`;
  if (existsSync(file)) return input;
  writeFileSync(file, '');
  process.kill(process.pid, 'SIGKILL');
  return -1;
}

export function exitOnTwo(folder: string, input: number): number {
  appendFileSync(`${folder}/log`, `${input} ${process.pid}\n`);
  if (input === 2) process.exit(9);
  return input;
}

export function spin(folder: string, input: number): never {
  appendFileSync(`${folder}/log`, `${input} ${process.pid}\n`);
  for (;;);
}

/** Ends when its signal aborts, and says so. */
export async function listen(folder: string, input: number, { signal }: TaskContext): Promise<string> {
  appendFileSync(`${folder}/log`, `${input} ${process.pid}\n`);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  appendFileSync(`${folder}/ended`, `${input} ${process.pid}\n`);
  return 'ended';
}

/** The one that fails does so when the other is under way. */
export async function failBesideListener(folder: string, input: number, context: TaskContext): Promise<void> {
  if (input > 0) await listen(folder, input, context);
  while (!existsSync(`${folder}/log`)) await sleep(5);
  throw new Error('zero');
}

/** As `listen`, for a parent that dies. */
export async function releaseWhenLeft(folder: string, input: number, context: TaskContext): Promise<string> {
  context.onOrphaned(async () => {
    await sleep(20);
    writeFileSync(`${folder}/released`, readFileSync(`${folder}/log`));
  });
  return listen(folder, input, context);
}

export async function openAnother(): Promise<void> {
  await using pool = openPool();
  await pool.map([1], task(import.meta.url, square));
}

const ownErrors: Record<string, () => unknown> = {
  retry: () => new RetryError('LOCK_TIMEOUT', 'later', { retryAt: 123 }),
  several: () => new AggregateError([new Error('one'), new TypeError('two')], 'both'),
  numbered: () => Object.assign(new Error('numbered'), { code: 404 }),
  unreadable: () =>
    Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('no');
      },
    }),
};

export function throwOwn(kind: string): void {
  throw ownErrors[kind]?.();
}

export function readEnv(name: string): string | undefined {
  return process.env[name];
}
