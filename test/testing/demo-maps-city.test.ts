import { describe, expect, it } from 'vitest';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { cityBox, contains } from '../../testing/demo-maps/geography.ts';
import { makeIds } from '../../testing/demo-maps/ids.ts';
import { encodePlusCode } from '../../testing/demo-maps/plus-code.ts';
import { scorePlaces } from '../../testing/demo-maps/score.ts';
import { isWithin, placesTruth } from '../../testing/demo-maps/truth.ts';

const city = makeCity({ count: 3000 });
const websiteOf = ({ number }: { number: number }) => `http://127.0.0.1:1/site/${number}/`;

describe('makeIds', () => {
  it('writes the ids of a place as Google does', () => {
    expect(makeIds(0x14a1a32f316b15a1n, 0x169c54b46dcc3a93n)).toEqual({
      featureId: '0x14a1a32f316b15a1:0x169c54b46dcc3a93',
      cid: '1629270299114224275',
      placeId: 'ChIJoRVrMS-joRQRkzrMbbRUnBY',
    });
  });
});

describe('encodePlusCode', () => {
  it.each([
    [34.6705954, 33.0424567, '8G6MM2CR+6X'],
    [20.3700625, 2.7821875, '7FG49QCJ+2V'],
    [47.0000625, 8.0000625, '8FVC2222+22'],
  ])('writes %d, %d as %s', (lat, lng, code) => {
    expect(encodePlusCode(lat, lng)).toBe(code);
  });
});

describe('makeCity', () => {
  it('is the same for the same seed, another for another, and larger ones contain it', () => {
    const names = (options: object) =>
      makeCity({ count: 50, ...options }).places.map(({ placeId }) => placeId);
    expect(names({})).toEqual(names({}));
    expect(names({})).not.toEqual(names({ seed: 2 }));
    expect(names({ count: 60 }).slice(0, 50)).toEqual(names({}));
  });

  it('gives every place an id of its own', () => {
    expect([city.byPlaceId.size, city.byCid.size]).toEqual([3000, 3000]);
    expect(new Set(city.places.map(({ prominence }) => prominence)).size).toBe(3000);
  });

  it('lies in its box, densest in the middle, with nothing in the bay', () => {
    expect(city.places.filter(({ location }) => !contains(cityBox, location))).toEqual([]);
    const middle = { south: 46.9955, north: 47.0045, west: -33.0066, east: -32.9934 };
    const share = city.places.filter(({ location }) => contains(middle, location)).length / 3000;
    // Of 20,000 places, these on 1 km² would be 1,600 to 2,000.
    expect(share).toBeGreaterThan(0.07);
    const bay = { south: 47.07, north: 47.19, west: -32.89, east: -32.66 };
    expect(city.places.filter(({ location }) => contains(bay, location))).toEqual([]);
  });

  it('has places on round lines, on its corners, and two at one point', () => {
    const points = city.places.map(({ location }) => `${location.lat},${location.lng}`);
    expect(points.slice(0, 1)).toEqual(['47,-33']);
    expect(points).toContain('46.8,-33.35');
    expect(points).toContain('47.2,-32.65');
    expect(new Set(points).size).toBeLessThan(2950);
  });

  it('has some of every kind that a reader must get right', () => {
    const count = (isSo: (place: (typeof city.places)[number]) => boolean) =>
      city.places.filter(isSo).length / 3000;
    expect(count(({ categories: [main] }) => main?.type === 'dentist')).toBeCloseTo(0.03, 1);
    expect(count(({ categories: [main] }) => main?.type === 'coffee_shop')).toBeCloseTo(0.08, 1);
    expect(count(({ status }) => status === 'closedPermanently')).toBeGreaterThan(0.005);
    expect(count(({ status }) => status === 'closedTemporarily')).toBeGreaterThan(0.005);
    expect(count(({ phone }) => phone === undefined)).toBeGreaterThan(0.1);
    expect(count(({ hasWebsite }) => !hasWebsite)).toBeGreaterThan(0.2);
    expect(count(({ reviews }) => reviews === undefined)).toBeGreaterThan(0.05);
    expect(count(({ name }) => name === 'Bean & Barrel')).toBeGreaterThan(0.005);
  });

  it('finds by category, by type, in German and by name', () => {
    const found = (query: string) => city.ranked(query).length;
    expect(found('dentists')).toBe(found('Dentist'));
    expect(found('zahnarzt')).toBeGreaterThan(50);
    expect(found('coffee_shop')).toBe(found('coffee shops'));
    expect(city.ranked('bean barrel').map(({ name }) => name)).toContain('Bean & Barrel');
    expect([found('submarine'), found(' ')]).toEqual([0, 0]);
  });

  it('puts dentists at one point when its options say so', () => {
    const tower = makeCity({ count: 3000, dentistsInTower: 70 });
    const points = Map.groupBy(tower.ranked('dentist'), ({ location }) => `${location.lat},${location.lng}`);
    expect(Math.max(...[...points.values()].map(({ length }) => length))).toBe(70);
  });
});

