import { type IdleProcess, openPool, type Pool, type PoolOptions } from '../pool/pool.ts';

/**
 * The bodies of pages are outside of V8's heap and live briefly. With a small space for new objects they are soon
 * freed; with a larger one, V8 reaches its limit for external memory first and collects the whole heap each time,
 * which took a quarter of all CPU time. Garbage may be seven tenths of the live heap, not three times as much: at four
 * tenths a page costs 3 % more CPU (docs/benchmarks.md).
 */
const heapBounds = ['--max-semi-space-size=4', '--heap-growing-percent=70'];

/**
 * For glibc, which else gives each of Node's ten threads a heap of its own, that no other takes memory from: 20 MB at
 * 80,000 pages. They hardly ever allocate at one time.
 */
const mallocBounds = { MALLOC_ARENA_MAX: process.env['MALLOC_ARENA_MAX'] ?? '1' };

/**
 * As in main.ts: Node's warnings about the store's driver, and about handlers in TypeScript, are of no use to
 * users.
 */
const nodeArgs = [
  ...heapBounds,
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
];

/** Opens a pool of the processes that read jobs and work on runs: they can be handed over from one to the next. */
export function openWorkerPool(options: Omit<PoolOptions, 'execArgv' | 'env' | 'watchParent'>): Pool {
  return openPool({
    ...options,
    execArgv: nodeArgs,
    env: mallocBounds,
    // A worker mostly waits, so it notices the end of its parent; the thread would cost 20 MB.
    watchParent: false,
  });
}

export type { IdleProcess };
