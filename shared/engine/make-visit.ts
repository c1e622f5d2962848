import type { FetchResult } from '../fetch/types.ts';
import type {
  Counts,
  Item,
  KeptPages,
  MissingPage,
  Outcome,
  PageFact,
  PageRecord,
  PageRequest,
  SessionChange,
} from '../model.ts';
import type { ItemKey, KeyedItem } from '../sources/kind.ts';
import { kindOf } from '../sources/sources.ts';
import type { KnownUrl } from './outcome/known-urls.ts';

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
  /** Of items that are given only if no earlier run has given them: by what runs know them. */
  claims?: ReadonlyMap<Item, ItemKey>;
  /** What it left out and later runs need not ask for again. */
  leftOut?: ItemKey[];
  /** The host asked for a pause until then (epoch ms). */
  pauseUntil?: number;
  /** Its session has ended: no further request of the batch is sent in it. */
  hasEndedSession?: true;
  /** No proxy can be used for a while: no further request of the batch is sent. */
  lacksProxy?: true;
  /** Nothing more is to be fetched for the run until somebody has looked. */
  halt?: NonNullable<Outcome['halt']>;
  /** Those of the pages that it has read from where they were kept. */
  pages?: Visit[];
  /** Of a job that recrawls: what it is to keep of the page. */
  records?: PageRecord[];
  /** What the job knew of the page and is not there. */
  missing?: MissingPage[];
}

/** What came of a batch. */
export interface Visited {
  state: 'visited';
  visits: Visit[];
  unvisited: PageRequest[];
  ownBatchSize: number;
  /** The unvisited requests are to be worked on one by one: one of them kills its process. */
  isSplit?: true;
  /** What its answers changed in sessions. */
  sessions?: SessionChange[];
  /** What is kept of its pages. */
  kept?: KeptPages;
}

/** A visit that leads nowhere further: what its kind leaves of it is there already. */
export function makeVisit(request: PageRequest, fact: Partial<PageFact>, result?: FetchResult): Visit {
  const left = kindOf(request).end(request, fact);
  const visit: Visit = {
    fact: Object.assign(factOf(request, result, fact.fetchedAt), left.fact, fact),
    otherFacts: [],
    items: [],
    links: left.links ?? [],
    known: [],
    linkCounts: left.counts ?? {},
  };
  if (left.retry !== undefined) visit.retry = left.retry;
  return withItems(visit, left.items);
}

/** The visit with these items in place of its own. */
export function withItems(visit: Visit, items: readonly KeyedItem[]): Visit {
  if (items.length === 0) return visit;
  const claims = items.flatMap(({ item, claim }) => (claim === undefined ? [] : [[item, claim] as const]));
  return {
    ...visit,
    items: items.map(({ item }) => item),
    ...(claims.length === 0 ? {} : { claims: new Map(claims) }),
  };
}

/** `result`: of a request that was fetched. `fetchedAt`: where it is written out already. */
export function factOf(request: PageRequest, result?: FetchResult, fetchedAt?: string): PageFact {
  const { kind, url, label, depth, attempt, referrer } = request;
  const fact: PageFact = { kind, url, label, depth, attempt, end: 'stored' };
  if (referrer !== undefined) fact.referrer = referrer;
  Object.assign(fact, kindOf(request).factParts(request));
  if (result !== undefined) {
    fact.status = result.status;
    fact.bytes = result.file?.received ?? result.body.byteLength;
    fact.ms = Math.round(result.ms);
    fact.fetchedAt = fetchedAt ?? new Date(result.startedAt).toISOString();
    if (result.isCached) fact.isCached = true;
  }
  return fact;
}
