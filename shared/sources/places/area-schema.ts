import { z } from 'zod';
import { areaName } from '../../places/areas/area.ts';
import { parseGeojson } from '../../places/areas/geojson.ts';
import { relativeFile } from '../../schema/leaf-schema.ts';

const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);

const box = z
  .strictObject({
    west: longitude.describe('Degrees of longitude, negative west of Greenwich.'),
    south: latitude.describe('Degrees of latitude, negative south of the equator.'),
    east: longitude.describe('Degrees; less than west when the box crosses the antimeridian.'),
    north: latitude.describe('Degrees.'),
  })
  .refine(({ south, north }) => south < north, { path: ['north'], error: 'a latitude north of south' })
  .refine(({ west, east }) => west !== east && !(west === 180 && east === -180), {
    path: ['east'],
    error: 'another meridian than that of west',
  })
  .describe('What lies between two meridians and two parallels.');

const circle = z
  .strictObject({
    lat: latitude.describe('Degrees of latitude of the centre.'),
    lng: longitude.describe('Degrees of longitude of the centre.'),
    radiusM: z.number().gt(0).max(20_000_000).describe('Metres, along the surface of the earth.'),
  })
  .describe('All points within a distance of a centre.');

const geojson = z
  // Described as a mapping with any keys: the form of GeoJSON is checked by its own reader.
  .union([relativeFile, z.unknown().superRefine(checkGeojson).meta({ type: 'object' })])
  .describe(
    'GeoJSON (RFC 7946): Polygon, MultiPolygon, or a Feature, FeatureCollection or GeometryCollection of these, 20,000 positions at most; or the path of such a file, relative to the job file. Holes are left out. Longitudes may run on past 180, and an edge longer than 180° goes the short way, across the antimeridian.',
  );

const named = z
  .string()
  .trim()
  .min(2)
  .max(200)
  .describe(
    'The name or the code of a country or of one of its divisions, such as Attica, Greece, or GR-A1; in English, the language of the country or another one. Its boundary comes with the product, and the run keeps it.',
  );

/** One area to search. */
export const areaSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('How reports call it. Default: its shape and its place in the list, such as box 1.'),
    named: named.optional(),
    box: box.optional(),
    circle: circle.optional(),
    geojson: geojson.optional(),
    marginKm: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe(
        'Of named and geojson, kilometres: what lies this near to the boundary, outside of it, belongs to the area too. Default: 2 of named, whose boundaries are that precise, and 0 of geojson.',
      ),
  })
  .refine(
    ({ named, box, circle, geojson }) =>
      [named, box, circle, geojson].filter((each) => each !== undefined).length === 1,
    'exactly one of named, box, circle, geojson',
  )
  .refine(
    ({ named, geojson, marginKm }) => marginKm === undefined || named !== undefined || geojson !== undefined,
    { path: ['marginKm'], error: 'none with box or circle, which can be made larger' },
  )
  .describe('Where to search: a name, a box, a circle, or what GeoJSON draws.');

const areaEntry = z.union([
  z.string().trim().min(1).max(10_000).describe('Names of countries or divisions, one a line.'),
  areaSchema,
]);

/** The areas of a source; reports tell them apart by name. */
export const areasSchema = z
  .union([areaEntry, z.array(areaEntry).min(1)])
  .transform((value) => [value].flat().flatMap(areasOfEntry))
  .superRefine(checkAreas);

export type AreaSettings = z.output<typeof areaSchema>;

/** Skips text: a file is read when the run is planned, and an invalid path is reported by its own branch of the union. */
function checkGeojson(value: unknown, context: z.core.$RefinementCtx): void {
  const parsed = parseGeojson(value);
  if (!('problem' in parsed)) return;
  const { expected, path, hint = '' } = parsed;
  context.addIssue({ code: 'custom', path, message: expected, params: { hint }, input: value });
}

const maxAreas = 1_000;

/** Names that stand on lines of one text are areas of their own. */
function areasOfEntry(entry: string | AreaSettings): AreaSettings[] {
  return typeof entry === 'string' ? namesOfText(entry).map((named) => ({ named })) : [entry];
}

/** One a line; blank lines, and those that begin with #, are none. */
export function namesOfText(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function checkAreas(areas: AreaSettings[], context: z.core.$RefinementCtx): void {
  if (areas.length === 0 || areas.length > maxAreas)
    context.addIssue({ code: 'custom', path: [], message: `1 to ${maxAreas} areas` });
  const names = areas.map(areaName);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    context.addIssue({ code: 'custom', path: [index, 'name'], message: 'a name that no other area has' });
  }
}
