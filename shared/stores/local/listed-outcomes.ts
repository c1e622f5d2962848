import { eachWithKeptItems, type OwnersOfKeys, withKeptItems } from '../../coordination/kept-items.ts';
import type { Ledger } from '../../coordination/ports.ts';
import type { LocalOutcomes } from './local-outcomes.ts';

/**
 * Outcomes that are listed without the items that do not count; those that the engine reads and writes are whole. Whoever
 * lists admits what is not admitted yet, so that items that are read while their run goes on count once for all.
 */
export function listedOutcomes(outcomes: LocalOutcomes, ledger: Pick<Ledger, 'admit'>): LocalOutcomes {
  const ownersOf: OwnersOfKeys = (run, batch, keys) => ledger.admit(run, batch, keys);
  return {
    ...outcomes,
    list: (run) => eachWithKeptItems(outcomes.list(run), ownersOf),
    async *listAfter(run, after) {
      for await (const { position, outcome } of outcomes.listAfter(run, after)) {
        yield { position, outcome: await withKeptItems(outcome, ownersOf) };
      }
    },
  };
}
