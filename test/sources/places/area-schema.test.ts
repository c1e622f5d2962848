import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { areaSchema, areasSchema } from '../../../shared/sources/places/area-schema.ts';

const box = { west: 23.5, south: 37.8, east: 24.1, north: 38.3 };
const triangle = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
};

function problemsOf(value: unknown, schema: z.ZodType = areaSchema) {
  const parsed = schema.safeParse(value);
  return parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('areaSchema', () => {
  it.each([
    ['a box', { box }],
    ['a box across the antimeridian', { box: { ...box, west: 170, east: -170 } }],
    ['a circle', { name: 'Athens', circle: { lat: 37.98, lng: 23.73, radiusM: 20_000 } }],
    ['GeoJSON in the job itself', { geojson: triangle }],
    ['the path of a GeoJSON file', { geojson: 'areas/attica.geojson' }],
  ])('keeps %s as it is', (_, value) => {
    expect(areaSchema.parse(value)).toEqual(value);
  });

  it.each([
    ['no shape', { name: 'x' }, ': exactly one of named, box, circle, geojson'],
    ['two shapes', { box, geojson: triangle }, ': exactly one of named, box, circle, geojson'],
    ['a box upside down', { box: { ...box, north: 37 } }, 'box.north: a latitude north of south'],
    ['a name and a shape', { named: 'Crete', box }, ': exactly one of named, box, circle, geojson'],
    [
      'a margin around a box',
      { box, marginKm: 1 },
      'marginKm: none with box or circle, which can be made larger',
    ],
    ['a box without width', { box: { ...box, east: 23.5 } }, 'box.east: another meridian than that of west'],
    [
      'a box of the antimeridian alone',
      { box: { ...box, west: 180, east: -180 } },
      'box.east: another meridian than that of west',
    ],
  ])('refuses %s', (_, value, problem) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it.each([
    ['a latitude beyond the pole', { box: { ...box, north: 91 } }, ['box', 'north']],
    ['a longitude beyond 180', { circle: { lat: 0, lng: 181, radiusM: 1 } }, ['circle', 'lng']],
    ['a radius of 0', { circle: { lat: 0, lng: 0, radiusM: 0 } }, ['circle', 'radiusM']],
    [
      'a circle larger than the earth',
      { circle: { lat: 0, lng: 0, radiusM: 20_000_001 } },
      ['circle', 'radiusM'],
    ],
    ['a number as GeoJSON', { geojson: 5 }, ['geojson']],
  ])('refuses %s', (_, value, path) => {
    expect(areaSchema.safeParse(value).error?.issues.map((issue) => issue.path)).toEqual([path]);
  });

  it('says what to do about a line, and where it is', () => {
    const line = { type: 'Feature', geometry: { type: 'LineString', coordinates: [] } };
    expect(areaSchema.safeParse({ geojson: line }).error?.issues).toMatchObject([
      {
        path: ['geojson', 'geometry', 'type'],
        params: { hint: 'a line has no area: draw a polygon around it, or give a circle' },
      },
    ]);
  });

  it('is described as text or a mapping', () => {
    const { properties } = z.toJSONSchema(areaSchema, { io: 'input', target: 'draft-7' });
    expect(properties?.['geojson']).toMatchObject({ anyOf: [{ type: 'string' }, { type: 'object' }] });
  });
});

describe('areasSchema', () => {
  it('refuses two areas of one name, given or not', () => {
    expect(
      problemsOf(
        [
          { name: 'a', box },
          { name: 'a', box },
        ],
        areasSchema,
      ),
    ).toEqual(['1.name: a name that no other area has']);
    expect(problemsOf([{ name: 'box 2', box }, { box }], areasSchema)).toHaveLength(1);
    expect(problemsOf([{ box }, { box }], areasSchema)).toEqual([]);
  });
});
