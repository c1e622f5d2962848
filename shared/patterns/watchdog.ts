import { type Context, createContext, Script } from 'node:vm';

/** One for the process, since making a context takes a millisecond. */
let watched: { context: Context & { run?: () => unknown }; script: Script } | undefined;

/**
 * Runs a function under V8's watchdog, which stops regular expressions too. Returns `undefined` if it takes longer than
 * `timeoutMs`: what it has changed by then is changed.
 */
export function runWatched<Value>(run: () => Value, timeoutMs: number): { value: Value } | undefined {
  watched ??= { context: createContext({}), script: new Script('run()') };
  const { context, script } = watched;
  let result: { value: Value } | undefined;
  context.run = () => {
    result = { value: run() };
  };
  try {
    script.runInContext(context, { timeout: timeoutMs });
    return result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return undefined;
  } finally {
    delete context.run;
  }
}
