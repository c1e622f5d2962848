import { describe, expect, it } from 'vitest';
import { details, nearbySearch, textSearch } from '../../../../shared/sources/places/api/search-request.ts';

const key = '${env:PLACES_KEY}';
const asked = { endpoint: 'https://places.example/', key, mask: 'places.id', language: 'el', region: 'gr' };
const box = { south: 37.9, west: 23.6, north: 38, east: 23.8 };
const headers = { 'X-Goog-Api-Key': key, 'X-Goog-FieldMask': 'places.id' };
const bodyOf = ({ body }: { body?: string }): unknown => JSON.parse(body ?? '');

describe('textSearch', () => {
  it('asks for twenty places within the box', () => {
    const request = textSearch({ ...asked, query: 'Οδοντίατρος', box });
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://places.example/v1/places:searchText',
      headers: { ...headers, 'Content-Type': 'application/json' },
    });
    expect(bodyOf(request)).toEqual({
      textQuery: 'Οδοντίατρος',
      pageSize: 20,
      languageCode: 'el',
      regionCode: 'gr',
      locationRestriction: {
        rectangle: { low: { latitude: 37.9, longitude: 23.6 }, high: { latitude: 38, longitude: 23.8 } },
      },
    });
  });

  it('changes nothing on a further page but the token, since the API would refuse it', () => {
    const first = textSearch({ ...asked, query: 'dentist', box });
    const second = textSearch({ ...asked, query: 'dentist', box, pageToken: 'AeCr-_' });
    expect({ ...second, body: bodyOf(second) }).toEqual({
      ...first,
      body: { ...(bodyOf(first) as object), pageToken: 'AeCr-_' },
    });
  });

  it('asks for what its filters say, on each page', () => {
    const filters = { minRating: 4, openNow: true as const };
    for (const pageToken of [undefined, 'AeCr-_']) {
      const request = textSearch({ ...asked, query: 'dentist', box, filters, pageToken });
      expect(bodyOf(request)).toMatchObject(filters);
    }
  });
});

describe('nearbySearch', () => {
  it('asks for twenty places of the types within the circle', () => {
    const circle = { lat: 37.98, lng: 23.73, radiusM: 50_000 };
    const request = nearbySearch({ ...asked, circle, includedTypes: ['dentist'] });
    expect(request.url).toBe('https://places.example/v1/places:searchNearby');
    expect(bodyOf(request)).toEqual({
      includedTypes: ['dentist'],
      maxResultCount: 20,
      languageCode: 'el',
      regionCode: 'gr',
      locationRestriction: { circle: { center: { latitude: 37.98, longitude: 23.73 }, radius: 50_000 } },
    });
  });

  it.each([0, -1, 50_001, Number.NaN])('refuses a radius of %s m', (radiusM) => {
    const circle = { lat: 0, lng: 0, radiusM };
    expect(() => nearbySearch({ ...asked, circle, includedTypes: [] })).toThrow(RangeError);
  });
});

describe('details', () => {
  it('asks for one place', () => {
    const { region: _region, ...elsewhere } = asked;
    expect(details({ ...elsewhere, placeId: 'ChIJ/../x?' })).toEqual({
      method: 'GET',
      url: 'https://places.example/v1/places/ChIJ%2F..%2Fx%3F?languageCode=el',
      headers,
    });
  });
});

describe('every request', () => {
  it.each([
    ['text', textSearch({ ...asked, query: 'dentist', box })],
    ['nearby', nearbySearch({ ...asked, circle: { lat: 0, lng: 0, radiusM: 1 }, includedTypes: [] })],
    ['details', details({ ...asked, placeId: 'ChIJx' })],
  ])('carries the key in its header alone: %s', (_, { headers: sent, ...rest }) => {
    expect(sent['X-Goog-Api-Key']).toBe(key);
    expect(JSON.stringify(rest)).not.toContain('PLACES_KEY');
  });
});
