import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';

/** The call of a handler that is under way, or was. */
interface Call {
  fail(error: unknown): void;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Runs a handler's code so that whatever it starts fails this call, wherever it throws: in a timer, in a promise
 * that nobody waits for, by ending the process. `fail` is called, also for what is thrown after the handler has returned.
 */
export function watched<Value>(call: Call, run: () => Value): Value {
  install();
  return calls.run(call, run);
}

let isInstalled = false;

/** Once for the process, and not before the first handler is called. What is no handler's goes on as it would have. */
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

/** Lambda's runtime listens too, and ends the process: it is asked only about what is no handler's. */
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

/** Makes a function that ends the process throw where a handler calls it. */
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
