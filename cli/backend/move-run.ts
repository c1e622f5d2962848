import type { Ledger } from '../../shared/coordination/ports.ts';
import { HaltError } from '../../shared/errors.ts';
import type { Run, RunState } from '../../shared/model.ts';

/** Throws `HaltError` RUN_ENDED when the run is in another state than those of `from`. */
export async function moveRun(
  ledger: Pick<Ledger, 'moveRun' | 'readRun'>,
  { id }: Run,
  from: RunState[],
  to: RunState,
): Promise<void> {
  if (await ledger.moveRun(id, from, to)) return;
  const now = await ledger.readRun(id);
  throw new HaltError('RUN_ENDED', `${id} is ${now?.state ?? 'gone'}`);
}
