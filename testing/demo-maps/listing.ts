import type { Answer } from './answer.ts';
import { type Block, renderBlock } from './blocks.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import { type Box, contains } from './geography.ts';
import {
  type ListingQuery,
  readFeatureId,
  readListingPath,
  readListingQuery,
  type ViewportRule,
} from './listing-query.ts';
import { renderRecord } from './listing-record.ts';
import { stubJson } from './listing-stub.ts';
import { answerReviewList, type ReviewListOptions, reviewListPath } from './review-list.ts';
import { toArray } from './sparse.ts';

export interface ListingOptions extends ReviewListOptions {
  city: City;
  now: () => number;
  websiteOf(place: CityPlace): string;
  /** How many places a query and viewport give over all pages. */
  resultCap: number;
  /** `legacy`: rows at [0][1][i][14]; `newer`: at [64][i][1]; `both`: the same rows at both. */
  envelope: 'legacy' | 'newer' | 'both';
  /** Every n-th result, from 2, lies outside the viewport, by up to a fifth of it on each side; 0: none does. */
  spillEvery: number;
  /** So many rows of a page come again at the top of the next one. */
  repeatedRows: number;
  /** Nobody is signed in, so fields are missing. */
  isSignedOut: boolean;
  viewportRule: ViewportRule;
  offset: 'honoured' | 'ignored' | 'shuffled' | 'reranked';
  resultList: 'ignored' | 'needed' | 'refused';
  placeAnswers: 'whole' | 'bare';
  consentCookie?: string;
  /** Whether this search gets the stub. */
  isStub(): boolean;
}

/** How an answer goes wrong at present, if it does. */
export type Blocked = () => Block | undefined;

/** The public listing: searches, places, and their HTML pages. Undefined: not a path of it. */
export function answerListing(
  options: ListingOptions,
  { url, cookie = '' }: { url: URL; cookie?: string | undefined },
  blocked: Blocked,
): Answer | undefined {
  const { pathname, searchParams, href } = url;
  const isSearch = pathname === '/search' && searchParams.get('tbm') === 'map';
  const isPreview = pathname === '/maps/preview/place';
  const isReviews = pathname === reviewListPath;
  const isPage = pathname === '/maps' || pathname.startsWith('/maps/');
  if (!isSearch && !isPreview && !isReviews && !isPage) return undefined;
  const block = blocked() ?? consentFor(options, cookie);
  if (block !== undefined && block !== 'changed' && block !== 'stub') return renderBlock(block, href);
  if (isReviews) return answerReviewList(options, url);
  const language = searchParams.get('hl') ?? 'en';
  const settings = {
    ...options,
    language,
    nowMs: options.now(),
    isChanged: block === 'changed',
    isStubbed: block === 'stub' || (isSearch && options.isStub()),
  };
  if (isSearch) return typed(searchJson(settings, readListingQuery(searchParams, options.viewportRule)));
  const query = readListingPath(pathname);
  if (query !== undefined) return htmlPage(searchJson(settings, query));
  const found = findPlace(options.city, url);
  return isPreview ? typed(placeJson(settings, found)) : htmlPage(placeJson(settings, found));
}

function consentFor({ consentCookie }: ListingOptions, cookie: string): Block | undefined {
  const isAsked =
    consentCookie !== undefined && !cookie.split(/; */).some((pair) => pair.startsWith(`${consentCookie}=`));
  return isAsked ? 'consent' : undefined;
}

interface Settings extends ListingOptions {
  isStubbed: boolean;
  language: string;
  nowMs: number;
  isChanged: boolean;
}

/** The results of all pages: by prominence, every so often one from around the viewport. */
function listResults(
  { city, resultCap, spillEvery }: Pick<ListingOptions, 'city' | 'resultCap' | 'spillEvery'>,
  { query, viewport }: ListingQuery,
): CityPlace[] {
  const box = viewport ?? city.box;
  const ranking = city.ranking(query);
  const inside = ranking.within(box, resultCap);
  if (spillEvery === 0) return inside;
  const max = Math.floor(inside.length / (spillEvery - 1));
  const outside = ranking.within(grow(box), max, ({ location }) => !contains(box, location));
  for (const [index, place] of outside.entries()) {
    inside.splice((index + 1) * spillEvery - 1, 0, place);
  }
  return inside.slice(0, resultCap);
}

/** By a fifth on each side. */
function grow({ south, west, north, east }: Box): Box {
  const [high, wide] = [(north - south) / 5, (east - west) / 5];
  return { south: south - high, west: west - wide, north: north + high, east: east + wide };
}

