import type { TaskContext } from '../../shared/pool/task.ts';

/** Greets from the process it is called in. */
export function greet(greeting: string, name: string, context: TaskContext): string {
  return `${greeting}, ${name}! This is process ${process.pid}, named ${context.name}.`;
}
