import type { Item, Outcome } from '../model.ts';
import type { UrlKey } from './ports.ts';

// Of several items of a run that have one key, the one counts whose batch admitted the key: after its outcome was written, so
// that a key belongs to an item that is stored, whoever dies when. Outcomes never change, so the others stay in theirs, and
// whoever reads items leaves them out.

/** The keys of an outcome's items, as the ledger admits them. */
export function itemKeysOf({ items }: Pick<Outcome, 'items'>): UrlKey[] {
  return items.flatMap(({ key }) => (key === undefined ? [] : [{ key }]));
}

/**
 * The items that count. `owners`: of each key of `itemKeysOf`, the batch that admitted it; of one that none has admitted yet,
 * the item counts.
 */
export function keptItems(
  { batch, items }: Pick<Outcome, 'batch' | 'items'>,
  owners: readonly (string | undefined)[],
): Item[] {
  let at = 0;
  return items.filter(({ key }) => {
    if (key === undefined) return true;
    const owner = owners[at];
    at += 1;
    return owner === undefined || owner === batch;
  });
}

/** Who admitted the keys of one batch's items: read, or admitted on its behalf, which its outcome allows anybody. */
export type OwnersOfKeys = (run: string, batch: string, keys: UrlKey[]) => Promise<(string | undefined)[]>;

/** The outcome as its readers see it. */
export async function withKeptItems(outcome: Outcome, ownersOf: OwnersOfKeys): Promise<Outcome> {
  const keys = itemKeysOf(outcome);
  if (keys.length === 0) return outcome;
  const owners = await ownersOf(outcome.run, outcome.batch, keys);
  return { ...outcome, items: keptItems(outcome, owners) };
}

/** Outcomes whose keys are asked for at once: a call for each alone would take longer than reading them. */
const maxAhead = 16;

/** The outcomes in their order, as their readers see them. */
export async function* eachWithKeptItems(
  outcomes: AsyncIterable<Outcome>,
  ownersOf: OwnersOfKeys,
): AsyncGenerator<Outcome> {
  const ahead: Promise<Outcome>[] = [];
  for await (const outcome of outcomes) {
    const kept = withKeptItems(outcome, ownersOf);
    // It is awaited in its turn, before which another one may have failed.
    kept.catch(() => undefined);
    ahead.push(kept);
    if (ahead.length > maxAhead) yield* ahead.splice(0, 1);
  }
  yield* ahead;
}
