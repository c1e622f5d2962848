import { type Answer, answerJson } from './answer.ts';
import { ApiError, badRequest, missKey, notFound, refuseKey } from './api-error.ts';
import { renderApiPlace } from './api-place.ts';
import { type CityArea, cityAreas, findArea, renderArea } from './areas.ts';
import { type BillingMeter, type Method, openBilling } from './billing.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import { type Mask, readMask } from './field-mask.ts';
import { searchNearby } from './nearby-search.ts';
import { makeQuota, type Quota, type QuotaOptions } from './quota.ts';
import { type Paging, searchText } from './text-search.ts';

export interface ApiOptions extends Paging {
  city: City;
  now: () => number;
  websiteOf(place: CityPlace): string;
  /** What each key may do: `ok`, or the reason for which it is refused. */
  keys: Record<string, string>;
  searchQuota: QuotaOptions;
  detailsQuota: QuotaOptions;
  /** Whether Google has given the place another id since. */
  isObsolete(place: CityPlace): boolean;
}

export interface ApiRequest {
  httpMethod: string;
  url: URL;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: string;
}

export interface PlacesApi {
  answer(request: ApiRequest): Answer;
  bill: BillingMeter['bill'];
}

interface Api extends ApiOptions {
  billing: BillingMeter;
  quotas: Record<Method, Quota>;
}

/** Places API (New), as https://developers.google.com/maps/documentation/places/web-service describes it. */
export function makePlacesApi(options: ApiOptions): PlacesApi {
  const { searchQuota, detailsQuota, now } = options;
  const billing = openBilling();
  const quotas = {
    textSearch: makeQuota('SearchTextRequest', searchQuota, now),
    nearbySearch: makeQuota('SearchNearbyRequest', searchQuota, now),
    details: makeQuota('GetPlaceRequest', detailsQuota, now),
  };
  return {
    bill: billing.bill,
    answer(request) {
      try {
        return answerJson(200, route({ ...options, billing, quotas }, request));
      } catch (error) {
        if (error instanceof ApiError) return error.answer;
        throw error;
      }
    },
  };
}

function route(api: Api, request: ApiRequest): unknown {
  const { httpMethod, url } = request;
  const endpoint = `${httpMethod} ${url.pathname}`;
  const [, placeId] = /^GET \/v1\/places\/([\w-]+)$/.exec(endpoint) ?? [];
  if (endpoint === 'POST /v1/places:searchText') return answerSearch(api, request, 'textSearch');
  if (endpoint === 'POST /v1/places:searchNearby') return answerSearch(api, request, 'nearbySearch');
  if (placeId !== undefined) return answerDetails(api, request, placeId);
  throw notFound(`Method not found: ${endpoint}.`);
}

function answerSearch(api: Api, request: ApiRequest, method: 'textSearch' | 'nearbySearch'): object {
  admit(api, request, method);
  const mask = maskOf(request, method);
  const { city, now } = api;
  const area = method === 'textSearch' ? areaAsked(request.body) : undefined;
  if (area !== undefined) {
    api.billing.charge(method, mask.tier);
    return { places: [mask.cut(renderArea(area))] };
  }
  const { places, language, nextPageToken } =
    method === 'textSearch'
      ? searchText(city, request.body, now(), api)
      : searchNearby(city, request.body, api);
  // There is no cheaper search nearby than this.
  api.billing.charge(method, method === 'nearbySearch' && mask.tier === 'idsOnly' ? 'pro' : mask.tier);
  const wording = { language, websiteOf: api.websiteOf, now: now(), servesOnly: api.servesOnly };
  const shown = places.map((place) => mask.cut(renderApiPlace(place, wording, mask.names)));
  const isShown = shown.some((place) => Object.keys(place).length > 0);
  return {
    ...(isShown ? { places: shown } : {}),
    ...(mask.hasToken && nextPageToken !== undefined ? { nextPageToken } : {}),
  };
}

function answerDetails(api: Api, request: ApiRequest, placeId: string): object {
  admit(api, request, 'details');
  const mask = maskOf(request, 'details');
  if (!/^ChIJ[\w-]{23}$/.test(placeId)) throw badRequest(`Not a valid Place ID: ${placeId}`, 'place_id');
  const area = cityAreas.find((one) => one.placeId === placeId);
  if (area !== undefined) {
    api.billing.charge('details', mask.tier);
    return mask.cut(renderArea(area));
  }
  const place = api.city.byPlaceId.get(placeId);
  if (place === undefined || api.isObsolete(place)) {
    throw notFound(
      'The Place ID is no longer valid. Please refresh cached Place IDs as per https://developers.google.com/maps/documentation/places/web-service/place-id#refresh-id.',
    );
  }
  api.billing.charge('details', mask.tier);
  const language = request.url.searchParams.get('languageCode') ?? 'en';
  const wording = { language, websiteOf: api.websiteOf, now: api.now(), servesOnly: api.servesOnly };
  return mask.cut(renderApiPlace(place, wording, mask.names));
}

/** A search for the name of an area, anywhere. */
function areaAsked(text: string): CityArea | undefined {
  const { textQuery, locationRestriction } = JSON.parse(text) as Record<string, unknown>;
  return typeof textQuery === 'string' && locationRestriction === undefined ? findArea(textQuery) : undefined;
}

function admit(api: Api, { headers, url }: ApiRequest, method: Method): void {
  const key = headers['x-goog-api-key'] ?? url.searchParams.get('key') ?? '';
  if (key === '') throw missKey();
  const verdict = api.keys[key] ?? 'API_KEY_INVALID';
  if (verdict !== 'ok') throw refuseKey(verdict);
  api.quotas[method]();
}

function maskOf({ headers, url }: ApiRequest, kind: Method): Mask {
  const { searchParams } = url;
  const parameter = searchParams.get('$fields') ?? searchParams.get('fields');
  return readMask(headers['x-goog-fieldmask'] ?? parameter ?? undefined, kind);
}
