import type { Run } from '../../shared/model.ts';

export function makeRun(rest: Partial<Run> = {}): Run {
  const job = { name: 'books', limits: { maxPages: 100 } };
  return { id: 'books-1', job, baseDir: '/', state: 'running', startedAt: 0, ...rest };
}
