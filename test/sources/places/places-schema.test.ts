import { describe, expect, it } from 'vitest';
import { parseJobs } from '../../../shared/job/load.ts';
import { InvalidFileError } from '../../../shared/job/problems.ts';
import { placesSource } from '../../../shared/sources/places/schema.ts';

const api = { key: '${env:KEY}', queries: 'dentist', areas: [{ circle: { lat: 1, lng: 1, radiusM: 500 } }] };
const { key: _, ...rest } = api;
const listing = { ...rest, source: 'google-maps' };

function problems(places: object, output: object = {}): string[] {
  const text = JSON.stringify({ name: 'places', sources: [{ places }], output });
  try {
    parseJobs(text, 'f.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('placesSource', () => {
  it('takes a query once, whatever its case, as it is spelt first', () => {
    const { queries } = placesSource.parse({
      ...api,
      queries: ['Dentist', ' vet', 'dentist ', 'VET', 'bar'],
    });
    expect(queries).toEqual(['Dentist', 'vet', 'bar']);
  });

  it('parses its own output to itself', () => {
    const parsed = placesSource.parse({ ...api, queries: ['a', 'A'] });
    expect(placesSource.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
  });

  it.each([
    [{ ...api, fields: ['name', 'menu'] }, 'fields[1]: expected a field that google-places gives'],
    [{ ...listing, key: 'secret' }, 'key: expected no key with source: google-maps'],
    [{ ...api, robots: 'ignore' }, 'robots: expected no robots: ignore with source: google-places'],
    [
      { ...listing, filter: { openNow: true } },
      'filter: expected no openNow, priceLevels or includedType with source: google-maps',
    ],
    [
      { ...listing, includePureServiceAreaBusinesses: true },
      'includePureServiceAreaBusinesses: expected none with source: google-maps',
    ],
    [
      { ...api, search: 'nearby', filter: { includedType: 'bar' } },
      'filter: expected no includedType with search: nearby',
    ],
    [
      { ...api, search: 'nearby', includePureServiceAreaBusinesses: true },
      'includePureServiceAreaBusinesses: expected none with search: nearby',
    ],
    [{ ...api, minCellKm: 3, maxCellKm: 2 }, 'maxCellKm: expected at least minCellKm, which is 3, found 2'],
    [{ ...api, minCellKm: 60 }, 'maxCellKm: missing; expected at least minCellKm, which is 60'],
    [{ ...api, maxCellKm: 0 }, 'maxCellKm: expected more than 0, found 0'],
    [
      { key: 'k', placeIds: ['10281119596374313554'] },
      'placeIds[0]: expected a place id such as ChIJN1t_tDeuEmsRUsoyG83frY4 (digits alone are a CID)',
    ],
    [
      { key: 'k', links: ['ChIJN1t_tDeuEmsRUsoyG83frY4', { link: '10281119596374313554', id: 'row 7' }] },
      'links[1]: expected what google-places can resolve: a CID is half of an id',
    ],
    [
      { source: 'google-maps', links: 'EicxMyBNYXJrZXQgU3QsIFdpbG1pbmd0b24' },
      'links: expected what google-maps can resolve: a place id without a feature id in it',
    ],
    [{ key: 'k' }, 'queries: missing; expected queries and areas (or areaFile), placeIds, links or linkFile'],
  ])('refuses %j', (places, message) => {
    expect(problems(places)).toEqual([expect.stringContaining(`sources[0].places.${message}`)]);
  });

  it.each([
    [{ ...api, fields: ['name', 'emails', 'contacts'] }],
    [{ ...listing, fields: ['menu', 'emails'], robots: 'ignore' }],
    [{ ...api, minCellKm: 2, maxCellKm: 2 }],
    [{ source: 'google-maps', links: ['10281119596374313554', '0x1:0x2'] }],
    [{ key: 'k', linkFile: 'places.tsv' }],
    [{ ...api, search: 'nearby', filter: { openNow: true, priceLevels: ['free'] } }],
    [{ ...listing, filter: { minRating: 4.5 } }],
    [{ key: 'k', placeIds: ['ChIJ0123456789', 'abcdefghi9'] }],
  ])('takes %j', (places) => {
    expect(problems(places)).toEqual([]);
  });
});

describe('a job of places', () => {
  it('needs the location among its fields for GeoJSON', () => {
    const formats = ['xlsx', 'geojson'];
    const message = 'expected location among them, for output.formats has geojson, found a list';
    expect(problems({ ...api, fields: ['name'] }, { formats })).toEqual([
      `sources[0].places.fields: ${message}`,
    ]);
    expect(problems({ ...api, fields: ['name', 'location'] }, { formats })).toEqual([]);
    expect(problems(api, { formats })).toEqual([]);
    expect(problems({ ...api, fields: ['name'] }, { formats: ['xlsx'] })).toEqual([]);
  });
});
