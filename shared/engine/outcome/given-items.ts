import type { PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import type { Visit } from '../visit/make-visit.ts';

/** Claims are stored under the job's name, since they hold for all its runs; `places` is the name of all of them in ledgers. */
function scopeOf({ job }: RunContext): string {
  return `places ${job.name}`;
}

/** Which of these have earlier runs given? A read in advance, so that they are not requested and paid for. */
export async function lookForKnown(
  { ledger }: Engine,
  context: RunContext,
  requests: PageRequest[],
): Promise<(request: PageRequest) => boolean> {
  const keys = requests.flatMap((request) => kindOf(request).remembered(request) ?? []);
  if (keys.length === 0) return () => false;
  const claimants = await ledger.claimants(scopeOf(context), keys);
  const known = new Set(keys.filter((_, index) => isOther(claimants[index], context)));
  return (request) => known.has(kindOf(request).remembered(request) ?? '');
}

/** Have earlier runs given all of these? */
export async function areAllKnown({ ledger }: Engine, context: RunContext, keys: string[]): Promise<boolean> {
  const claimants = await ledger.claimants(scopeOf(context), keys);
  return claimants.every((claimant) => isOther(claimant, context));
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
  const claiming = visits.filter((visit) => {
    items += visit.items.filter(({ missing }) => missing === undefined).length;
    return visit.claim !== undefined && items <= granted;
  });
  if (claiming.length === 0) return visits;
  const keys = claiming.map(({ claim = '' }) => claim);
  const owners = await ledger.claim(scopeOf(context), context.id, keys);
  const given = new Set(claiming.filter((_, index) => isOther(owners[index], context)));
  return visits.map((visit) => (given.has(visit) ? withoutItem(visit) : visit));
}

function isOther(owner: string | undefined, { id }: RunContext): boolean {
  return owner !== undefined && owner !== id;
}

function withoutItem(visit: Visit): Visit {
  return { ...visit, items: [], linkCounts: { ...visit.linkCounts, 'known:late': 1 } };
}
