import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../shared/export/layout.ts';
import type { ExportRecord } from '../../shared/export/records.ts';
import { placeFieldNames } from '../../shared/places/place-fields.ts';

const placeLayout = layoutOf('place');

const labelsOf = (...records: ExportRecord[]) => {
  const columns = records.flatMap((record) => [...placeLayout.cells(record).keys()]);
  return placeLayout.arrange(new Set(columns)).map(({ label }) => label);
};

describe('the layout of places', () => {
  it('begins with how to reach a place and ends with ids, whatever comes first in the records', () => {
    const records = [
      {
        placeId: 'ChIJ1',
        _item: 'place',
        socials: { facebook: 'f' },
        rating: 4,
        location: { lat: 1, lng: 2 },
      },
      { hours: { sunday: ['Closed'], monday: ['9–17'] }, addressParts: { city: 'Athens' }, own: 1 },
      { link: 'l', website: 'w', name: 'Acme', emails: ['a@b.test'], phone: '1' },
    ];
    expect(labelsOf(...records)).toEqual([
      ...['name', 'phone', 'website', 'emails', 'city', 'rating', 'lat', 'lng', 'monday', 'sunday'],
      ...['facebook', 'own', 'link', '_item', 'placeId'],
    ]);
  });

  it('keeps what is nested deep in one cell of JSON, after all other columns', () => {
    const record = {
      about: { Service: { Delivery: true } },
      name: 'Acme',
      images: [{ title: 'a', url: 'b' }],
    };
    expect([...placeLayout.cells(record)]).toEqual([
      ['about', '{"Service":{"Delivery":true}}'],
      ['name', 'Acme'],
      ['images', '[{"title":"a","url":"b"}]'],
    ]);
    expect(labelsOf({ ...record, placeId: 'x' })).toEqual(['name', 'placeId', 'about', 'images']);
  });

  it('gives no two columns one header', () => {
    const labels = labelsOf({
      city: 'x',
      addressParts: { city: 'y' },
      hours: { kg: 'z' },
      socials: { kg: 'u' },
    });
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels).toContain('addressParts.city');
  });

  it.each(placeFieldNames)('knows where %s belongs', (name) => {
    const insides = { addressParts: 'city', location: 'lat', hours: 'monday', socials: 'x', owner: 'name' };
    const column = name in insides ? `${name}.${insides[name as keyof typeof insides]}` : name;
    expect(placeLayout.arrange([column, 'unknown'])).toEqual(placeLayout.arrange(['unknown', column]));
  });
});
