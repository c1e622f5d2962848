import type { Call } from './dispatch.ts';
import { TaskError, TaskFailure } from './task-error.ts';

export type Inputs<I> = Iterable<I> | AsyncIterable<I>;

export interface Result<I, R> {
  /** The index of the input, 0-based. */
  index: number;
  input: I;
  value: R;
}

export interface EachOptions<I> {
  call(input: I): Call;
  /** Calls under way and results not yet taken, together. */
  capacity: number;
  signal?: AbortSignal | undefined;
}

/**
 * Calls the function on each input and yields results as they arrive. After the first failure, or when the signal
 * aborts, no more input is read and calls under way are cancelled; when they have ended, their results are
 * yielded, and the failure, or the signal's reason, is thrown. Breaking out of the loop cancels in the same way.
 */
export async function* callOnEach<I, R>(
  inputs: Inputs<I>,
  { call, capacity, signal }: EachOptions<I>,
): AsyncGenerator<Result<I, R>, void, void> {
  const feed = makeFeed<I, R>(inputs, call, capacity);
  const onAbort = () => feed.fail(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  try {
    for (;;) {
      const result = feed.take();
      if (result !== undefined) yield result;
      else if (feed.isOver()) break;
      else await feed.changed();
    }
    feed.throwFailure();
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await feed.stop();
  }
}

function makeFeed<I, R>(inputs: Inputs<I>, call: (input: I) => Call, capacity: number) {
  const iterator =
    Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  const underWay = new Set<Call>();
  const results: Result<I, R>[] = [];
  let failure: { error: unknown } | undefined;
  let isReading = false;
  let isExhausted = false;
  let count = 0;
  let change = Promise.withResolvers<void>();

  const notify = () => {
    change.resolve();
    change = Promise.withResolvers();
  };

  /** Never rejects: an error in it is the failure of the whole. */
  const read = async () => {
    if (isReading) return;
    isReading = true;
    try {
      while (!isExhausted && failure === undefined && underWay.size + results.length < capacity) {
        const next = await iterator.next();
        if (next.done) isExhausted = true;
        else if (failure === undefined) start(next.value);
      }
    } catch (error) {
      isExhausted = true;
      fail(error);
    }
    isReading = false;
    notify();
  };

  const start = (input: I) => {
    const index = count;
    count += 1;
    const current = call(input);
    underWay.add(current);
    const settle = (after: () => void) => {
      underWay.delete(current);
      after();
      void read();
      notify();
    };
    current.result.then(
      (value) => settle(() => results.push({ index, input, value: value as R })),
      (error) =>
        settle(() => fail(error instanceof TaskFailure ? new TaskError(error, input, index) : error)),
    );
  };

  const fail = (error: unknown) => {
    if (failure !== undefined) return;
    failure = { error };
    for (const current of underWay) current.cancel(error);
    notify();
  };

  return {
    fail,
    take() {
      const result = results.shift();
      void read();
      return result;
    },
    changed: () => change.promise,
    isOver: () =>
      underWay.size === 0 && results.length === 0 && (failure !== undefined || (isExhausted && !isReading)),
    throwFailure() {
      if (failure !== undefined) throw failure.error;
    },
    async stop() {
      fail(new Error('no more results are wanted'));
      while (underWay.size > 0) await change.promise;
      if (isExhausted) return;
      const returned = Promise.resolve(iterator.return?.());
      // An input that never arrives must not be waited for.
      if (isReading) returned.catch(() => undefined);
      else await returned;
    },
  };
}
