import { describe, expect, it } from 'vitest';
import { findLastFetches } from '../../../shared/engine/keep/last-fetches.ts';
import type { Outcome, PageFact } from '../../../shared/model.ts';

type Fact = Partial<PageFact>;
const fetched = (url: string): Fact => ({ kind: 'page', url, end: 'stored' });
const reused = (url: string): Fact => ({ ...fetched(url), isReused: true });
const notDue = (url: string): Fact => ({ ...fetched(url), isNotDue: true });

function outcomesWith(runs: Record<string, Fact[]>) {
  const listed: string[] = [];
  const list = async function* (run: string) {
    listed.push(run);
    yield { pages: runs[run] ?? [] } as Outcome;
  };
  return { listed, outcomes: { list } as never };
}

describe('findLastFetches', () => {
  it('finds the newest run that fetched each page that a run used again, and reads no further than it must', async () => {
    const { outcomes, listed } = outcomesWith({
      now: [fetched('/own'), reused('/a'), notDue('/b'), reused('/c'), { ...reused('/x'), end: 'failed' }],
      newest: [reused('/a'), fetched('/b'), { ...fetched('/c'), end: 'failed' }, fetched('/own')],
      older: [fetched('/a'), fetched('/b'), { ...fetched('/c'), kind: 'sitemap' }],
      oldest: [fetched('/a'), notDue('/c'), fetched('/c')],
      unread: [fetched('/a')],
    });
    const last = await findLastFetches(outcomes, 'now', ['newest', 'older', 'oldest', 'unread']);
    expect(['/own', '/a', '/b', '/c', '/x'].map(last.runOf)).toEqual([undefined, 1, 0, 2, undefined]);
    expect([last.counts, last.left]).toEqual([[1, 1, 1, 0], 0]);
    expect(listed).toEqual(['now', 'newest', 'older', 'oldest']);
  });

  it('counts the pages that none of them has', async () => {
    const { outcomes } = outcomesWith({ now: [reused('/a'), reused('/b')], older: [fetched('/b')] });
    const last = await findLastFetches(outcomes, 'now', ['older']);
    expect([last.runOf('/a'), last.runOf('/b'), last.counts, last.left]).toEqual([undefined, 0, [1], 1]);
  });
});
