import { type PageRequest, stateOfItem } from '../../model.ts';
import { isPage, kindOf } from '../../sources/sources.ts';
import type { Visit } from '../make-visit.ts';
import type { Scarce } from '../run/run-limits.ts';
import type { RunContext } from '../run-context.ts';

/**
 * How many of a batch's requests may be under way, by what the run can still take of what they give: fifty pages
 * are not fetched for the sake of `maxItems: 5`, nor fifty sitemaps for three pages. All batches of the run in
 * this process share the allowance.
 */
export interface Allowance {
  /** `true` for a request that nothing limits; else resolves when one more may be started, `false` once enough was found. */
  next(request: PageRequest): true | Promise<boolean>;
  /** Records that the request was started, with its visit. */
  started(request: PageRequest, visiting: Promise<Visit | 'unsent'>): void;
  /** The batch has no outcome: its requests no longer count. */
  withdraw(): void;
}

export function makeAllowance(run: RunContext, batch: string): Allowance {
  const { limits } = run;
  let isFirst = true;
  const waitForRoom = async (scarce: Scarce): Promise<boolean> => {
    for (;;) {
      const { underWay, finished, given, found } = limits.tally(scarce);
      const byLedger = limits.left(scarce);
      if (byLedger === 0) return false;
      const left = byLedger - [...found.values()].reduce((sum, count) => sum + count, 0);
      // What was found may turn out to be known, or be lost with its batch: each batch may start at least one.
      if (left <= 0 && !isFirst) return false;
      // A request is assumed to give one result; where requests give less, more are started.
      const allowed = left <= 0 ? 1 : Math.ceil((left * (finished + 1)) / (given + 1));
      if (underWay.size < allowed) return true;
      await Promise.race(underWay);
    }
  };
  return {
    next(request) {
      const scarce = scarceOf(run, request);
      return scarce === undefined ? true : waitForRoom(scarce);
    },
    started(request, visiting) {
      isFirst = false;
      const scarce = scarceOf(run, request);
      if (scarce === undefined) return;
      const tally = limits.tally(scarce);
      const leaving: Promise<unknown> = visiting
        .then((visit) => {
          const count = visit === 'unsent' ? 0 : countOf(scarce, visit);
          if (visit !== 'unsent') tally.finished += 1;
          tally.given += count;
          if (count > 0) tally.found.set(batch, (tally.found.get(batch) ?? 0) + count);
        })
        // The caller that started it has the error.
        .catch(() => undefined)
        .then(() => tally.underWay.delete(leaving));
      tally.underWay.add(leaving);
    },
    withdraw() {
      for (const scarce of ['pages', 'items'] as const) limits.tally(scarce).found.delete(batch);
    },
  };
}

/** What a request gives that its run may have only a limited number of. */
function scarceOf({ job, order }: RunContext, request: PageRequest): Scarce | undefined {
  const { gives } = kindOf(request);
  // Where the best are fetched first, what is found takes no place.
  if (gives === 'pages') return order === undefined ? 'pages' : undefined;
  if (job.limits.maxItems === undefined || gives === 'others') return undefined;
  if (gives === 'items') return 'items';
  const rule = job.pages[request.label];
  const givesItems =
    rule !== undefined && ((rule.handler ?? rule.rows) !== undefined || Object.keys(rule.fields).length > 0);
  return givesItems ? 'items' : undefined;
}

function countOf(scarce: Scarce, { items, links }: Visit): number {
  if (scarce === 'items') return items.filter((item) => stateOfItem(item) === 'complete').length;
  return links.filter(({ kind }) => isPage(kind)).length;
}
