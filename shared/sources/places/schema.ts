import { z } from 'zod';
import type { PlaceFilter } from '../../places/filter.ts';
import { type FieldName, fieldsOfOrigin, placeFieldNames } from '../../places/place-fields.ts';
import { readPlaceReference } from '../../places/place-reference.ts';
import { problemOf } from '../../places/reference-problem.ts';
import { defaultPrices, skuNames, skus } from '../../places/skus.ts';
import { httpUrl, oneOrMany, relativeFile } from '../../schema/leaf-schema.ts';
import { areasSchema } from './area-schema.ts';
import { placeFilterSchema } from './filter-schema.ts';
import { reviewsSchema } from './reviews-schema.ts';

const usd = z.number().min(0).max(1_000);

const linkText = z.string().trim().min(1).max(2_000);
const placeLink = z.union([
  linkText,
  z.strictObject({
    link: linkText.describe('What names the place.'),
    id: z.string().trim().min(1).max(200).optional().describe('Your own id, which the item gets.'),
  }),
]);

export const placesSource = z
  .strictObject({
    source: z
      .enum(['google-places', 'google-maps'])
      .default('google-places')
      .describe(
        'google-places: the official Places API, billed by Google to your key. google-maps: the public listing; Google’s terms of service forbid automated access to it, and its robots.txt binds the job unless robots says otherwise.',
      ),
    robots: z
      .enum(['obey', 'ignore'])
      .default('obey')
      .describe(
        'Of google-maps: whether the robots.txt of the listing binds the job. That of the businesses’ websites does, by politeness.robots.',
      ),
    key: z
      .string()
      .min(1)
      .max(512)
      .optional()
      .describe('API key of google-places, as ${env:NAME}. It is sent in a header, to the API alone.'),
    queries: oneOrMany(z.string().trim().min(1).max(200))
      .transform(withoutRepeats)
      .optional()
      .describe(
        'What to search for, each in every area; repeated ones once, whatever their case. With search: nearby, place types such as dentist.',
      ),
    areas: areasSchema
      .optional()
      .describe(
        'Where to search: names of countries or divisions, boxes, circles, GeoJSON; several in a list.',
      ),
    areaFile: relativeFile
      .optional()
      .describe(
        'A file with the name of an area on each line, relative to the job file. It is read when the job is loaded.',
      ),
    placeIds: oneOrMany(
      z
        .string()
        .regex(
          /^(?!\d+$)[\w-]{10,300}$/,
          'a place id such as ChIJN1t_tDeuEmsRUsoyG83frY4 (digits alone are a CID)',
        ),
    )
      .optional()
      .describe('Places by id, of google-places: their details, one request each.'),
    links: z
      .union([placeLink, z.array(placeLink).min(1)])
      .transform(linksOf)
      .optional()
      .describe(
        'Places by what names them: URLs of Google Maps, place ids, feature ids (0x…:0x…), CIDs; their details, one request each. google-places cannot resolve a CID; a short link takes one request to its host before.',
      ),
    linkFile: relativeFile
      .optional()
      .describe(
        'A file with one of these a line, and after a tab your own id, relative to the job file. It is streamed: millions are fine. What cannot be resolved is among the failures, with your id.',
      ),
    search: z
      .enum(['text', 'nearby'])
      .default('text')
      .describe(
        'Of google-places. text: up to 60 places a cell, and counting them is free. nearby: by type alone, up to 20 a cell.',
      ),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language tag such as en or pt-BR')
      .default('en')
      .describe('Language of names, categories and addresses.'),
    region: z
      .string()
      .regex(/^[A-Za-z]{2}$/, 'a country code of two letters such as gr')
      .toLowerCase()
      .optional()
      .describe('Country whose habits addresses follow.'),
    fields: z
      .array(z.enum(placeFieldNames))
      .min(1)
      .default([
        'name',
        'category',
        'address',
        'location',
        'phone',
        'website',
        'rating',
        'reviews',
        'status',
        'link',
      ])
      .describe(
        'What to take of each place, its id always. What a request to google-places costs depends on the dearest of them. emails, websitePhones, socials and contacts are read from the business’s own website.',
      ),
    filter: placeFilterSchema.optional(),
    includePureServiceAreaBusinesses: z
      .boolean()
      .default(false)
      .describe(
        'Of google-places, search: text: businesses without an address of their own too, such as plumbers and cleaners. They have no location: those that serve a whole city may be named in every cell of it, and fill cells.',
      ),
    onlyNew: z
      .boolean()
      .default(false)
      .describe('Leave out places that an earlier run of a job of this name has given.'),
    reviews: reviewsSchema.optional(),
    perMinute: z
      .int()
      .min(1)
      .max(60_000)
      .default(600)
      .describe(
        'Requests a minute to google-places, over all processes and runs. The listing keeps politeness.gapMs.',
      ),
    maxCellKm: z
      .number()
      .gt(0)
      .max(20_000)
      .default(50)
      .describe(
        'Kilometres: the first cells of an area are no longer or wider. A cell that is full is split in four.',
      ),
    minCellKm: z
      .number()
      .min(0.001)
      .max(1_000)
      .default(0.1)
      .describe('Kilometres: cells are not split into smaller ones; one that is full then is reported.'),
    prices: z
      .strictObject(
        Object.fromEntries(
          skus.map((sku) => [sku, usd.default(defaultPrices[sku]).describe(`${skuNames[sku]}.`)]),
        ) as PriceShape,
      )
      .prefault({})
      .describe(
        'US dollars per 1,000 requests of google-places, as of 2026-09, by which budgets and estimates go.',
      ),
    endpoint: httpUrl.optional().describe('Another address of the service, for tests.'),
  })
  .superRefine(checkCombination)
  .describe('Places of Google Maps: every query in every area, each place once.');

