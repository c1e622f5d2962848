import type { Box } from '../../../places/areas/box.ts';
import type { SearchFilters } from './search-filters.ts';

// Requests to the Places API (New), as its REST reference describes them. Pure.

/** Results per page, the maximum of either search. Text search has three such pages. */
const pageSize = 20;

/** Metres. */
const maxRadiusM = 50_000;

export interface ApiRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

interface Asked {
  /** Where the service is, such as https://places.googleapis.com. */
  endpoint: string;
  /** Goes into a header as it is, a placeholder `${env:NAME}` too. */
  key: string;
  /** From `maskFor`. */
  mask: string;
  language: string;
  region?: string | undefined;
}

export interface TextSearch extends Asked {
  query: string;
  box: Box;
  /** Of the page before. Everything else must be as it was then, or the API refuses it. */
  pageToken?: string | undefined;
  filters?: SearchFilters | undefined;
}

export interface NearbySearch extends Asked {
  /** Degrees; metres, 50,000 at most. */
  circle: { lat: number; lng: number; radiusM: number };
  /** Types of Google's Table A, 50 at most; empty: of every type. */
  includedTypes: readonly string[];
}

export interface Details extends Asked {
  placeId: string;
}

export function textSearch(asked: TextSearch): ApiRequest {
  const { box, filters } = asked;
  return post(asked, 'places:searchText', {
    textQuery: asked.query,
    pageSize,
    languageCode: asked.language,
    regionCode: asked.region,
    ...filters,
    locationRestriction: {
      rectangle: {
        low: { latitude: box.south, longitude: box.west },
        high: { latitude: box.north, longitude: box.east },
      },
    },
    pageToken: asked.pageToken,
  });
}

/** For the name of an area, anywhere. Google sends the place that it takes it for first. */
export function areaSearch(asked: Asked & { query: string }): ApiRequest {
  return post(asked, 'places:searchText', {
    textQuery: asked.query,
    pageSize,
    languageCode: asked.language,
    regionCode: asked.region,
  });
}

/** Throws `RangeError` for a circle that is too large: a reduced one would silently miss places. */
export function nearbySearch(asked: NearbySearch): ApiRequest {
  const { lat, lng, radiusM } = asked.circle;
  if (!(radiusM > 0 && radiusM <= maxRadiusM)) {
    throw new RangeError(`A radius of ${radiusM} m; it must be above 0 and at most ${maxRadiusM}`);
  }
  return post(asked, 'places:searchNearby', {
    includedTypes: asked.includedTypes.length === 0 ? undefined : asked.includedTypes,
    maxResultCount: pageSize,
    languageCode: asked.language,
    regionCode: asked.region,
    locationRestriction: { circle: { center: { latitude: lat, longitude: lng }, radius: radiusM } },
  });
}

export function details(asked: Details): ApiRequest {
  const url = new URL(urlOf(asked, `places/${encodeURIComponent(asked.placeId)}`));
  url.searchParams.set('languageCode', asked.language);
  if (asked.region !== undefined) url.searchParams.set('regionCode', asked.region);
  return { method: 'GET', url: url.href, headers: headersOf(asked) };
}

function post(asked: Asked, verb: string, body: Record<string, unknown>): ApiRequest {
  return {
    method: 'POST',
    url: urlOf(asked, verb),
    headers: { ...headersOf(asked), 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function urlOf({ endpoint }: Asked, path: string): string {
  return `${endpoint.replace(/\/+$/, '')}/v1/${path}`;
}

function headersOf({ key, mask }: Asked): Record<string, string> {
  return { 'X-Goog-Api-Key': key, 'X-Goog-FieldMask': mask };
}
