/** A process of a pool: calls the functions that the parent names, one at a time, until the parent ends it. */
import { HaltError } from '../errors.ts';
import { endUnlessCalled, type FromProcess, type ToProcess } from './messages.ts';
import { watchParent } from './parent-watch.ts';
import { describeError } from './remote-error.ts';
import type { TaskContext } from './task.ts';

type Call = Extract<ToProcess, { type: 'call' }>;

interface UnderWay {
  call: number;
  cancelling: AbortController;
  release(): Promise<void>;
}

const aliveEveryMs = 1_000;
let underWay: UnderWay | undefined;

// The terminal sends Ctrl-C to every process; only the parent reacts to it.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToProcess) => {
  // It reports its own failures; it rejects only when the parent is unreachable, and then the process has to end.
  if (message.type === 'call') void run(message);
  else if (message.type === 'end') process.exit(0);
  else if (message.call === underWay?.call) underWay.cancelling.abort();
});
process.once('disconnect', onOrphaned);
// The parent may have died while this module was loaded.
if (!process.connected) await onOrphaned();
// An argument of the command line, since `process.ppid` changes when the parent dies.
const [, , parent] = process.argv;
if (parent !== undefined) watchParent(Number(parent));
// A function that blocks the process keeps this message from being sent; the parent may then kill the process.
setInterval(() => say({ type: 'alive' }), aliveEveryMs).unref();

async function run(message: Call): Promise<void> {
  const { call } = message;
  const cancelling = new AbortController();
  underWay = { call, cancelling, release: async () => undefined };
  const answer = await answerTo(message, underWay);
  underWay = undefined;
  try {
    say(answer);
  } catch (error) {
    say({ type: 'failed', call, error: describeError(error) });
  }
}

async function answerTo(message: Call, current: UnderWay): Promise<FromProcess> {
  const { call, name, args } = message;
  const { signal } = current.cancelling;
  try {
    const fn = await load(message).finally(() => {
      if (process.listenerCount(endUnlessCalled) === 0) process.on(endUnlessCalled, () => undefined);
      say({ type: 'started', call });
    });
    signal.throwIfAborted();
    const onOrphaned: TaskContext['onOrphaned'] = (release) => {
      current.release = release;
    };
    const value = await fn(...args, { name, signal, onOrphaned } satisfies TaskContext);
    return { type: 'done', call, value };
  } catch (error) {
    return { type: 'failed', call, error: describeError(error) };
  }
}

async function load({ module, export: name }: Call): Promise<(...args: unknown[]) => unknown> {
  const exported: Record<string, unknown> = await import(module).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HaltError('TASK_INVALID', `${module} cannot be loaded: ${why}`, { cause });
  });
  const fn = exported[name];
  if (typeof fn === 'function') return fn as (...args: unknown[]) => unknown;
  const names = Object.keys(exported).join(', ') || 'nothing';
  throw new HaltError('TASK_INVALID', `${module} exports no function ${name}, but ${names}`);
}

function say(message: FromProcess): void {
  // The parent may have died before the message is sent.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function onOrphaned(): Promise<void> {
  try {
    await underWay?.release();
  } finally {
    process.exit(0);
  }
}
