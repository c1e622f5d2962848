import type { Ledger } from '../../shared/coordination/ports.ts';
import type { Run } from '../../shared/model.ts';
import { isRunOver, type RunView } from '../../shared/observe/run-view.ts';

/** The runs with their counts, as stored in the table. */
export async function readViews(ledger: Pick<Ledger, 'readCounts'>, runs: Run[]): Promise<RunView[]> {
  return Promise.all(
    runs.map(async (run) => {
      const counts = await ledger.readCounts(run.id);
      return { run, counts, isOver: isRunOver(run, counts) };
    }),
  );
}

/** The runs of these ids. */
export async function readRuns(ledger: Pick<Ledger, 'readRun'>, ids: string[]): Promise<Run[]> {
  const runs = await Promise.all(ids.map((id) => ledger.readRun(id)));
  return runs.filter((run) => run !== undefined);
}
