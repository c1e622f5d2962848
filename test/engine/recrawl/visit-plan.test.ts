import { describe, expect, it } from 'vitest';
import type { VisitSchedule } from '../../../shared/changes/visit-schedule.ts';
import {
  classCount,
  historyOfRecord,
  newHistory,
  planRecord,
} from '../../../shared/engine/recrawl/visit-plan.ts';
import type { Extraction } from '../../../shared/extract/types.ts';
import type { ChangeHistory, PageRecord } from '../../../shared/model.ts';

describe('planRecord', () => {
  const counts = {
    ...{ 'change:pages:changed': 6, 'change:pages:unchanged': 18, notDue: 12 },
    ...{ 'class:-2': 3, 'class:leading': 1, items: 9 },
  };
  const plan = { run: 1, classes: { '-2': 3, leading: 1 }, changedShare: 0.5, countedShare: 0 };

  it('leaves the next run how many pages change how often, and which share of those that were asked for had changed', () => {
    const first = planRecord(undefined, counts, 5);
    expect(first).toEqual({ key: '#plan', at: 5, url: '', label: '', body: '', items: [], plan });
    const second = planRecord(first, { 'change:pages:unchanged': 4 }, 6).plan;
    expect(second).toEqual({ run: 2, classes: {}, changedShare: 0, countedShare: 0.5 });
    expect(planRecord(first, {}, 7).plan).toMatchObject({ changedShare: 0, countedShare: 0.5 });
  });
});

describe('historyOfRecord', () => {
  const schedule = {
    run: 5,
    historyOf: (seen: ChangeHistory) => seen,
    shareOf: () => 0.123_456,
    classOf: ({ leads }: ChangeHistory) => (leads ? 'leading' : '3'),
  } as unknown as VisitSchedule;
  const links = (...urls: string[]) => ({ links: urls.map((url) => ({ url })) }) as unknown as Extraction;
  const seen: ChangeHistory = { since: 1, run: 4, visits: 2, changes: 1, share: 1, leads: true };
  const known = { seen, extraction: links('/a') } as unknown as PageRecord;
  const page = { extraction: links('/a'), hasItems: true, isChanged: false };
  const fresh = { since: 5, run: 5, visits: 0, changes: 0 };

  it('begins with the run that finds a page, which leads on if it has links and no items', () => {
    expect(newHistory(schedule)).toEqual({ ...fresh, share: 1 });
    expect(historyOfRecord(schedule, undefined, page)).toEqual({ ...fresh, share: 0.123 });
    const list = { ...page, hasItems: false };
    expect(historyOfRecord(schedule, undefined, list)).toEqual({ ...fresh, share: 0.123, leads: true });
    expect(historyOfRecord(schedule, undefined, { ...list, extraction: links() })).not.toHaveProperty(
      'leads',
    );
  });

  it('counts the visit and its change, and knows whether it led to a page that it did not lead to before', () => {
    const same = historyOfRecord(schedule, known, page);
    expect(same).toMatchObject({ since: 1, run: 5, changes: 1, share: 0.123 });
    expect(same.visits).toBeGreaterThanOrEqual(3);
    expect(same).not.toHaveProperty('leads');
    const changed = historyOfRecord(schedule, known, { ...page, isChanged: true });
    expect(changed).toMatchObject({ changes: 2 });
    const more = historyOfRecord(schedule, known, { ...page, extraction: links('/a', '/b') });
    expect(more.leads).toBe(true);
    const { extraction: _, ...unread } = known;
    expect(historyOfRecord(schedule, unread, page)).not.toHaveProperty('leads');
  });

  it('is counted by its class', () => {
    expect(classCount(schedule, seen)).toEqual({ 'class:leading': 1 });
    expect(classCount(schedule, newHistory(schedule))).toEqual({ 'class:3': 1 });
  });
});
