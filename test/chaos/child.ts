/** A process that the parent forks, orders about, and may kill: it ends when the parent has gone. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** In the child: what the parent sent first. */
export async function firstOrders<T>(): Promise<T> {
  process.once('disconnect', () => process.exit(0));
  const [orders] = await once(process, 'message');
  return orders as T;
}

export function reportToParent(message: object): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

const alive = new Set<ChildProcess>();
// A stopped one would not notice that its parent has gone.
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** In the parent. What the child prints goes where the parent's errors go. */
export function startChild(module: string, orders: object): ChildProcess {
  const child = fork(new URL(module, import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  // Killed, it cannot be written to any more.
  child.on('error', () => undefined);
  child.send(orders, () => undefined);
  return child;
}

/** The first thing that the child has to say; rejects if it ends before. */
export async function firstWord<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the process ended with ${code ?? signal} before it was ready`);
  });
  ended.catch(() => undefined);
  const [word] = await Promise.race([once(child, 'message'), ended]);
  return word as T;
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
