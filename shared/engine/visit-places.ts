import type { FetchResult } from '../fetch/types.ts';
import type { Json, PageRequest } from '../model.ts';
import type { CellExpansion } from '../sources/places/cell.ts';
import { wholeCell } from '../sources/places/cell-state.ts';
import type { PlaceStep, Places } from '../sources/places/places.ts';
import { ended, type Visit } from './ended.ts';
import type { VisitContext } from './visit.ts';

/** A page of the search of a cell: places, and where the search goes on. Throws like a fetch. */
export async function visitCell(
  context: VisitContext,
  request: PageRequest,
  result: FetchResult,
): Promise<Visit> {
  const places = placesOf(context);
  const read = places.readCell(request, result);
  if ('halt' in read) return halted(context, request, read.halt, result);
  const found = await withoutKnown(context, request, read);
  const { next, counts: linkCounts, fact } = found;
  const isEmpty = fact?.found === 0 && fact.end === 'whole';
  const facts = {
    end: 'stored' as const,
    links: found.places.length,
    ...(isEmpty ? { code: 'EMPTY' } : {}),
    ...(fact === undefined ? {} : { cell: fact }),
  };
  return { ...ended(request, facts, result), links: [...next, ...found.places], linkCounts };
}

/** A cell whose places earlier runs have given, all of them, need not be read, nor paid for. */
async function withoutKnown(
  context: VisitContext,
  request: PageRequest,
  found: CellExpansion,
): Promise<CellExpansion> {
  const { counted } = found;
  if (counted === undefined || context.areKnownPlaces === undefined) return found;
  const isKnown = await context.areKnownPlaces(request, counted);
  if (!isKnown) return found;
  return {
    next: [],
    places: [],
    counts: { 'known:unread': counted.length },
    fact: wholeCell(request, counted.length),
  };
}

/** A place that was found: left out if an earlier run has given it, else its next step or its item. */
export function visitPlace(context: VisitContext, request: PageRequest): Visit {
  if (context.isKnownPlace?.(request)) return ended(request, { end: 'skipped', code: 'PLACE_KNOWN' });
  return stepped(request, placesOf(context).begin(request));
}

/** More of a place, from the service that found it. Throws like a fetch. */
export function visitDetails(context: VisitContext, request: PageRequest, result: FetchResult): Visit {
  const read = placesOf(context).readDetails(request, result);
  if (read === 'gone') return ended(request, { end: 'failed', code: 'PLACE_GONE' }, result);
  if (read === 'refused') return ended(request, { end: 'skipped', code: 'PLACE_FILTERED' }, result);
  if ('halt' in read) return halted(context, request, read.halt, result);
  return stepped(request, read, result);
}

/** A page of the business's own website. */
export function visitSite(context: VisitContext, request: PageRequest, result: FetchResult): Visit {
  return stepped(request, placesOf(context).readSite(request, result), result);
}

function placesOf({ run }: VisitContext): Places {
  if (run.places === undefined) throw new Error(`${run.id} has no places source`);
  return run.places;
}

/** The place goes on as its next step, or ends as an item. */
function stepped(request: PageRequest, { state, next }: PlaceStep, result?: FetchResult): Visit {
  const visit = ended({ ...request, cursor: state as unknown as Json }, { end: 'stored' }, result);
  if (next === undefined) return { ...visit, fact: { ...visit.fact, items: visit.items.length } };
  const { claim: _, ...rest } = visit;
  return { ...rest, items: [], retry: next };
}

/** Asked again as it is, once somebody has looked: it is nobody's failure but the service's. */
function halted({ now }: VisitContext, request: PageRequest, halt: string, result: FetchResult): Visit {
  const [code = '', ...message] = halt.split(': ');
  const fact = { end: 'retry' as const, code, message: message.join(': ') };
  return { ...ended(request, fact, result), retry: request, halt: { reason: halt, at: now() } };
}

/** An answer is billed by whoever gave it, whatever is made of it here. */
export function withBill(
  { run }: VisitContext,
  request: PageRequest,
  result: FetchResult | undefined,
  visit: Visit,
): Visit {
  const bill = result?.status === 200 ? (run.places?.billOf(request) ?? {}) : {};
  return { ...visit, linkCounts: { ...visit.linkCounts, ...bill } };
}
