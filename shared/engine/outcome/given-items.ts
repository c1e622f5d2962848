import { type PageRequest, stateOfItem } from '../../model.ts';
import type { ItemKey } from '../../sources/kind.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import type { Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/** Which of these have earlier runs given? A read in advance, so that they are not requested and paid for. */
export async function lookForKnown(
  { ledger }: Engine,
  context: RunContext,
  requests: PageRequest[],
): Promise<(request: PageRequest) => boolean> {
  const keys = requests.flatMap((request) => kindOf(request).remembered(request) ?? []);
  const isOthers = await askForOthers(context, keys, (scope, of) => ledger.claimants(scope, of));
  return (request) => {
    const key = kindOf(request).remembered(request);
    return key !== undefined && isOthers(key);
  };
}

/** Have earlier runs given all of these? */
export async function areAllKnown(
  { ledger }: Engine,
  context: RunContext,
  keys: ItemKey[],
): Promise<boolean> {
  const isOthers = await askForOthers(context, keys, (scope, of) => ledger.claimants(scope, of));
  return keys.every(isOthers);
}

/**
 * Claims what is about to become an item of the run and is given once, and removes what another run has given
 * meanwhile. Repeated for the same run, the result is the same. `granted`: complete items that the run may still
 * have; what is beyond that is not claimed, since it is not given.
 */
export async function claimItems(
  { ledger }: Engine,
  context: RunContext,
  visits: Visit[],
  granted: number,
): Promise<Visit[]> {
  let items = 0;
  const claims = visits.flatMap((visit) => {
    items += visit.items.filter((item) => stateOfItem(item) === 'complete').length;
    return visit.claim !== undefined && items <= granted ? [visit.claim] : [];
  });
  const isOthers = await askForOthers(context, claims, (scope, of) => ledger.claim(scope, context.id, of));
  return visits.map((visit) =>
    visit.claim !== undefined && isOthers(visit.claim) ? withoutItem(visit) : visit,
  );
}

/**
 * Which of the keys another run has. `ask`: the owners of keys in a scope of the ledger, which names the job, since it
 * holds for all its runs.
 */
async function askForOthers(
  { id, job }: RunContext,
  keys: ItemKey[],
  ask: (scope: string, keys: string[]) => Promise<(string | undefined)[]>,
): Promise<(key: ItemKey) => boolean> {
  const others = new Set<string>();
  for (const [scope, inScope] of Map.groupBy(keys, (key) => key.scope)) {
    const owners = await ask(
      `${scope} ${job.name}`,
      inScope.map(({ key }) => key),
    );
    const ofOthers = inScope.filter((_, index) => (owners[index] ?? id) !== id);
    for (const { key } of ofOthers) others.add(`${scope} ${key}`);
  }
  return ({ scope, key }) => others.has(`${scope} ${key}`);
}

function withoutItem(visit: Visit): Visit {
  return { ...visit, items: [], linkCounts: { ...visit.linkCounts, 'known:late': 1 } };
}