describe('isWithin', () => {
  it('leaves out the hole of a polygon', () => {
    const square = (size: number) => [
      { lat: -size, lng: -size },
      { lat: -size, lng: size },
      { lat: size, lng: size },
      { lat: size, lng: -size },
    ];
    const area = { polygon: [square(3), square(1)] };
    expect([0, 2, 4].map((lng) => isWithin(area, { lat: 0.5, lng }))).toEqual([false, true, false]);
  });
});

describe('scorePlaces', () => {
  const truth = placesTruth({ city, websiteOf, queries: ['dentist'], source: 'google-places' });

  it('finds nothing wrong with the truth itself', () => {
    const score = scorePlaces(truth.values(), truth);
    expect([score.recall, score.missing, score.extra, score.repeated, score.wrong]).toEqual([
      1,
      [],
      [],
      [],
      [],
    ]);
  });

  it('tells what is missing, repeated, invented, wrong, and said where nothing is known', () => {
    const [first, second, third, ...rest] = [...truth.values()];
    const without = rest.find(({ phone }) => phone === undefined);
    const found = [
      { placeId: 'ChIJ', name: 'Nowhere' },
      { ...third, placeId: third?.placeId ?? '', name: 'Another' },
      ...rest.map((place) => (place === without ? { ...place, phone: '0' } : place)),
      ...rest.slice(0, 1),
    ];
    const score = scorePlaces(found, truth);
    expect(score.missing).toEqual([first?.placeId, second?.placeId]);
    expect([score.extra, score.repeated]).toEqual([['ChIJ'], [rest[0]?.placeId]]);
    expect(score.wrong.map(({ field, expected }) => [field, expected])).toEqual([
      ['name', third?.name],
      ['phone', undefined],
    ]);
    expect(score.recall).toBeCloseTo(1 - 2 / truth.size);
    expect(scorePlaces(found, truth, ['website']).wrong).toEqual([]);
  });

  it.each(['9:00\u202fAM\u2009–\u20095:30\u202fPM', '09:00–17:30'])('takes %s for 9 AM–5:30 PM', (hours) => {
    const base = { placeId: 'a', hours: { monday: ['9 AM–5:30 PM'] }, phone: '021 000 1000' };
    const other = { placeId: 'a', hours: { monday: [hours] }, phone: '0210001000' };
    expect(scorePlaces([other], new Map([['a', base]])).wrong).toEqual([]);
  });

  it('takes noon and midnight for what they are', () => {
    const hoursOf = (text: string) => ({ placeId: 'a', hours: { monday: [text] } });
    const truth = new Map([['a', hoursOf('12 PM–12 AM')]]);
    const wrongOf = (text: string) => scorePlaces([hoursOf(text)], truth).wrong.length;
    expect(['12:00–00:00', '00:00–12:00', '12–12 AM'].map(wrongOf)).toEqual([0, 1, 1]);
  });
});
