import type { Ledger } from '../shared/coordination/ports.ts';
import { sumOf } from '../shared/engine/counts.ts';
import type { Counts } from '../shared/model.ts';

/** Runs that are looked at, the newest first. */
const maxRuns = 1_000;

/** The sum of the counts of a store's runs, by when they started (epoch ms); `but`: the id of one that is left out. */
export async function sumOfRuns(
  ledger: Pick<Ledger, 'listRuns' | 'readCounts'>,
  isWanted: (startedAt: number) => boolean,
  but?: string,
): Promise<Counts> {
  const runs = await ledger.listRuns(maxRuns);
  const wanted = runs.filter(({ id, startedAt }) => id !== but && isWanted(startedAt));
  const counts = await Promise.all(wanted.map(({ id }) => ledger.readCounts(id)));
  return counts.reduce(sumOf, {});
}
