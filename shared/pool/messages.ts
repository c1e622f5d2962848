import type { RemoteError } from './remote-error.ts';

/** Messages from the pool to a process. */
export type ToProcess =
  | { type: 'call'; call: number; name: string; module: string; export: string; args: unknown[] }
  | { type: 'cancel'; call: number }
  | { type: 'end' };

/** Messages from a process to the pool. `started`: the function's module is loaded, or has failed to load. */
export type FromProcess =
  | { type: 'alive' }
  | { type: 'started'; call: number }
  | { type: 'done'; call: number; value: unknown }
  | { type: 'failed'; call: number; error: RemoteError };

/**
 * Ends a process that has not called its function yet, however busy it is with loading it: it handles the signal from then on, by
 * doing nothing.
 */
export const endUnlessCalled = 'SIGUSR2';
