/** Shows the progress of something long at intervals. */
export interface Ticker extends Disposable {
  /** May be called any number of times. */
  tick(): void;
}

/** What takes less time needs no progress. */
const quietMs = 2_000;
const redrawEveryMs = 250;
const lineEveryMs = 10_000;

/**
 * Progress on stderr, beginning after two seconds: one line redrawn on a terminal, a line at intervals elsewhere.
 * Disposing removes the drawn line.
 */
export function makeTicker(
  text: () => string,
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now(),
): Ticker {
  let nextAt = now() + quietMs;
  let isDrawn = false;
  return {
    tick() {
      if (now() < nextAt) return;
      nextAt = now() + (stream.isTTY ? redrawEveryMs : lineEveryMs);
      if (!stream.isTTY) {
        stream.write(`${text()}\n`);
        return;
      }
      stream.write(`\r\u001b[K${text()}`);
      isDrawn = true;
    },
    [Symbol.dispose]() {
      if (isDrawn) stream.write('\r\u001b[K');
    },
  };
}
