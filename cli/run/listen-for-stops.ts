/** npm and the launcher pass on a Ctrl-C that the terminal has sent already: both mean one. */
const sameSignalMs = 500;

/** What Ctrl-C asks for, until it is disposed of. */
export interface Stops extends Disposable {
  /** Aborted by the first; what is under way is to be finished. */
  draining: AbortController;
  /** Aborted by the second: stop at once. */
  killing: AbortController;
  isInterrupted(): boolean;
}

/** Listens for Ctrl-C and SIGTERM in place of ending the process. */
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
