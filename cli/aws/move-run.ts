import { HaltError } from '../../shared/errors.ts';
import type { Run, RunState } from '../../shared/model.ts';
import type { AwsOptions } from './aws-options.ts';
import type { AwsProject } from './on-aws.ts';

export interface MoveOptions extends AwsOptions {
  last?: boolean;
}

/** Throws `HaltError` RUN_ENDED when the run is in another state than those of `from`. */
export async function move(
  { store }: { store: Pick<AwsProject['store'], 'ledger'> },
  { id }: Run,
  from: RunState[],
  to: RunState,
): Promise<void> {
  if (await store.ledger.moveRun(id, from, to)) return;
  const now = await store.ledger.readRun(id);
  throw new HaltError('RUN_ENDED', `${id} is ${now?.state ?? 'gone'}`);
}
