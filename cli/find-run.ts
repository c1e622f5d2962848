import type { Ledger } from '../shared/coordination/ports.ts';
import { HaltError } from '../shared/errors.ts';
import { nearest } from '../shared/job/nearest.ts';
import type { Run } from '../shared/model.ts';
import { usageError } from './usage-error.ts';

/** A shortened name is looked up among this many of the newest runs. */
const maxSearched = 500;

type RunLedger = Pick<Ledger, 'listRuns' | 'readRun'>;

/**
 * The run with that name, or with the only name that begins so. Throws `HaltError` RUN_UNKNOWN when there is none,
 * USAGE when there are several.
 */
export async function findRun(ledger: RunLedger, name: string): Promise<Run> {
  const exact = await ledger.readRun(name);
  if (exact !== undefined) return exact;
  const runs = await ledger.listRuns(maxSearched);
  const [found, ...others] = runs.filter(({ id }) => id.startsWith(name));
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined) {
    const names = [found, ...others].slice(0, 5).map(({ id }) => id);
    throw usageError(`${others.length + 1} runs begin with ${name}: ${names.join(', ')}`);
  }
  const near = nearest(
    name,
    runs.map(({ id }) => id),
  );
  const among = runs.length < maxSearched ? '' : ` among the newest ${maxSearched}; give its whole name`;
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new HaltError('RUN_UNKNOWN', `no run ${name}${among}${hint}`);
}

/** The named run, or with `last` the one that was started last. Throws USAGE when neither is given, or both. */
export async function findRunOrLast(
  ledger: RunLedger,
  name: string | undefined,
  last: boolean | undefined,
): Promise<Run> {
  const [run] = await findRunsOrLast(ledger, name === undefined ? [] : [name], last);
  if (run === undefined) throw new HaltError('RUN_UNKNOWN', 'nothing was run yet');
  return run;
}

/**
 * The named runs, each once, or with `last` the one that was started last. Throws USAGE when none is given, or
 * both.
 */
export async function findRunsOrLast(
  ledger: RunLedger,
  names: string[],
  last: boolean | undefined,
): Promise<Run[]> {
  if ((names.length === 0) === (last !== true)) throw usageError('name a run, or say --last');
  if (last !== true) {
    const runs = await Promise.all(names.map((name) => findRun(ledger, name)));
    return [...new Map(runs.map((run) => [run.id, run])).values()];
  }
  const runs = await ledger.listRuns(1);
  if (runs.length === 0) throw new HaltError('RUN_UNKNOWN', 'nothing was run yet');
  return runs;
}
