/**
 * npm and the launcher pass on a Ctrl-C that the terminal has sent already: signals this close together count as
 * one.
 */
const sameSignalMs = 500;

/** Signals for a stop, until it is disposed of. */
export interface Stops extends Disposable {
  /** Aborted by the first signal: finish what is under way. */
  draining: AbortController;
  /** Aborted by the second signal: stop at once. */
  killing: AbortController;
  isInterrupted(): boolean;
}

/** Listens for Ctrl-C and SIGTERM, which then do not end the process. */
export function listenForStops(onFirst: () => void = () => undefined): Stops {
  const draining = new AbortController();
  const killing = new AbortController();
  let firstAt: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      onFirst();
      draining.abort();
    } else if (now - firstAt > sameSignalMs) {
      killing.abort();
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    draining,
    killing,
    isInterrupted: () => firstAt !== undefined,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
