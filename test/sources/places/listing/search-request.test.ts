import { describe, expect, it } from 'vitest';
import type { PbToken } from '../../../../shared/sources/places/listing/pb.ts';
import { placeUrl, searchUrl } from '../../../../shared/sources/places/listing/search-request.ts';
import { parsePb } from './parse-pb.ts';

const asked = {
  endpoint: 'https://maps.example/',
  query: 'coffee & cake!',
  language: 'el',
  region: 'gr',
  centre: { lat: 38.0289, lng: -23.7 },
  spanM: 3826.9,
  pageSize: 20,
  offset: 40,
  form: 'results',
} as const;

/** The value at a path of field numbers. */
function valueAt(url: string, ...path: number[]): string | undefined {
  let tokens: PbToken[] = parsePb(new URL(url).searchParams.get('pb') ?? '');
  for (const field of path) {
    const token = tokens.find((candidate) => candidate.field === field);
    if (token === undefined || !('tokens' in token)) return token?.value;
    ({ tokens } = token);
  }
  return undefined;
}

describe('searchUrl', () => {
  it('asks for a page of a viewport', () => {
    const url = searchUrl(asked);
    expect(valueAt(url, 4, 1, 2)).toBe('-23.7');
    expect(valueAt(url, 4, 1, 3)).toBe('38.0289');
    expect(valueAt(url, 7)).toBe('20');
    expect(valueAt(url, 8)).toBe('40');
  });

  it.each([
    ['Melbourne', 37.7929, 3152.877],
    ['New York', 40.7484, 3022.617],
  ])('puts the camera where embedded maps of %s at zoom 17 have it', (_, lat, distanceM) => {
    const metresPerPixel = (40_075_016.69 * Math.cos((lat * Math.PI) / 180)) / 256 / 2 ** 17;
    const url = searchUrl({ ...asked, spanM: 768 * metresPerPixel });
    expect(Math.abs(Number(valueAt(url, 4, 1, 1)) / distanceM - 1)).toBeLessThan(0.002);
    expect(valueAt(url, 4, 4)).toBe('13.1');
    expect(valueAt(url, 4, 3, 1)).toBe(valueAt(url, 4, 3, 2));
  });

  it('carries query, language and region in their parameters', () => {
    const url = new URL(searchUrl(asked));
    expect(url.href).toMatch(/^https:\/\/maps\.example\/search\?tbm=map&/);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ q: 'coffee & cake!', hl: 'el', gl: 'gr' });
  });

  it('leaves out language and region where none is asked for', () => {
    const { language: _, region: __, ...rest } = asked;
    expect([...new URL(searchUrl(rest)).searchParams.keys()]).toEqual(['tbm', 'q', 'authuser', 'pb']);
  });

  it('writes fractions without exponents', () => {
    const url = searchUrl({ ...asked, centre: { lat: 0.0000004, lng: 1e-9 } });
    expect([2, 3].map((field) => valueAt(url, 4, 1, field))).toEqual(['0', '0.0000004']);
  });

  it.each([
    ['results', true, true],
    ['plain', false, true],
    ['list', true, false],
  ] as const)('asks in the form %s', (form, hasList, hasParts) => {
    const fields = parsePb(new URL(searchUrl({ ...asked, form })).searchParams.get('pb') ?? '').map(
      ({ field }) => field,
    );
    expect(fields).toEqual(expect.arrayContaining([4, 7, 8, 10]));
    expect([fields.includes(34), fields.includes(12)]).toEqual([hasList, hasParts]);
  });

  it('keeps the path of its endpoint', () => {
    expect(searchUrl({ ...asked, endpoint: 'http://127.0.0.1:8080/maps' })).toMatch(
      /^http:\/\/127\.0\.0\.1:8080\/maps\/search\?/,
    );
  });
});

describe('placeUrl', () => {
  it('asks for one place by its feature id', () => {
    const url = placeUrl({ endpoint: 'https://maps.example', featureId: '0x1:0x2', language: 'en' });
    expect(url).toMatch(/^https:\/\/maps\.example\/maps\/preview\/place\?authuser=0&hl=en&pb=/);
    expect(valueAt(url, 1, 1)).toBe('0x1:0x2');
  });
});
