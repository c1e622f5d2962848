import type { DropError } from '../../errors.ts';
import type { Counts, Item, PageFact, PageRequest } from '../../model.ts';
import { sourceFault } from '../../sources/seed.ts';
import { add } from '../counts.ts';
import { factOf } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/** The requests that sources make of the items of a page, and what became of those items of which they made none. */
interface ItemRequests {
  requests: PageRequest[];
  facts: PageFact[];
  counts: Counts;
}

/** The number of a page's items without a request that are reported; the others are counted. */
const maxReported = 10;

const none: ItemRequests = { requests: [], facts: [], counts: {} };

/** They are one level deeper than the page, and else as free as what a source names: their hosts stand in the job. */
export function requestsOfItems(
  { job, makersByLabel }: Pick<RunContext, 'job' | 'makersByLabel'>,
  page: PageRequest,
  items: readonly Item[],
): ItemRequests {
  const makers = makersByLabel.get(page.label);
  if (makers === undefined || items.length === 0) return none;
  const made = makers.map((make) => make(items));
  const skipped = made.flatMap((one) => one.skipped);
  const requests = made.flatMap((one) => one.requests);
  const depth = page.depth + 1;
  const isTooDeep = job.limits.maxDepth !== undefined && depth > job.limits.maxDepth;
  const counts: Counts = {};
  if (isTooDeep) add(counts, 'refused:depth', requests.length);
  for (const { code } of skipped.slice(maxReported)) {
    for (const name of ['source:skipped', `source:skipped:${code}`]) add(counts, name);
  }
  return {
    requests: isTooDeep ? [] : requests.map((request) => ({ ...request, depth, referrer: page.url })),
    facts: skipped.slice(0, maxReported).map((why) => skipFact(page, why)),
    counts,
  };
}

function skipFact(page: PageRequest, why: DropError): PageFact {
  return { ...sourceFault(factOf(page), why), end: 'skipped' };
}

/** The items of a request that was made of an item have those of its fields that its source keeps. */
export function withParent({ given }: PageRequest, items: Item[]): Item[] {
  const parent = given?.parent;
  if (parent === undefined) return items;
  return items.map((item) => ({ ...item, fields: { ...parent, ...item.fields } }));
}
