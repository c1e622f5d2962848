import type { FetchResult } from '../../fetch/types.ts';
import type { Counts, Item, Outcome, PageFact, PageRequest } from '../../model.ts';
import type { ItemKey } from '../../sources/kind.ts';
import { kindOf } from '../../sources/sources.ts';
import type { KnownUrl } from '../outcome/known-urls.ts';

/** The result of one request. */
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
  /** Its item is given only if no earlier run has given it. */
  claim?: ItemKey;
  /** The host asked for a pause until then (epoch ms). */
  pauseUntil?: number;
  /** Its session has ended: no further request of the batch is sent in it. */
  hasEndedSession?: true;
  /** No proxy can be used for a while: no further request of the batch is sent. */
  lacksProxy?: true;
  /** Nothing more is to be fetched for the run until somebody has looked. */
  halt?: NonNullable<Outcome['halt']>;
}

/** A visit that leads nowhere further: what its kind leaves of it is there already. */
export function makeVisit(request: PageRequest, fact: Partial<PageFact>, result?: FetchResult): Visit {
  const fetched: Partial<PageFact> =
    result === undefined
      ? {}
      : {
          status: result.status,
          bytes: result.body.byteLength,
          ms: Math.round(result.ms),
          fetchedAt: new Date(result.startedAt).toISOString(),
        };
  const { fact: own, counts = {}, ...leftover } = kindOf(request).end(request, fact);
  return {
    fact: { ...factOf(request), ...fetched, ...own, ...fact },
    otherFacts: [],
    links: [],
    ...leftover,
    known: [],
    linkCounts: counts,
  };
}

export function factOf(request: PageRequest): PageFact {
  const { kind, url, label, depth, attempt, referrer } = request;
  return {
    kind,
    url,
    label,
    depth,
    attempt,
    end: 'stored',
    ...(referrer === undefined ? {} : { referrer }),
    ...kindOf(request).factParts(request),
  };
}
