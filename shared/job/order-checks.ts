import type { z } from 'zod';

/**
 * What priorities and the order of pages must agree upon. Lenient, since other checks of the job may have failed; a job that names
 * neither has nothing to agree upon.
 */
export function checkOrder(
  job: { sources: unknown; pages: unknown; politeness: unknown },
  context: z.core.$RefinementCtx,
): void {
  const issue = (path: PropertyKey[], message: string, input: unknown) =>
    context.addIssue({ code: 'custom', path, message, input });
  const orders = ordersOf(job.sources);
  const scored = priorityRules(job.pages);
  const [first] = orders;
  for (const { path, order } of orders) {
    if (order !== first?.order)
      issue(path, `${String(first?.order)}, as the first source has it: a run has one order`, order);
  }
  for (const { path, rule } of scored) {
    if (rule['path'] === undefined || typeof rule['priority'] === 'number') continue;
    issue([...path, 'priority'], 'a number beside path: values of JSON bear no attributes', rule['priority']);
  }
  const { paceBy = 'host' } = recordOf(job.politeness);
  const isOrdered = orders.length > 0 || scored.length > 0 || labelsWithPriority(job.pages).length > 0;
  if (isOrdered && paceBy !== 'host') {
    issue(
      ['politeness', 'paceBy'],
      'host in a job with priorities or crawl.order: pages are ordered within their host',
      paceBy,
    );
  }
}

function ordersOf(sources: unknown): { path: PropertyKey[]; order: unknown }[] {
  return Object.values(recordOf(sources)).flatMap((source, index) => {
    const { order } = recordOf(recordOf(source)['crawl']);
    return order === undefined ? [] : [{ path: ['sources', index, 'crawl', 'order'], order }];
  });
}

function labelsWithPriority(pages: unknown): string[] {
  return Object.entries(recordOf(pages)).flatMap(([label, page]) =>
    recordOf(page)['priority'] === undefined ? [] : [label],
  );
}

function priorityRules(pages: unknown): { path: PropertyKey[]; rule: Record<string, unknown> }[] {
  return Object.entries(recordOf(pages)).flatMap(([label, page]) =>
    Object.values(recordOf(recordOf(page)['follow'])).flatMap((written, index) => {
      const rule = recordOf(written);
      return rule['priority'] === undefined ? [] : [{ path: ['pages', label, 'follow', index], rule }];
    }),
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
