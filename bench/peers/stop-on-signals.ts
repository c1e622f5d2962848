/** Aborts at SIGINT or SIGTERM in place of ending the process, so that what was started can be ended before it. */
export function stopOnSignals(): { signal: AbortSignal } & Disposable {
  const stop = new AbortController();
  const onSignal = (name: NodeJS.Signals) => stop.abort(new Error(`stopped by ${name}`));
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: stop.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
