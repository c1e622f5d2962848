import { describe, expect, it } from 'vitest';
import { parseGeojson } from '../../../shared/places/areas/geojson.ts';

const square = [
  [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
    [0, 0],
  ],
];
const polygon = { type: 'Polygon', coordinates: square };
const ring = (...positions: number[][]) => ({ type: 'Polygon', coordinates: [positions] });

function polygonsOf(value: unknown) {
  const parsed = parseGeojson(value);
  return 'problem' in parsed ? parsed.problem : parsed.polygons;
}

describe('parseGeojson', () => {
  it.each([
    ['a Polygon', polygon, 1],
    ['a MultiPolygon', { type: 'MultiPolygon', coordinates: [square, square] }, 2],
    ['a Feature', { type: 'Feature', properties: {}, geometry: polygon }, 1],
    ['a GeometryCollection', { type: 'GeometryCollection', geometries: [polygon, polygon] }, 2],
    [
      'a FeatureCollection, and passes over features without a geometry',
      {
        type: 'FeatureCollection',
        features: [
          { type: 'Feature', geometry: null },
          { type: 'Feature', geometry: { type: 'GeometryCollection', geometries: [polygon] } },
        ],
      },
      1,
    ],
  ])('reads %s', (_, value, count) => {
    expect(polygonsOf(value)).toEqual(Array(count).fill(square));
  });

  it.each([
    ['the poles', ring([0, -90], [10, -90], [10, 90], [0, 90], [0, -90])],
    ['longitudes of 360', ring([175, 0], [360, 0], [360, 10], [175, 10], [175, 0])],
  ])('reads %s', (_, value) => {
    expect(polygonsOf(value)).toHaveLength(1);
  });

  it('leaves heights aside', () => {
    const high = ring([0, 0, 5], [10, 0, 5], [10, 10, 5], [0, 0, 5]);
    expect(polygonsOf(high)).toEqual([
      [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 0],
        ],
      ],
    ]);
  });

  const across = [
    [
      [170, 0],
      [190, 0],
      [190, 10],
      [170, 10],
      [170, 0],
    ],
  ];
  it.each([
    [
      'past 180',
      [
        [170, 0],
        [190, 0],
        [190, 10],
        [170, 10],
        [170, 0],
      ],
    ],
    [
      'past -180',
      [
        [-190, 0],
        [-170, 0],
        [-170, 10],
        [-190, 10],
        [-190, 0],
      ],
    ],
    [
      'by an edge longer than 180°',
      [
        [170, 0],
        [-170, 0],
        [-170, 10],
        [170, 10],
        [170, 0],
      ],
    ],
  ])('reads a ring that crosses the antimeridian %s', (_, positions) => {
    expect(polygonsOf(ring(...positions))).toEqual([across]);
  });

  it('brings a hole to its outer ring', () => {
    const hole = [
      [-178, 2],
      [-176, 2],
      [-176, 4],
      [-178, 2],
    ];
    expect(polygonsOf({ type: 'Polygon', coordinates: [...across, hole] })).toEqual([
      [
        across[0],
        [
          [182, 2],
          [184, 2],
          [184, 4],
          [182, 2],
        ],
      ],
    ]);
  });

  it('keeps an edge that runs along a side of the map', () => {
    const antarctica = [
      [-180, -80],
      [0, -70],
      [180, -80],
      [180, -90],
      [-180, -90],
      [-180, -80],
    ];
    // From -180 to 0 is not longer than 180°.
    expect(polygonsOf(ring(...antarctica))).toEqual([[antarctica]]);
  });

  it.each([
    [
      'a line',
      {
        type: 'LineString',
        coordinates: [
          [0, 0],
          [1, 1],
        ],
      },
      'type',
      'a line has no area: draw a polygon around it, or give a circle',
    ],
    [
      'a point',
      { type: 'Point', coordinates: [0, 0] },
      'type',
      'a point has no area: give a circle around it',
    ],
    [
      'a line among polygons',
      {
        type: 'FeatureCollection',
        features: [
          { type: 'Feature', geometry: polygon },
          { type: 'Feature', geometry: { type: 'MultiLineString', coordinates: [] } },
        ],
      },
      'features.1.geometry.type',
      'a line has no area: draw a polygon around it, or give a circle',
    ],
    ['another type', { type: 'Circle' }, 'type', undefined],
    ['no object', [1, 2], '', undefined],
    ['no polygon at all', { type: 'FeatureCollection', features: [] }, '', undefined],
    ['coordinates that are no list', { type: 'Polygon', coordinates: 'x' }, 'coordinates', undefined],
    [
      'a text as a coordinate',
      ring([0, 0], ['1', 0] as unknown as number[], [1, 1], [0, 0]),
      'coordinates.0.1',
      undefined,
    ],
    ['a ring of three', ring([0, 0], [1, 0], [0, 0]), 'coordinates.0', undefined],
    [
      'an open ring',
      ring([0, 0], [1, 0], [1, 1], [0, 1]),
      'coordinates.0',
      'repeat its first position at the end',
    ],
    [
      'latitude first',
      ring([38, 123], [38, 124], [39, 124], [38, 123]),
      'coordinates.0.0.1',
      'a position is [longitude, latitude], in this order',
    ],
    [
      'metres',
      ring([2_600_000, 4_500_000], [2_600_001, 4_500_000], [2_600_001, 4_500_001], [2_600_000, 4_500_000]),
      'coordinates.0.0.1',
      'these seem to be metres: convert the shape to WGS 84',
    ],
    [
      'metres east of the meridian of its grid',
      ring([500_000, 10], [500_001, 10], [500_001, 11], [500_000, 10]),
      'coordinates.0.0.0',
      'these seem to be metres: convert the shape to WGS 84',
    ],
    [
      'metres north of the equator',
      ring([10, 4_500_000], [11, 4_500_000], [11, 4_500_001], [10, 4_500_000]),
      'coordinates.0.0.1',
      'these seem to be metres: convert the shape to WGS 84',
    ],
    [
      'a longitude past 360',
      ring([361, 10], [361, 11], [362, 11], [361, 10]),
      'coordinates.0.0.0',
      'these seem to be metres: convert the shape to WGS 84',
    ],
    [
      'a latitude of 360, with a longitude of as much',
      ring([360, 360], [0, 0], [1, 1], [360, 360]),
      'coordinates.0.0.1',
      'a position is [longitude, latitude], in this order',
    ],
    [
      'a latitude past 360',
      ring([0, 361], [0, 0], [1, 1], [0, 361]),
      'coordinates.0.0.1',
      'these seem to be metres: convert the shape to WGS 84',
    ],
    [
      'a latitude past 90 beside a longitude past 360',
      ring([361, 91], [0, 0], [1, 1], [361, 91]),
      'coordinates.0.0.1',
      'these seem to be metres: convert the shape to WGS 84',
    ],
    [
      'a position that is no list',
      ring([0, 0], 'x' as unknown as number[], [1, 1], [0, 0]),
      'coordinates.0.1',
      undefined,
    ],
    [
      'a latitude past 90',
      ring([0, 91], [1, 91], [1, 92], [0, 91]),
      'coordinates.0.0.1',
      'a position is [longitude, latitude], in this order',
    ],
    [
      'longitudes past 180 without a crossing',
      ring([190, 0], [200, 0], [200, 10], [190, 0]),
      'coordinates.0',
      'longitudes past ±180 are for rings that cross the antimeridian',
    ],
    [
      'a polygon without an area',
      ring([0, 0], [1, 1], [2, 2], [0, 0]),
      'coordinates.0',
      'its corners lie on one line, or its sides cross',
    ],
    [
      'a ring around a pole',
      ring([0, 80], [120, 80], [-120, 80], [0, 80]),
      'coordinates.0',
      'around a pole, cut it at the antimeridian and close it along the pole, or give a circle',
    ],
  ])('refuses %s', (_, value, path, hint) => {
    const parsed = parseGeojson(value);
    if (!('problem' in parsed)) throw new Error('it was read');
    expect([parsed.path.join('.'), parsed.hint]).toEqual([path, hint]);
  });

  it('says where and what in one clause', () => {
    const line = { type: 'Feature', geometry: { type: 'LineString', coordinates: [] } };
    expect(polygonsOf({ type: 'FeatureCollection', features: [line] })).toBe(
      'does not fit: expected Polygon, MultiPolygon, Feature, FeatureCollection or GeometryCollection at features[0].geometry.type; a line has no area: draw a polygon around it, or give a circle',
    );
  });

  it('reads 20,000 positions in all, and no more', () => {
    const coast = (count: number) => {
      const turn = Array.from({ length: count - 1 }, (_, index) => {
        const angle = (2 * Math.PI * index) / (count - 1);
        return [10 * Math.cos(angle), 10 * Math.sin(angle)];
      });
      return [[...turn, ...turn.slice(0, 1)]];
    };
    const coordinates = (last: number) => ({
      type: 'MultiPolygon',
      coordinates: [coast(19_000), coast(last)],
    });
    expect(polygonsOf(coordinates(1_000))).toHaveLength(2);
    expect(polygonsOf(coordinates(1_001))).toContain('at most 20000 positions');
  });

  it('does not follow collections without end', () => {
    let nested: unknown = polygon;
    for (let depth = 0; depth < 100_000; depth++)
      nested = { type: 'GeometryCollection', geometries: [nested] };
    expect(polygonsOf(nested)).toContain('at most 10 deep');
  });
});
