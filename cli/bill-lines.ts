import type { Ledger } from '../shared/coordination/ports.ts';
import type { Run } from '../shared/model.ts';
import type { Summary } from '../shared/observe/summary.ts';
import { summariesOfSources } from '../shared/sources/sources.ts';
import { sumOfRuns } from './sum-of-runs.ts';

/** What is to be said of a run beside earlier ones of the same store with which it shares a bill. */
export async function billLines(
  ledger: Pick<Ledger, 'listRuns' | 'readCounts'>,
  { id, startedAt }: Pick<Run, 'id' | 'startedAt'>,
  summary: Summary,
): Promise<string[]> {
  const lines = await Promise.all(
    summariesOfSources.map(async ({ key, bill }) => {
      const made = summary[key];
      if (made === undefined) return [];
      const isBefore = (start: number) => start < startedAt && bill.shares(start, startedAt);
      return bill.lines(made, await sumOfRuns(ledger, isBefore, id));
    }),
  );
  return lines.flat();
}
