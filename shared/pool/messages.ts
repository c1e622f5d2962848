import type { RemoteError } from './remote-error.ts';

/** What the pool tells a process. */
export type ToProcess =
  | { type: 'call'; call: number; name: string; module: string; export: string; args: unknown[] }
  | { type: 'cancel'; call: number }
  | { type: 'end' };

/** What a process tells the pool. `started`: the function's module is loaded, or has proved unusable. */
export type FromProcess =
  | { type: 'alive' }
  | { type: 'started'; call: number }
  | { type: 'done'; call: number; value: unknown }
  | { type: 'failed'; call: number; error: RemoteError };
