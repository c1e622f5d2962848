import type { Job } from './schema.ts';

/** How pages of one priority are ordered: by their depth, or by nothing but when they were found. */
export type PageOrder = 'breadth' | 'best';

type Ordering = Pick<Job, 'pages' | 'sources'>;

/**
 * How a job orders the pages that wait; `undefined` for one that names neither a priority nor an order, whose pages are fetched as they
 * are found. Jobs that were frozen by an earlier version may lack any part.
 */
export function pageOrderOf({ pages = {}, sources = [] }: Partial<Ordering>): PageOrder | undefined {
  const [named] = sources.flatMap(({ crawl }) => crawl?.order ?? []);
  if (named !== undefined) return named;
  const hasPriority = Object.values(pages).some(
    ({ priority, follow = [] }) =>
      priority !== undefined || follow.some((rule) => rule.priority !== undefined),
  );
  return hasPriority ? 'breadth' : undefined;
}

/** How soon a request is fetched, higher is sooner: by the link that led to it, else by its label. */
export function priorityOf(
  { pages }: Pick<Job, 'pages'>,
  { priority, label }: { priority?: number; label: string },
): number {
  return priority ?? pages[label]?.priority ?? 0;
}

/** The job with its pages as they are found, for a sample that is to be like all of them. */
export function withoutOrder<J extends Ordering>(job: J): J {
  const sources = job.sources.map(({ crawl, ...source }) => {
    if (crawl === undefined) return source;
    const { order: _, ...found } = crawl;
    return { ...source, crawl: found };
  });
  const pages = Object.entries(job.pages).map(([label, { priority: _, follow, ...page }]) => {
    const rules = follow.map(({ priority: _ofLinks, ...rule }) => rule);
    return [label, { ...page, follow: rules }];
  });
  return { ...job, sources, pages: Object.fromEntries(pages) };
}