/** Rows of one page. With repeated rows, a page begins with the end of the one before. */
function pageOf(results: CityPlace[], { pageSize, offset }: ListingQuery, repeatedRows: number): CityPlace[] {
  const fresh = pageSize - repeatedRows;
  const pages = Math.floor(offset / pageSize);
  const start = pages * fresh;
  // Further pages are short when nothing new is left, even if rows could be repeated.
  if (pages > 0 && start + repeatedRows >= results.length) return [];
  return results.slice(start, start + pageSize);
}

/** The rows of a page by what the service makes of its offset. */
function rowsOf(settings: Settings, query: ListingQuery): CityPlace[] {
  const { offset, repeatedRows } = settings;
  const results = listResults(settings, query);
  switch (offset) {
    case 'honoured':
      return pageOf(results, query, repeatedRows);
    case 'ignored':
      return results.slice(0, query.pageSize);
    case 'shuffled':
      return turned(results.slice(0, query.pageSize), query.offset === 0 ? 0 : 7);
    case 'reranked':
      return pageOf(turned(results, query.offset / 3), query, repeatedRows);
    default:
      return offset satisfies never;
  }
}

/** In another order, which depends on the offset. */
function turned(places: CityPlace[], by: number): CityPlace[] {
  const start = Math.floor(by) % Math.max(1, places.length);
  return [...places.slice(start), ...places.slice(0, start)];
}

function searchJson(settings: Settings, query: ListingQuery | undefined): string | undefined {
  if (query === undefined || !(query.pageSize > 0)) return undefined;
  const { envelope, isStubbed, resultList } = settings;
  const isUnwanted = resultList !== 'ignored' && query.asksForList !== (resultList === 'needed');
  if (isStubbed || isUnwanted) return stubJson(query.query);
  const records = rowsOf(settings, query).map((place) => recordOf(place, settings, false));
  // Only the first page has a header.
  const header = query.offset === 0 ? [toArray({ 8: 'demoEventId', 10: [query.query, 0] })] : [];
  const legacy = records.map((record) => toArray({ 8: 'demoEventId', 14: record }));
  const answer = toArray(
    {
      0: envelope === 'newer' ? [query.query] : [query.query, [...header, ...legacy], null, 1],
      1: [[3826.9, -33, 47], [0, 0, 0], [1024, 768], 13.1],
      7: 'demoEventId',
      64: envelope === 'legacy' ? null : records.map((record) => [null, record]),
    },
    67,
  );
  return JSON.stringify(answer);
}

function placeJson(settings: Settings, place: CityPlace | undefined): string | undefined {
  if (place === undefined) return undefined;
  return JSON.stringify(
    toArray(
      {
        1: [],
        4: [[3826.9, -33, 47]],
        6: recordOf(place, settings, !settings.isStubbed && settings.placeAnswers === 'whole'),
      },
      32,
    ),
  );
}

/** In a changed shape, all values stand two positions later. */
function recordOf(place: CityPlace, settings: Settings, hasDetails: boolean): unknown[] {
  const record = renderRecord(place, { ...settings, hasDetails });
  return settings.isChanged ? [null, null, ...record] : record;
}

function findPlace({ byCid }: City, { pathname, searchParams }: URL): CityPlace | undefined {
  const featureId = readFeatureId(searchParams.get('pb') ?? pathname);
  const cid = searchParams.get('cid') ?? BigInt(featureId?.split(':')[1] ?? 0).toString();
  return byCid.get(cid);
}

function typed(json: string | undefined): Answer {
  if (json === undefined) return { status: 400, body: '<title>Error 400 (Bad Request)!!1</title>' };
  return {
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=UTF-8' },
    body: `)]}'\n${json}`,
  };
}

/** The answer of the search within a page: a string in a value of the fourth entry of the page's state. */
function htmlPage(json: string | undefined): Answer {
  if (json === undefined) return { status: 404, body: '<title>Error 404 (Not Found)!!1</title>' };
  const state = [
    [[3826.9, -33, 47], [0, 0, 0], [1024, 768], 13.1],
    null,
    null,
    { zz: toArray({ 6: `)]}'\n${json}` }) },
  ];
  const script = JSON.stringify(state).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028');
  const body = `<!doctype html><html><head><title>Google Maps</title><script>window.APP_OPTIONS=[];window.APP_INITIALIZATION_STATE=${script};window.APP_FLAGS=[];</script></head><body></body></html>`;
  return { status: 200, body };
}
