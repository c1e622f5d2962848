import type { Batch, PageRequest } from '../../model.ts';
import type { Engine } from '../engine.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import { quotaOfFamily } from './barren-pages.ts';
import { type FamilyId, shapeOfFamily } from './families.ts';

/** Pages of one family that a batch reads at a time: what comes of them is known before the next are read. */
const watchedAtOnce = 5;

/** Meanwhile other pages come first, and may give something. */
const laterMs = 2_000;

/** The requests of a batch that are sent now, those that wait, and the visits of those that are not sent at all. */
export interface SparedTraps {
  wanted: Batch;
  later: PageRequest[];
  trapped: Visit[];
}

/**
 * Leaves out pages that lie too many barren ones away from one that gave something, and those of families whose barren pages have
 * used up their quota; lets few of the others through at a time. The outcome says what was left out, so that all that follows is
 * a function of it; how many were sent when a quota ended depends on what was under way.
 */
export async function spareTraps({ ledger, now }: Engine, batch: Batch): Promise<SparedTraps> {
  const families = new Set(batch.requests.flatMap(({ barrenFamily }) => barrenFamily ?? []));
  if (families.size === 0) return { wanted: batch, later: [], trapped: [] };
  const names = [...families];
  const used = await ledger.readQuotas(batch.run, names.map(quotaOfFamily));
  const left = new Map<FamilyId, number>(
    names.map((family, index) => [family, shapeOfFamily(family).maxBarren - (used[index] ?? 0)]),
  );
  const admitted = new Map<FamilyId, number>();
  const requests: PageRequest[] = [];
  const later: PageRequest[] = [];
  const trapped: Visit[] = [];
  for (const request of batch.requests) {
    const { barrenFamily } = request;
    const room = roomFor(request, left);
    const before = admitted.get(barrenFamily ?? '') ?? 0;
    if (room <= 0) trapped.push(makeVisit(request, { end: 'skipped', code: 'TRAP' }));
    else if (barrenFamily !== undefined && before >= Math.min(room, watchedAtOnce)) {
      later.push({ ...request, notBefore: now() + laterMs });
    } else {
      if (barrenFamily !== undefined) admitted.set(barrenFamily, before + 1);
      requests.push(request);
    }
  }
  return { wanted: { ...batch, requests }, later, trapped };
}

/** How many more pages of its family may be read: none of one that is not watched is left out. */
function roomFor(
  { barrenFamily, barrenSteps = 1 }: PageRequest,
  left: ReadonlyMap<FamilyId, number>,
): number {
  if (barrenFamily === undefined) return 1;
  const { maxBarren, maxSteps = maxBarren } = shapeOfFamily(barrenFamily);
  const room = left.get(barrenFamily) ?? 0;
  const isTooFar = barrenSteps > maxSteps && maxBarren - room >= maxSteps;
  return isTooFar ? 0 : room;
}
