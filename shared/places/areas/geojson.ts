import type { GeojsonFault, GeojsonProblem } from './geojson-problem.ts';
import { readRing } from './geojson-ring.ts';
import type { Polygon } from './polygons.ts';

const maxPositions = 20_000;
const maxDepth = 10;

interface Reading {
  polygons: Polygon[];
  /** Positions read so far. */
  positions: number;
}

/**
 * The polygons of a GeoJSON object (RFC 7946): Polygon, MultiPolygon, or a Feature, FeatureCollection or
 * GeometryCollection of these, with 20,000 positions at most; or the first thing wrong with it. Heights and
 * properties are ignored.
 *
 * Rings may be cut at the antimeridian or cross it (§3.1.9): by longitudes past ±180, or by an edge that is longer
 * than 180°, which is taken to go the short way round. In the polygons returned, longitudes begin from -180 to
 * 180 and run on past 180 where a ring crosses, and holes lie within the longitudes of their outer ring.
 */
export function parseGeojson(value: unknown): { polygons: Polygon[] } | GeojsonProblem {
  const reading: Reading = { polygons: [], positions: 0 };
  const refusal = readObject(value, [], reading) ?? refuseEmpty(reading);
  return refusal === undefined ? { polygons: reading.polygons } : { problem: inWords(refusal), ...refusal };
}

function readObject(value: unknown, path: PropertyKey[], reading: Reading): GeojsonFault | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { expected: 'a GeoJSON object', path };
  }
  const { type, coordinates, geometry, geometries, features } = value as Record<string, unknown>;
  const inside = (key: string) => [...path, key];
  if (path.length > 2 * maxDepth) return { expected: `collections at most ${maxDepth} deep`, path };
  switch (type) {
    case 'Polygon':
      return readPolygon(coordinates, inside('coordinates'), reading);
    case 'MultiPolygon':
      return readEach(coordinates, inside('coordinates'), (each, at) => readPolygon(each, at, reading));
    case 'Feature':
      // A feature without a location on the map is allowed (§3.2).
      return geometry === null ? undefined : readObject(geometry, inside('geometry'), reading);
    case 'FeatureCollection':
      return readEach(features, inside('features'), (each, at) => readObject(each, at, reading));
    case 'GeometryCollection':
      return readEach(geometries, inside('geometries'), (each, at) => readObject(each, at, reading));
    default:
      return refuseType(type, inside('type'));
  }
}

function readEach(
  values: unknown,
  path: PropertyKey[],
  read: (value: unknown, path: PropertyKey[]) => GeojsonFault | undefined,
): GeojsonFault | undefined {
  if (!Array.isArray(values)) return { expected: 'a list', path };
  for (const [index, value] of values.entries()) {
    const refusal = read(value, [...path, index]);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function readPolygon(rings: unknown, path: PropertyKey[], reading: Reading): GeojsonFault | undefined {
  if (!Array.isArray(rings) || rings.length === 0) return { expected: 'a list of rings', path };
  const polygon: Polygon = [];
  for (const [index, value] of rings.entries()) {
    const at = [...path, index];
    if (Array.isArray(value)) reading.positions += value.length;
    if (reading.positions > maxPositions) {
      const hint = 'simplify the shape; a tolerance of some hundred metres is enough for cells';
      return { expected: `at most ${maxPositions} positions in all`, hint, path: at };
    }
    const read = readRing(value, at, polygon[0]);
    if ('expected' in read) return read;
    polygon.push(read.ring);
  }
  reading.polygons.push(polygon);
  return undefined;
}

const polygonTypes = 'Polygon, MultiPolygon, Feature, FeatureCollection or GeometryCollection';

function refuseType(type: unknown, path: PropertyKey[]): GeojsonFault {
  const refusal = { expected: polygonTypes, path };
  if (type === 'LineString' || type === 'MultiLineString') {
    return { ...refusal, hint: 'a line has no area: draw a polygon around it, or give a circle' };
  }
  if (type === 'Point' || type === 'MultiPoint') {
    return { ...refusal, hint: 'a point has no area: give a circle around it' };
  }
  if (type === 'Topology') return { ...refusal, hint: 'this is TopoJSON: convert it to GeoJSON' };
  return refusal;
}

function refuseEmpty({ polygons }: Reading): GeojsonFault | undefined {
  return polygons.length === 0 ? { expected: 'at least one polygon', path: [] } : undefined;
}

function inWords({ expected, hint, path }: GeojsonFault): string {
  const place = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    '',
  );
  const clauses = [`does not fit: expected ${expected}${place && ` at ${place}`}`, ...(hint ? [hint] : [])];
  return clauses.join('; ');
}
