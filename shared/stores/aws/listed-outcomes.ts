import { eachWithKeptItems, type OwnersOfKeys } from '../../coordination/kept-items.ts';
import type { Ledger } from '../../coordination/ports.ts';
import type { S3Outcomes } from './s3-outcomes.ts';

/**
 * Outcomes that are listed without the items that do not count; those that the engine reads and writes are whole. Whoever
 * lists only reads: of a run that goes on, an item whose batch has not ended yet counts.
 */
export function listedOutcomes(outcomes: S3Outcomes, ledger: Pick<Ledger, 'readOwners'>): S3Outcomes {
  const ownersOf: OwnersOfKeys = (run, _batch, keys) => ledger.readOwners(run, keys);
  return {
    ...outcomes,
    list: (run) => eachWithKeptItems(outcomes.list(run), ownersOf),
    listAfter: (run, batch) => eachWithKeptItems(outcomes.listAfter(run, batch), ownersOf),
  };
}
