import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cidOfFeatureId,
  idsOfPlaceId,
  placeIdOfFeatureId,
  placeKey,
  readFeatureId,
} from '../../shared/places/place-ids.ts';

const kipriakon = {
  placeId: 'ChIJDdnwdv0y5xQRRytw1ihZQeU',
  featureId: '0x14e732fd76f0d90d:0xe5415928d6702b47',
  cid: '16519582940102929223',
};

const max = 2n ** 64n - 1n;
const numbers = fc.record({
  cell: fc.bigInt({ min: 0n, max }),
  cid: fc.bigInt({ min: 1n, max }),
});

describe('idsOfPlaceId', () => {
  it('reads both numbers of a place id', () => {
    const { featureId, cid } = kipriakon;
    expect(idsOfPlaceId(kipriakon.placeId)).toEqual({ featureId, cid });
  });

  it.each([
    ['of an address', 'EicxMyBNYXJrZXQgU3QsIFdpbG1pbmd0b24sIE5DIDI4NDAxLCBVU0E'],
    ['of a road', 'GhIJQWDl0CIeQUARxks3icF8U8A'],
    ['that is too short', kipriakon.placeId.slice(0, -1)],
    ['with bits left over', `${kipriakon.placeId.slice(0, -1)}V`],
    [
      'with another byte between its numbers',
      `${kipriakon.placeId.slice(0, 15)}A${kipriakon.placeId.slice(16)}`,
    ],
    ['of no place', 'ChIJAAAAAAAAAAARAAAAAAAAAAA'],
    ['that is empty', ''],
  ])('finds none in one %s', (_, placeId) => {
    expect(idsOfPlaceId(placeId)).toBeUndefined();
  });

  it('is the inverse of placeIdOfFeatureId', () => {
    fc.assert(
      fc.property(numbers, ({ cell, cid }) => {
        const featureId = `0x${cell.toString(16)}:0x${cid.toString(16)}`;
        const placeId = placeIdOfFeatureId(featureId) ?? '';
        expect(placeId).toMatch(/^ChIJ[\w-]{23}$/);
        expect(idsOfPlaceId(placeId)).toEqual({ featureId, cid: String(cid) });
      }),
    );
  });

  it('reads only what it would write itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^ChIJ[\w-]{7}R?[\w-]{15,16}$/), (placeId) => {
        const ids = idsOfPlaceId(placeId);
        if (ids) expect(placeIdOfFeatureId(ids.featureId)).toBe(placeId);
      }),
    );
  });
});

describe('placeIdOfFeatureId', () => {
  it('writes the id that Google gives', () => {
    expect(placeIdOfFeatureId(kipriakon.featureId)).toBe(kipriakon.placeId);
  });

  it.each(['', '0x:0x1', '0x1:0x', '0x1:0x0', '1:2', '0x11111111111111111:0x1', '0x1:0x1 '])(
    'finds none of %j',
    (featureId) => {
      expect(placeIdOfFeatureId(featureId)).toBeUndefined();
      expect(cidOfFeatureId(featureId)).toBeUndefined();
      expect(readFeatureId(featureId)).toBeUndefined();
    },
  );
});

describe('readFeatureId', () => {
  it('spells an id in one way', () => {
    expect(readFeatureId('0x0014E7:0x00E5')).toBe('0x14e7:0xe5');
  });
});

describe('placeKey', () => {
  it.each([
    ['by its place id', { placeId: kipriakon.placeId }],
    ['by its feature id', { featureId: kipriakon.featureId }],
    ['by half its feature id', { featureId: '0x0:0xE5415928D6702B47' }],
    ['by its cid', { cid: kipriakon.cid }],
    ['by all of them', kipriakon],
    ['by an address id and its cid', { placeId: 'EicxMyBNYXJrZXQ', cid: kipriakon.cid }],
    ['by its place id, with a cid that is none', { placeId: kipriakon.placeId, cid: '?' }],
  ])('is the same for a place found %s', (_, ids) => {
    expect(placeKey(ids)).toBe(`cid:${kipriakon.cid}`);
  });

  it.each(['', '0', '01', '-1', '1.5', String(max + 1n), '0x1'])('takes %j for no cid', (cid) => {
    expect(placeKey({ placeId: 'EicxMyBNYXJrZXQ', cid })).toBe('id:EicxMyBNYXJrZXQ');
  });

  it('is the place id where no cid can be had', () => {
    expect(placeKey({ placeId: 'EicxMyBNYXJrZXQ' })).toBe('id:EicxMyBNYXJrZXQ');
  });

  it('is the same for the same numbers only', () => {
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        const keyOf = ({ cell, cid }: typeof one) =>
          placeKey({ featureId: `0x${cell.toString(16)}:0x${cid.toString(16)}` });
        expect(keyOf(one) === keyOf(other)).toBe(one.cid === other.cid);
      }),
    );
  });
});
