import type { FrontierCounts } from '../coordination/ports.ts';
import { formatCount, formatNoun } from '../text/format.ts';

/** A line about the pages that wait behind better ones. */
export function frontierLines({ waiting, priorities, others }: FrontierCounts): string[] {
  if (waiting === 0) return [];
  const parts = priorities.map(
    ({ priority, waiting: count }) => `${formatCount(count)} of priority ${priority}`,
  );
  const more = others === 0 ? [] : [`${formatNoun(others, 'lower priority', 'lower priorities')}`];
  return [`  queued  ${formatNoun(waiting, 'page')} behind better ones: ${[...parts, ...more].join(', ')}`];
}
