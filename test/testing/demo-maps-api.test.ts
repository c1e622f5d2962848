import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { type Maps, startMaps } from '../../testing/demo-maps/server.ts';

const city = makeCity({ count: 3000 });
const [first] = city.places;
let nowMs = Date.UTC(2026, 10, 23, 12);
let maps: Maps;
beforeAll(async () => {
  maps = await startMaps({
    city,
    now: () => nowMs,
    keys: { 'demo-key': 'ok', unpaid: 'BILLING_DISABLED', blocked: 'API_KEY_SERVICE_BLOCKED' },
    isObsolete: ({ number }) => number === 7,
  });
});
afterAll(() => maps.close());

interface ApiPlace {
  id: string;
  types: string[];
  rating: number;
  businessStatus: string;
  location: { latitude: number };
  displayName: object;
  primaryTypeDisplayName: object;
  regularOpeningHours: object;
  addressComponents: object[];
}
/** Of a search, of details, or an error: whatever the request asked for. */
interface Json extends ApiPlace {
  places: ApiPlace[];
  nextPageToken: string;
  error: { status: string; details?: { reason: string; metadata: Record<string, string> }[] };
}
const paged = 'places.id,nextPageToken';
interface Reply {
  status: number;
  json: Json;
}

async function post(
  method: string,
  body: object,
  mask = 'places.id,nextPageToken',
  at = maps,
): Promise<Reply> {
  const headers = { 'x-goog-api-key': 'demo-key', 'x-goog-fieldmask': mask };
  const response = await fetch(`${at.url}/v1/places:${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Json };
}

async function get(id: string, headers: Record<string, string>): Promise<Reply> {
  const response = await fetch(`${maps.url}/v1/places/${id}`, { headers });
  return { status: response.status, json: (await response.json()) as Json };
}

const restrict = (south: number, west: number, north: number, east: number) => ({
  rectangle: { low: { latitude: south, longitude: west }, high: { latitude: north, longitude: east } },
});
const idsOf = ({ json }: Reply): string[] => json.places.map(({ id }) => id);

describe('places:searchText', () => {
  it('gives sixty places on three pages, the most prominent of the rectangle', async () => {
    const body = { textQuery: 'restaurant', locationRestriction: restrict(46.8, -33.35, 47.2, -32.65) };
    const one = await post('searchText', body, paged);
    const two = await post('searchText', { ...body, pageToken: one.json.nextPageToken }, paged);
    const three = await post('searchText', { ...body, pageToken: two.json.nextPageToken }, paged);
    expect(three.json.nextPageToken).toBeUndefined();
    expect([one, two, three].flatMap(idsOf)).toEqual(
      city
        .ranked('restaurant')
        .slice(0, 60)
        .map(({ placeId }) => placeId),
    );
  });

  it.each([
    ['as many rows over all pages as its options say', { maxResults: 59 }, [20, 20, 19], 59],
    ['both', { maxResults: 59, repeatedRows: 3 }, [20, 20, 19], 53],
    ['rows of the page before again', { repeatedRows: 3 }, [20, 20, 20], 54],
  ])('gives %s', async (_, options, lengths, distinct) => {
    const own = await startMaps({ city, ...options });
    const body = { textQuery: 'restaurant', locationRestriction: restrict(46.8, -33.35, 47.2, -32.65) };
    const pages: string[][] = [];
    for (let pageToken: string | undefined = ''; pageToken !== undefined; ) {
      const reply: Reply = await post('searchText', { ...body, pageToken }, paged, own);
      pages.push(idsOf(reply));
      pageToken = reply.json.nextPageToken;
    }
    await own.close();
    expect(pages.map((ids) => ids.length)).toEqual(lengths);
    const best = city.ranked('restaurant').slice(0, distinct);
    expect([...new Set(pages.flat())]).toEqual(best.map(({ placeId }) => placeId));
  });

  it('finds in a small rectangle exactly what is there, edges included', async () => {
    const box = { south: 47, west: -33, north: 47.002, east: -32.998 };
    const { south, west, north, east } = box;
    const found = await post('searchText', {
      textQuery: 'dentist',
      locationRestriction: restrict(south, west, north, east),
    });
    expect(idsOf(found)).toEqual(city.placesMatching('dentist', box).map(({ placeId }) => placeId));
    expect(idsOf(found)).toContain(first?.placeId);
  });

  it('only prefers what is within a bias', async () => {
    const circle = { center: { latitude: 47.12, longitude: -33.22 }, radius: 300 };
    const found = await post(
      'searchText',
      { textQuery: 'dentist', locationBias: { circle } },
      'places.location',
    );
    const lats = found.json.places.map(({ location }) => location.latitude);
    expect(lats).toHaveLength(20);
    expect(Math.abs((lats[0] ?? 0) - 47.12)).toBeLessThan(0.003);
    expect(Math.max(...lats.map((lat) => Math.abs(lat - 47.12)))).toBeGreaterThan(0.003);
  });

  it.each([
    ['another query', { textQuery: 'dentist' }],
    ['another area', { locationRestriction: restrict(46.9, -33.35, 47.2, -32.65) }],
    ['another language', { languageCode: 'de' }],
    ['a token of nobody', { pageToken: 'AeCrKXs' }],
  ])('refuses a further page with %s', async (_, change) => {
    const body = { textQuery: 'restaurant', locationRestriction: restrict(46.8, -33.35, 47.2, -32.65) };
    const { json } = await post('searchText', body, paged);
    const next = await post('searchText', { ...body, pageToken: json.nextPageToken, ...change });
    expect([next.status, next.json.error.status]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('lets a further page be of another size', async () => {
    const body = { textQuery: 'restaurant' };
    const { json } = await post('searchText', { ...body, pageSize: 5 }, paged);
    const next = await post('searchText', { ...body, pageSize: 7, pageToken: json.nextPageToken });
    expect([json.places.length, next.json.places.length]).toEqual([5, 7]);
  });

  it.each([
    ['an unknown field', { textQuery: 'bar', radius: 5 }],
    ['more than twenty a page', { textQuery: 'bar', pageSize: 21 }],
    ['no query', {}],
    [
      'both a bias and a restriction',
      { textQuery: 'bar', locationBias: restrict(1, 1, 2, 2), locationRestriction: restrict(1, 1, 2, 2) },
    ],
    ['a circle that restricts', { textQuery: 'bar', locationRestriction: { circle: {} } }],
    ['a rectangle upside down', { textQuery: 'bar', locationRestriction: restrict(2, 1, 1, 2) }],
  ])('refuses %s', async (_, body) => {
    expect((await post('searchText', body)).status).toBe(400);
  });

  it('filters by type, rating and price, and by what is open', async () => {
    const body = {
      textQuery: 'bakery',
      includedType: 'coffee_shop',
      strictTypeFiltering: true,
      minRating: 4,
      openNow: true,
    };
    const { json } = await post('searchText', body, 'places.types,places.rating,places.businessStatus');
    expect(json.places.length).toBeGreaterThan(0);
    for (const { types, rating, businessStatus } of json.places) {
      expect(types).toEqual(expect.arrayContaining(['bakery', 'coffee_shop']));
      expect(rating).toBeGreaterThanOrEqual(4);
      expect(businessStatus).toBe('OPERATIONAL');
    }
  });
});

describe('places:searchNearby', () => {
  it('gives the twenty most prominent of the circle and no token', async () => {
    const circle = { center: { latitude: 47, longitude: -33 }, radius: 800 };
    const body = { includedTypes: ['restaurant'], locationRestriction: { circle } };
    const { json } = await post('searchNearby', body, 'places.id,places.types');
    expect(json.places).toHaveLength(20);
    expect((await post('searchNearby', body, 'places.id,nextPageToken')).status).toBe(400);
    expect((await post('searchNearby', { ...body, maxResultCount: 21 })).status).toBe(400);
    expect((await post('searchNearby', { includedTypes: ['bar'] })).status).toBe(400);
  });
});

describe('the field mask', () => {
  const id = city.places.find(({ phone, hasWebsite, week }) => phone && hasWebsite && week)?.placeId ?? '';
  const key = { 'x-goog-api-key': 'demo-key' };

  it('is honoured to the letter', async () => {
    const mask =
      'id,displayName.text,location,regularOpeningHours.weekdayDescriptions,addressComponents.types';
    const { json } = await get(id, { ...key, 'x-goog-fieldmask': mask });
    expect(Object.keys(json).toSorted()).toEqual([
      'addressComponents',
      'displayName',
      'id',
      'location',
      'regularOpeningHours',
    ]);
    expect(Object.keys(json.displayName)).toEqual(['text']);
    expect(Object.keys(json.regularOpeningHours)).toEqual(['weekdayDescriptions']);
    expect(Object.keys(json.addressComponents[0] ?? {})).toEqual(['types']);
  });

  it.each([
    ['none', 'details', undefined],
    ['a field that is none', 'details', 'id,phone'],
    ['a field below that is none', 'details', 'displayName.txt'],
    ['a space', 'details', 'id, location'],
    ['a prefix in details', 'details', 'places.id'],
    ['no prefix in a search', 'search', 'id'],
  ])('is refused with %s', async (_, kind, mask) => {
    const search = () => post('searchText', { textQuery: 'bar' }, mask);
    const details = () => get(id, { ...key, ...(mask === undefined ? {} : { 'x-goog-fieldmask': mask }) });
    const { status, json } = await (kind === 'search' ? search() : details());
    expect([status, json.error.status]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('gives everything for a star', async () => {
    const { json } = await get(id, { ...key, 'x-goog-fieldmask': '*' });
    expect(json).toMatchObject({ id, timeZone: { id: 'Etc/GMT+2' }, businessStatus: expect.any(String) });
  });

  it('speaks German', async () => {
    const body = { textQuery: 'dentist', languageCode: 'de' };
    const { json } = await post('searchText', body, 'places.primaryTypeDisplayName');
    expect(json.places[0]?.primaryTypeDisplayName).toEqual({ text: 'Zahnarzt', languageCode: 'de' });
  });
});

describe('the bill', () => {
  let own: Maps;
  beforeEach(async () => {
    own = await startMaps({ city });
    return () => own.close();
  });

  it.each([
    ['places.id,nextPageToken', 'textSearch.idsOnly', 0],
    ['places.id,places.location', 'textSearch.pro', 0.032],
    ['places.photos', 'textSearch.pro', 0.032],
    ['places.displayName,places.rating', 'textSearch.enterprise', 0.035],
    ['places.reviews,places.id', 'textSearch.enterpriseAtmosphere', 0.04],
    ['*', 'textSearch.enterpriseAtmosphere', 0.04],
  ])('of a search for %s says %s', async (mask, sku, dollars) => {
    await post('searchText', { textQuery: 'bar' }, mask, own);
    expect(own.billed()).toEqual({ requests: { [sku]: 1 }, dollars });
  });

  it('counts every page, and nothing that was refused', async () => {
    const { json } = await post('searchText', { textQuery: 'bar' }, 'places.location,nextPageToken', own);
    await post('searchText', { textQuery: 'bar', pageToken: json.nextPageToken }, 'places.location', own);
    await post('searchText', { textQuery: 'bar', pageToken: 'x' }, 'places.location', own);
    await post('searchText', { textQuery: 'bar' }, 'places.nothing', own);
    expect(own.billed()).toEqual({ requests: { 'textSearch.pro': 2 }, dollars: 0.064 });
    expect(own.requests().textSearch).toBe(4);
  });
});

describe('a key', () => {
  it.each([
    [undefined, 403, undefined],
    ['wrong', 400, 'API_KEY_INVALID'],
    ['unpaid', 403, 'BILLING_DISABLED'],
    ['blocked', 403, 'API_KEY_SERVICE_BLOCKED'],
  ])('%s is refused with %i and a reason', async (key, status, reason) => {
    const reply = await get(first?.placeId ?? '', {
      'x-goog-fieldmask': 'id',
      ...(key === undefined ? {} : { 'x-goog-api-key': key }),
    });
    expect([reply.status, reply.json.error.details?.[0]?.reason]).toEqual([status, reason]);
  });
});

describe('details', () => {
  it.each([
    ['an obsolete id', city.places[7]?.placeId ?? '', 404, 'NOT_FOUND'],
    ['an id of nobody', 'ChIJoRVrMS-joRQRkzrMbbRUnBY', 404, 'NOT_FOUND'],
    ['what is no id', 'ChIJ', 400, 'INVALID_ARGUMENT'],
  ])('answer %s by saying so', async (_, id, status, code) => {
    const reply = await get(id, { 'x-goog-api-key': 'demo-key', 'x-goog-fieldmask': 'id' });
    expect([reply.status, reply.json.error.status]).toEqual([status, code]);
  });
});

describe('the quota', () => {
  const search = (at: Maps) => post('searchText', { textQuery: 'bar' }, 'places.id', at);

  it('is a sliding minute', async () => {
    const own = await startMaps({ city, now: () => nowMs, searchQuota: { perMinute: 3 } });
    const statuses: number[] = [];
    for (const waitMs of [0, 30_000, 10_000, 10_000, 9_999, 1, 29_000, 1_000]) {
      nowMs += waitMs;
      statuses.push((await search(own)).status);
    }
    const refused = await search(own);
    await own.close();
    // At 0, 30, 40, 50, 59.999, 60, 89, 90 s.
    expect(statuses).toEqual([200, 200, 200, 429, 429, 200, 429, 200]);
    expect(refused.json.error).toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      details: [
        {
          reason: 'RATE_LIMIT_EXCEEDED',
          metadata: { quota_limit: 'SearchTextRequestPerMinutePerProject', quota_limit_value: '3' },
        },
      ],
    });
  });

  it('is a day that ends at midnight in California', async () => {
    nowMs = Date.UTC(2026, 10, 23, 7, 59);
    const own = await startMaps({ city, now: () => nowMs, searchQuota: { perDay: 1 } });
    await search(own);
    const refused = await search(own);
    nowMs += 60_000;
    const next = await search(own);
    await own.close();
    expect([refused.status, next.status]).toEqual([429, 200]);
    expect(refused.json.error.details?.[0]?.metadata['quota_limit']).toBe(
      'SearchTextRequestPerDayPerProject',
    );
  });
});
