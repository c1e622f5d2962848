/** `spinneret/pool`: `map` over worker processes, which are replaced when they die. See docs/coordination.md. */
import { availableParallelism } from 'node:os';
import { type Inputs, type MapOptions, openPool, type PoolOptions } from '../shared/pool/pool.ts';
import type { Task } from '../shared/pool/task.ts';

export {
  type IdleProcess,
  type Inputs,
  type MapOptions,
  openPool,
  type Pool,
  type PoolOptions,
  type ProcessExit,
  type Result,
} from '../shared/pool/pool.ts';
export { partial, type Task, type TaskContext, task } from '../shared/pool/task.ts';
export { TaskError } from '../shared/pool/task-error.ts';

/** Cores that this process may use. */
export function cpuCount(): number {
  return availableParallelism();
}

/** `Pool.map` in a pool of its own, which is closed when the call settles. Rejects as `Pool.map` does. */
export async function map<I, R>(
  inputs: Inputs<I>,
  task: Task<[input: I], R>,
  options: PoolOptions & MapOptions = {},
): Promise<R[]> {
  await using pool = openPool(options);
  return await pool.map(inputs, task, options);
}
