import { describe, expect, it } from 'vitest';
import { withoutExpired } from '../../../shared/sources/places/retention.ts';

const day = 24 * 3_600_000;
const fetchedAt = '2026-11-01T12:00:00.000Z';
const fields = {
  placeId: 'ChIJx',
  cid: '1',
  name: 'Dent',
  location: { lat: 1, lng: 2 },
  kgmid: '/g/1',
  emails: ['a@dent.example'],
  fetchedAt,
};
const provenance = { api: ['placeId', 'cid', 'name', 'location'], listing: ['kgmid'], website: ['emails'] };

describe('withoutExpired', () => {
  it('keeps everything for less than 30 days', () => {
    const read = withoutExpired(fields, { provenance, fetchedAt }, Date.parse(fetchedAt) + 30 * day - 1);
    expect(read).toEqual({ fields, removed: [] });
  });

  it('then keeps of the API only ids, and all of the listing and the website', () => {
    const read = withoutExpired(fields, { provenance, fetchedAt }, Date.parse(fetchedAt) + 30 * day);
    const { name: _name, location: _location, ...rest } = fields;
    expect(read).toEqual({ fields: rest, removed: ['name', 'location'] });
  });

  it('removes what is of the API by its provenance, whatever its name', () => {
    const listed = { provenance: { listing: ['name'], api: ['somethingNew', 'toString'] }, fetchedAt };
    const read = withoutExpired(
      { name: 'Dent', somethingNew: 1, toString: 2 },
      listed,
      Date.parse(fetchedAt) + 31 * day,
    );
    expect(read).toEqual({ fields: { name: 'Dent' }, removed: ['somethingNew', 'toString'] });
  });

  it('names nothing twice that is gone already', () => {
    const later = Date.parse(fetchedAt) + 31 * day;
    const once = withoutExpired(fields, { provenance, fetchedAt }, later);
    expect(withoutExpired(once.fields, { provenance, fetchedAt }, later)).toEqual({ ...once, removed: [] });
  });

  it('takes an item of unknown age for an old one', () => {
    const read = withoutExpired(fields, { provenance, fetchedAt: '' }, 0);
    expect(read.removed).toEqual(['name', 'location']);
  });
});
