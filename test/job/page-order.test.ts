import { describe, expect, it } from 'vitest';
import { pageOrderOf, priorityOf, withoutOrder } from '../../shared/job/page-order.ts';
import { jobSchema } from '../../shared/job/schema.ts';

const start = 'https://a.example/';

const jobOf = (pages: Record<string, unknown>, crawl = {}) =>
  jobSchema.parse({ name: 'a', sources: [{ crawl: { start, ...crawl } }], pages });

describe('pageOrderOf', () => {
  it.each([
    [{ p: { follow: ['a'] } }, {}, undefined],
    [{ p: { priority: 0 } }, {}, 'breadth'],
    [{ p: {}, q: { follow: [{ priority: { attr: 'data-rank' } }] } }, {}, 'breadth'],
    [{ p: {} }, { order: 'best' }, 'best'],
    [{ p: { priority: 1 } }, { order: 'best' }, 'best'],
    [{ p: {} }, { order: 'breadth' }, 'breadth'],
  ] as const)('of %j with %j is %s', (pages, crawl, order) => {
    expect(pageOrderOf(jobOf(pages, crawl))).toBe(order);
  });

  it('is none of a job that an earlier version froze', () => {
    expect(pageOrderOf({})).toBeUndefined();
  });
});

describe('priorityOf', () => {
  it('is that of the link, else that of the label, else 0', () => {
    const job = jobOf({ p: { priority: 5 }, q: {} });
    expect(priorityOf(job, { label: 'p', priority: -1 })).toBe(-1);
    expect(priorityOf(job, { label: 'p', priority: 0 })).toBe(0);
    expect(['p', 'q', 'r'].map((label) => priorityOf(job, { label }))).toEqual([5, 0, 0]);
  });
});

describe('withoutOrder', () => {
  it('leaves the rest of the job', () => {
    const plain = { p: { follow: [{ select: 'a', label: 'q' }] }, q: {} };
    const follow = [{ select: 'a', label: 'q', priority: 3 }];
    const ordered = jobOf({ p: { priority: 1, follow }, q: {} }, { order: 'best', label: 'p' });
    expect(withoutOrder(ordered)).toEqual(jobOf(plain, { label: 'p' }));
    expect(pageOrderOf(withoutOrder(ordered))).toBeUndefined();
  });
});
