import { type PageRequest, stateOfItem } from '../../model.ts';
import type { ItemKey } from '../../sources/kind.ts';
import { kindOf } from '../../sources/sources.ts';
import { sumOf } from '../counts.ts';
import type { Engine } from '../engine.ts';
import type { Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';

/** Which of these have earlier runs given, or left out? A read in advance, so that they are not requested and paid for. */
export async function lookForKnown(
  { ledger }: Engine,
  context: RunContext,
  requests: PageRequest[],
): Promise<(request: PageRequest) => boolean> {
  const keys = requests.flatMap((request) => kindOf(request).remembered(request));
  const isOthers = await askForOthers(context, keys, (scope, of) => ledger.claimants(scope, of));
  return (request) => kindOf(request).remembered(request).some(isOthers);
}

/** Which of these have earlier runs given, or left out? */
export async function whichAreKnown(
  { ledger }: Engine,
  context: RunContext,
  keys: ItemKey[],
): Promise<boolean[]> {
  const isOthers = await askForOthers(context, keys, (scope, of) => ledger.claimants(scope, of));
  return keys.map(isOthers);
}

/**
 * Claims what is about to become an item of the run and is given once, and removes what another run has given
 * meanwhile; and what was left out, so that later runs know. Repeated for the same run, the result is the same. `granted`:
 * complete items that the run may still have; what is beyond that is not claimed, since it is not given.
 */
export async function claimItems(
  { ledger }: Engine,
  context: RunContext,
  visits: Visit[],
  granted: number,
): Promise<Visit[]> {
  let complete = 0;
  const claims: ItemKey[] = [];
  for (const { items, claims: own, leftOut = [] } of visits) {
    for (const item of items) {
      if (stateOfItem(item) === 'complete') complete += 1;
      const claim = own?.get(item);
      if (claim === undefined || complete > granted) continue;
      claims.push(claim, ...(claim.besides === undefined ? [] : [claim.besides]));
    }
    claims.push(...leftOut);
  }
  const isOthers = await askForOthers(
    context,
    claims,
    (scope, of) => ledger.claim(scope, context.id, of),
    // Only under the period of this run: a claim of the one before would end too early.
    (key) => storedKeys(key, context.startedAt).slice(0, 1),
  );
  return visits.map((visit) => withoutItems(visit, isOthers));
}

/**
 * Which of the keys another run has. `ask`: the owners of keys in a scope of the ledger, which names the job, since it
 * holds for all its runs.
 */
async function askForOthers(
  { id, job, startedAt }: Pick<RunContext, 'id' | 'job' | 'startedAt'>,
  keys: ItemKey[],
  ask: (scope: string, keys: string[]) => Promise<(string | undefined)[]>,
  keysOf: (key: ItemKey) => string[] = (key) => storedKeys(key, startedAt),
): Promise<(key: ItemKey) => boolean> {
  const others = new Set<string>();
  for (const [scope, inScope] of Map.groupBy(keys, (key) => key.scope)) {
    const stored = [...new Set(inScope.flatMap(keysOf))];
    const owners = await ask(`${scope} ${job.name}`, stored);
    for (const [index, key] of stored.entries()) {
      if ((owners[index] ?? id) !== id) others.add(`${scope} ${key}`);
    }
  }
  return (key) => keysOf(key).some((stored) => others.has(`${key.scope} ${stored}`));
}

const periodMs = 30 * 86_400_000;

/**
 * The keys under which the ledger has it. What fades is stored with the period of the run's start, and known in that and the next
 * one: a claim itself never ends.
 */
function storedKeys({ key, fades }: ItemKey, startedAt: number): string[] {
  if (fades !== true) return [key];
  const period = Math.floor(startedAt / periodMs);
  return [`${key} in ${period}`, `${key} in ${period - 1}`];
}

function withoutItems(visit: Visit, isOthers: (key: ItemKey) => boolean): Visit {
  const { claims, linkCounts } = visit;
  if (claims === undefined) return visit;
  const items = visit.items.filter((item) => {
    const claim = claims.get(item);
    return claim === undefined || !isOthers(claim);
  });
  const lost = visit.items.length - items.length;
  return lost === 0 ? visit : { ...visit, items, linkCounts: sumOf(linkCounts, { 'known:late': lost }) };
}
