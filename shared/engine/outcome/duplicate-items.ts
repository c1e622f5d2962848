import { itemKeysOf, keptItems } from '../../coordination/kept-items.ts';
import type { Counts, Item, Outcome } from '../../model.ts';
import { add } from '../counts.ts';
import type { Engine } from '../engine.ts';
import type { Visit } from '../make-visit.ts';

/**
 * Before the outcome is written: leaves out items whose key another batch has admitted, or another item of the batch has. A
 * key is admitted only for an item that is stored, so none is lost by it; those that come at the same time are found by
 * `admitItems`.
 */
export async function withoutKnownItems(
  { ledger }: Engine,
  run: string,
  batch: string,
  visits: Visit[],
): Promise<Visit[]> {
  const keys = itemKeysOf({ items: visits.flatMap(({ items }) => items) });
  if (keys.length === 0) return visits;
  const owners = await ledger.readOwners(run, keys);
  const taken = new Set(keys.filter((_, index) => (owners[index] ?? batch) !== batch).map(({ key }) => key));
  return visits.map((visit) => {
    const items = visit.items.filter(({ key }) => key === undefined || taken.size < taken.add(key).size);
    const left = visit.items.length - items.length;
    if (left === 0) return visit;
    return { ...visit, items, linkCounts: { ...visit.linkCounts, duplicateItems: left } };
  });
}

/** What admission changes of an outcome. */
interface ItemAdmission {
  /** To be added to the outcome's counts. */
  counts: Counts;
  /** Its items that do not count, since another batch has given them. */
  lost: Item[];
}

/**
 * Admits the keys of an outcome's items, each once per run. A function of the outcome: repeated for the same batch it gives the same
 * answer.
 */
export async function admitItems({ ledger }: Engine, outcome: Outcome): Promise<ItemAdmission> {
  const keys = itemKeysOf(outcome);
  if (keys.length === 0) return { counts: {}, lost: [] };
  const owners = await ledger.admit(outcome.run, outcome.batch, keys);
  const kept = new Set(keptItems(outcome, owners));
  const lost = outcome.items.filter((item) => !kept.has(item));
  const counts: Counts = lost.length === 0 ? {} : { items: -lost.length, duplicateItems: lost.length };
  for (const { change } of lost) if (change !== undefined) add(counts, `change:items:${change.is}`, -1);
  return { counts, lost };
}
