import type { FetchResult } from '../fetch/types.ts';
import type { Counts, Item, Outcome, PageFact, PageRequest } from '../model.ts';
import { cellFact, cellOf } from '../sources/places/cell-state.ts';
import { nextPage, placeItem, stateOf } from '../sources/places/place-state.ts';
import type { KnownUrl } from './known-urls.ts';

/** What became of one request. */
export interface Visit {
  fact: PageFact;
  /** Facts beside the request's own: unreadable entries of a source, an API's unusable next page. */
  otherFacts: PageFact[];
  items: Item[];
  links: PageRequest[];
  /** Links to what other batches have brought into the run: left out. */
  known: KnownUrl[];
  /** What became of links that were left out. */
  linkCounts: Counts;
  /** The request goes on as this one: tried again, or the next step of a place. */
  retry?: PageRequest;
  /** The key of the place that is its item, which is given only if no earlier run has given it. */
  claim?: string;
  /** The host asked for a pause until then (epoch ms). */
  pauseUntil?: number;
  /** Nothing more is to be fetched for the run until somebody has looked: `CODE: message`, met at (epoch ms). */
  halt?: NonNullable<Outcome['halt']>;
}

/** A visit that leads nowhere further: what is known of a place by then becomes its item. */
export function ended(request: PageRequest, fact: Partial<PageFact>, result?: FetchResult): Visit {
  const fetched: Partial<PageFact> =
    result === undefined
      ? {}
      : {
          status: result.status,
          bytes: result.body.byteLength,
          ms: Math.round(result.ms),
          fetchedAt: new Date(result.startedAt).toISOString(),
        };
  return {
    fact: { ...factOf(request), ...fetched, ...cellEnd(request, fact), ...fact },
    otherFacts: [],
    links: [],
    ...afterPlace(request, fact),
    known: [],
    linkCounts: {},
  };
}

export function factOf(request: PageRequest): PageFact {
  const { kind, url, label, depth, attempt, referrer, source } = request;
  return {
    kind,
    url,
    label,
    depth,
    attempt,
    end: 'stored',
    ...(referrer === undefined ? {} : { referrer }),
    ...(kind === 'cell' && source !== undefined ? { source } : {}),
  };
}

/**
 * What a place comes to where a step of it ends: its website's next page, or the item. Of a place that is left
 * out, and after the last item that a run may have, nothing is kept.
 */
function afterPlace(
  request: PageRequest,
  { end, code = '' }: Partial<PageFact>,
): Pick<Visit, 'items' | 'retry' | 'claim'> {
  const isPlace = request.kind === 'place' || request.kind === 'details' || request.kind === 'site';
  if (!isPlace || end === 'retry' || end === 'cancelled' || leftOut.has(code)) return { items: [] };
  const isOver = code.startsWith('LIMIT_');
  const next = request.kind === 'site' && end !== 'stored' && !isOver ? nextPage(request) : undefined;
  if (next !== undefined) return { items: [], retry: next };
  const state = stateOf(request);
  const item = placeItem(state);
  if (item === undefined) return { items: [] };
  return { items: [item], ...(state.isNewOnly ? { claim: state.key } : {}) };
}

const leftOut = new Set(['PLACE_KNOWN', 'PLACE_FILTERED', 'LIMIT_ITEMS']);

/** A cell that is not searched to its end still counts in the report of what was covered. */
function cellEnd(request: PageRequest, { end, code }: Partial<PageFact>): Pick<PageFact, 'cell'> {
  if (request.kind !== 'cell' || end === 'stored' || end === 'retry') return {};
  const cell = cellOf(request);
  return {
    cell: cellFact(
      cell,
      Math.max(cell.met.length, cell.counted ?? 0),
      end === 'failed' ? 'failed' : 'skipped',
      code ?? end,
    ),
  };
}
