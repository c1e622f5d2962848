import type { Batch, Conclusion, Item, Outcome } from '../../model.ts';
import type { Engine } from '../engine.ts';
import { seedBatchId } from '../ids.ts';
import type { Visit } from '../make-visit.ts';
import { outcomeOfVisits } from '../outcome/outcome.ts';
import type { RunContext } from '../run-context.ts';
import type { Later } from '../turns/pace.ts';

// What a batch does more where its job recrawls. The others load nothing of it.

/** Marks what the job knew and this batch has not found, and items of which it knows by their key. */
export async function markKnown(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  visits: Visit[],
): Promise<Visit[]> {
  const { recrawl } = context;
  if (recrawl === undefined) return visits;
  const { markMissing } = await import('./missing-pages.ts');
  const { markKeyedItems } = await import('./keyed-items.ts');
  const marked = await markMissing(engine, { ...context, recrawl }, batch, visits);
  return markKeyedItems(engine, { ...context, recrawl }, marked);
}

/** What the job is to know of the batch's pages; the first batch of a run leads to the one that concludes it. */
export function withKnown(outcome: Outcome, visits: Visit[], { recrawl }: RunContext): Outcome {
  if (recrawl === undefined) return outcome;
  // Items beyond `maxItems` are in the visits alone.
  const given = new Set(outcome.items.map(({ key }) => key));
  const pages = visits.flatMap(({ records = [] }) =>
    records.filter(({ isItem, key }) => isItem === undefined || given.has(key)),
  );
  return {
    ...outcome,
    ...(pages.length === 0 ? {} : { known: { job: recrawl.job, pages } }),
    ...(outcome.batch === seedBatchId ? { conclusion: {} } : {}),
  };
}

/** `lost`: those of its items that another batch has given. */
export async function writeKnown({ ledger }: Engine, { known }: Outcome, lost: Item[]): Promise<void> {
  if (known === undefined) return;
  const ofOthers = new Set(lost.map(({ key }) => key));
  const pages = known.pages.filter(({ key }) => !ofOthers.has(key));
  if (pages.length > 0) await ledger.writePages(known.job, pages);
}

/** `hasKilled`: it has killed its process too often, and ends without having found anything. */
export async function concludeOrEnd(
  engine: Engine,
  context: RunContext,
  batch: Batch & { conclusion: Conclusion },
  hasKilled: boolean,
): Promise<Outcome | Omit<Later, 'state'>> {
  const { recrawl } = context;
  if (recrawl === undefined || hasKilled) {
    const nothing = { state: 'visited' as const, visits: [], unvisited: [], ownBatchSize: 1 };
    return outcomeOfVisits(batch, nothing, 1, context.normalise);
  }
  // The process of last resort works on nothing else.
  if (engine.isLastResort === true) return { notBefore: engine.now() };
  const { concludeRun } = await import('./conclude-run.ts');
  return concludeRun(engine, { ...context, recrawl }, batch, batch.conclusion);
}
