import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';

/** A call of a handler that is under way, or has ended. */
interface Call {
  fail(error: unknown): void;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Runs a handler's code so that any failure that it causes fails this call, wherever it is thrown: in a timer, in
 * a promise that is not awaited, by ending the process. `fail` is called, also for what is thrown after the
 * handler has returned.
 */
export function watched<Value>(call: Call, run: () => Value): Value {
  install();
  return calls.run(call, run);
}

let isInstalled = false;

/**
 * Installed once per process, before the first call of a handler. Errors that no handler caused are handled as
 * before.
 */
function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  takeOver('uncaughtException');
  takeOver('unhandledRejection');
  refuse('exit');
  refuse('abort');
  refuse('kill', (pid) => pid === process.pid);
  syncBuiltinESMExports();
}

type Fault = 'uncaughtException' | 'unhandledRejection';

/**
 * Lambda's runtime has a listener, too, which ends the process: it is only called for errors that no handler
 * caused.
 */
function takeOver(event: Fault): void {
  const others = process.rawListeners(event) as ((error: unknown, origin: unknown) => void)[];
  process.removeAllListeners(event);
  process.on(event, (error: unknown, origin: unknown) => {
    const call = calls.getStore();
    if (call !== undefined) {
      call.fail(error);
      return;
    }
    // Without a listener of its own the process ends, with the error's stack.
    if (others.length === 0) throw error;
    for (const other of others) other.call(process, error, origin);
  });
}

/** Replaces a function that ends the process: it throws where a handler calls it. */
function refuse(name: 'exit' | 'abort' | 'kill', isMeant: (first: unknown) => boolean = () => true): void {
  const original = process[name] as (...args: unknown[]) => unknown;
  const guarded = (...args: unknown[]): unknown => {
    const call = calls.getStore();
    if (call === undefined || !isMeant(args[0])) return original.apply(process, args);
    const error = new Error(`called process.${name}(), which would end the process of other pages too`);
    call.fail(error);
    throw error;
  };
  Object.defineProperty(process, name, { value: guarded, writable: true, configurable: true });
}
