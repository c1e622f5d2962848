import { describe, expect, it } from 'vitest';
import { readPlaceReference } from '../../shared/places/place-reference.ts';

const placeId = 'ChIJN1t_tDeuEmsRUsoyG83frY4';
const featureId = '0x6b12ae37b47f5b37:0x8eaddfcd1b32ca52';
const cid = '10281119596374313554';
const page = 'https://www.google.com/maps/place/Google+Sydney/@-33.86,151.19,17z';

describe('readPlaceReference', () => {
  it.each([
    ['a place id', placeId],
    ['place_id:', `place_id:${placeId}`],
    [
      'Maps URLs with query_place_id',
      `https://www.google.com/maps/search/?api=1&query=x&query_place_id=${placeId}`,
    ],
    ['a link of our items', `https://www.google.com/maps/place/?q=place_id:${placeId}`],
    ['place_id of an embed', `https://www.google.com/maps/embed/v1/place?key=k&place_id=${placeId}`],
    [
      'the address of a page with both ids',
      `${page}/data=!3m1!4b1!4m6!3m5!1s${featureId}!8m2!3d1!4d2!16s%2Fg%2F1!19s${placeId}?entry=ttu`,
    ],
    ['a national domain', `https://maps.google.com.au/?q=place_id:${placeId}`],
  ])('reads the place id of %s', (_, text) => {
    expect(readPlaceReference(` ${text} `)).toEqual({ form: 'placeId', placeId, featureId });
  });

  it.each([
    ['a feature id', featureId],
    ['upper case and leading zeros', '0X6B12AE37B47F5B37:0x8EADDFCD1B32CA52'],
    ['the address of a page', `${page}/data=!4m2!3m1!1s${featureId}`],
    ['an address that is escaped', `${page}/data=%214m2%213m1%211s${encodeURIComponent(featureId)}`],
    ['ftid', `https://maps.google.com/?ftid=${featureId}&hl=de`],
  ])('reads the feature id of %s', (_, text) => {
    expect(readPlaceReference(text)).toEqual({ form: 'featureId', placeId, featureId });
  });

  it.each([
    ['digits', cid],
    ['cid:', `cid:${cid}`],
    ['a link of the API', `https://maps.google.com/?cid=${cid}&g_mp=x`],
    ['half a feature id', '0x0:0x8eaddfcd1b32ca52'],
    ['a page with half a feature id', `${page}/data=!4m2!3m1!1s0x0:0x8eaddfcd1b32ca52`],
  ])('reads the CID of %s, which is half an id', (_, text) => {
    expect(readPlaceReference(text)).toEqual({ form: 'cid', cid, featureId: '0x0:0x8eaddfcd1b32ca52' });
  });

  it.each(['https://maps.app.goo.gl/AbCdEf123', 'https://goo.gl/maps/AbC', 'https://g.page/acme'])(
    'knows a short link: %s',
    (text) => {
      expect(readPlaceReference(text)).toEqual({ form: 'shortLink' });
    },
  );

  it.each([
    '',
    'dentist',
    '0x1:0x0',
    '18446744073709551616',
    'https://www.google.com/maps/search/dentist/',
    'https://www.google.com/maps/place/Athens',
    `https://google.example/maps?cid=${cid}`,
    `https://www.google.com.evil.test/?cid=${cid}`,
    'https://www.google.com/maps?cid=%',
    'ftp://www.google.com/?cid=1',
  ])('finds no place in %j', (text) => {
    expect(readPlaceReference(text)).toEqual({ form: 'none' });
  });
});
