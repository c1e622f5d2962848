import { describe, expect, it } from 'vitest';
import { repeatsEarlierPages } from '../../../shared/sources/places/paging.ts';

const met = [...'abcdefgh'];

describe('repeatsEarlierPages', () => {
  it.each([
    ['nothing but new places', [...'ijkl'], false],
    ['the end of the page before, then new ones', [...'ghij'], false],
    ['no place', [], false],
    ['the page before', [...'efgh'], true],
    ['the first page', [...'abcd'], true],
    ['the first page in another order', [...'dbca'], true],
    ['some of it', ['b'], true],
    ['new places, then earlier ones', [...'ijgh'], true],
    ['the end of the page before in another order', [...'hgij'], true],
    ['earlier ones that were not at the end', [...'cdij'], true],
  ])('judges a page of %s', (_, keys, isRepeating) => {
    expect(repeatsEarlierPages({ met }, keys)).toBe(isRepeating);
  });

  it('finds nothing repeated on a first page', () => {
    expect(repeatsEarlierPages({ met: [] }, met)).toBe(false);
  });
});