type PriceShape = Record<(typeof skus)[number], z.ZodDefault<typeof usd>>;

interface Settings {
  source: 'google-places' | 'google-maps';
  search: 'text' | 'nearby';
  robots: 'obey' | 'ignore';
  key?: string | undefined;
  queries?: string[] | undefined;
  areas?: unknown[] | undefined;
  areaFile?: string | undefined;
  placeIds?: string[] | undefined;
  links?: { link: string; id?: string | undefined }[] | undefined;
  linkFile?: string | undefined;
  fields: FieldName[];
  filter?: PlaceFilter | undefined;
  reviews?: unknown;
  includePureServiceAreaBusinesses: boolean;
  minCellKm: number;
  maxCellKm: number;
}

function checkCombination(places: Settings, context: z.core.$RefinementCtx): void {
  const { source, search, robots, key, queries, areas, placeIds, minCellKm, maxCellKm } = places;
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message, input: undefined });
  if (source === 'google-places') {
    if (key === undefined)
      refuse('key', 'an API key, such as ${env:GOOGLE_PLACES_KEY}; google-places does not answer without');
    if (places.reviews !== undefined)
      refuse('reviews', 'no reviews with source: google-places, which has five a place (featuredReviews)');
    if (robots === 'ignore')
      refuse('robots', 'no robots: ignore with source: google-places, which has no robots.txt');
  }
  if (source === 'google-maps') {
    if (key !== undefined) refuse('key', 'no key with source: google-maps, which takes none');
    if (placeIds !== undefined) refuse('placeIds', 'no placeIds with source: google-maps');
    if (search === 'nearby') refuse('search', 'no search: nearby with source: google-maps');
  }
  const isPlaced = areas !== undefined || places.areaFile !== undefined;
  if ((queries !== undefined) !== isPlaced) {
    refuse(queries === undefined ? 'queries' : 'areas', 'queries and areas belong together');
  }
  if (minCellKm > maxCellKm) refuse('maxCellKm', `at least minCellKm, which is ${minCellKm}`);
  checkFields(places, context);
  checkSearchFilters(places, refuse);
  const isNamed = [placeIds, places.links, places.linkFile].some((list) => list !== undefined);
  if (queries === undefined && !isNamed)
    refuse('queries', 'queries and areas (or areaFile), placeIds, links or linkFile');
  checkLinks(places, context);
}

/** What the source cannot resolve would fail in the run. */
function checkLinks({ source, links = [] }: Settings, context: z.core.$RefinementCtx): void {
  for (const [index, { link }] of links.entries()) {
    const problem = problemOf({ source }, readPlaceReference(link));
    if (problem === undefined) continue;
    const message = `what ${source} can resolve: ${problem}`;
    // A single one may stand there without a list.
    const path = links.length === 1 ? ['links'] : ['links', index];
    context.addIssue({ code: 'custom', path, message, input: link });
  }
}

/** A field that the source never gives would be an empty column, and look like something unknown. */
function checkFields({ source, fields }: Settings, context: z.core.$RefinementCtx): void {
  const origin = source === 'google-places' ? 'api' : 'listing';
  const possible = [...fieldsOfOrigin(origin), ...fieldsOfOrigin('website')];
  for (const [index, field] of fields.entries()) {
    if (possible.includes(field)) continue;
    const message = `a field that ${source} gives (docs/jobs.md, Places)`;
    context.addIssue({ code: 'custom', path: ['fields', index], message, input: field });
  }
}

/** What the service or the kind of search cannot judge by would leave out every place, or none. */
function checkSearchFilters(
  { source, search, filter = {}, includePureServiceAreaBusinesses }: Settings,
  refuse: (path: string, message: string) => void,
): void {
  const [hasType, hasAny] = [
    filter.includedType !== undefined,
    [filter.openNow, filter.priceLevels, filter.includedType].some((rule) => rule !== undefined),
  ];
  if (source === 'google-maps') {
    if (hasAny)
      refuse(
        'filter',
        'no openNow, priceLevels or includedType with source: google-maps, which does not say',
      );
    if (includePureServiceAreaBusinesses)
      refuse(
        'includePureServiceAreaBusinesses',
        'none with source: google-maps, whose searches have no such setting',
      );
    return;
  }
  if (search !== 'nearby') return;
  if (hasType) refuse('filter', 'no includedType with search: nearby, whose queries are types');
  if (includePureServiceAreaBusinesses)
    refuse('includePureServiceAreaBusinesses', 'none with search: nearby, which has no such businesses');
}

function linksOf(links: PlaceLink | PlaceLink[]): Exclude<PlaceLink, string>[] {
  const list = Array.isArray(links) ? links : [links];
  return list.map((link) => (typeof link === 'string' ? { link } : link));
}

type PlaceLink = z.output<typeof placeLink>;

/** Searches are compared without case, since each costs; the first spelling stays. */
function withoutRepeats(queries: string[]): string[] {
  const spellings = queries.map((query) => query.toLowerCase());
  return queries.filter((_, index) => spellings.indexOf(spellings[index] ?? '') === index);
}
