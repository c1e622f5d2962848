import { badRequest } from './api-error.ts';

/** The four tiers of a search, and those of details. What a request costs follows the highest in its mask. */
export const tiers = ['idsOnly', 'essentials', 'pro', 'enterprise', 'enterpriseAtmosphere'] as const;
export type Tier = (typeof tiers)[number];

/**
 * The fields of a place by tier (Place Data Fields (New)), with the messages in which a path may go on.
 * A search has no essentials, and no pictures with the ids: both are pro there.
 */
const fieldsByTier: Record<Tier, string> = {
  idsOnly: 'id name attributions photos{name,widthPx,heightPx,authorAttributions}',
  essentials:
    'addressComponents{longText,shortText,types,languageCode} adrFormatAddress formattedAddress location{latitude,longitude} plusCode{globalCode,compoundCode} postalAddress shortFormattedAddress types viewport{low{latitude,longitude},high{latitude,longitude}} addressDescriptor',
  pro: 'accessibilityOptions{wheelchairAccessibleEntrance,wheelchairAccessibleParking,wheelchairAccessibleRestroom,wheelchairAccessibleSeating} businessStatus containingPlaces displayName{text,languageCode} googleMapsLinks googleMapsUri iconBackgroundColor iconMaskBaseUri primaryType primaryTypeDisplayName{text,languageCode} pureServiceAreaBusiness subDestinations timeZone{id,version} utcOffsetMinutes',
  enterprise:
    'currentOpeningHours{periods,weekdayDescriptions,openNow,specialDays} currentSecondaryOpeningHours internationalPhoneNumber nationalPhoneNumber priceLevel priceRange rating regularOpeningHours{periods,weekdayDescriptions,openNow} regularSecondaryOpeningHours userRatingCount websiteUri',
  enterpriseAtmosphere:
    'allowsDogs curbsidePickup delivery dineIn editorialSummary{text,languageCode} evChargeOptions fuelOptions generativeSummary goodForChildren goodForGroups goodForWatchingSports liveMusic menuForChildren neighborhoodSummary outdoorSeating parkingOptions paymentOptions{acceptsCreditCards,acceptsDebitCards,acceptsCashOnly,acceptsNfc} reservable restroom reviews{name,rating,text,originalText,authorAttribution,publishTime,relativePublishTimeDescription} reviewSummary routingSummaries servesBeer servesBreakfast servesBrunch servesCocktails servesCoffee servesDessert servesDinner servesLunch servesVegetarianFood servesWine takeout',
};

/** Fields that paths may name, and the fields below them. */
interface Fields extends Map<string, Fields> {}
const placeFields: Fields = new Map();
const tierOf = new Map<string, Tier>();
for (const tier of tiers) {
  const fields = parseFields(fieldsByTier[tier].replaceAll(' ', ','));
  for (const [name, below] of fields) {
    placeFields.set(name, below);
    tierOf.set(name, tier);
  }
}

/** Only a text search has further pages. */
export type MaskKind = 'textSearch' | 'nearbySearch' | 'details';

export interface Mask {
  tier: Tier;
  /** Whether the next page's token is asked for. */
  hasToken: boolean;
  /** The fields of a place that it names. */
  names: readonly string[];
  /** What the mask names of one place. */
  cut(place: Record<string, unknown>): Record<string, unknown>;
}

/** Reads X-Goog-FieldMask of a search (`places.…`) or of details (bare names). Throws the API's 400. */
export function readMask(text: string | undefined, kind: MaskKind): Mask {
  if (text === undefined || text === '') {
    throw badRequest(
      'FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters#definitions on how to set its value. You can set the value in the header X-Goog-FieldMask, or the query parameter $fields.',
    );
  }
  const paths = text
    .split(',')
    .map((path) => readPath(path, kind))
    .filter((path) => path !== undefined);
  const isWhole = paths.some(({ length }) => length === 0);
  const trees = mergePaths(paths);
  const found = isWhole ? [...tiers] : paths.map(([name = '']) => tierIn(kind, name));
  return {
    tier: tiers[Math.max(0, ...found.map((tier) => tiers.indexOf(tier)))] ?? 'idsOnly',
    hasToken: text.split(',').some((path) => path === 'nextPageToken' || path === '*'),
    names: isWhole ? [...placeFields.keys()] : trees.map(({ name }) => name),
    cut: (place) => (isWhole ? place : Object.assign({}, ...trees.map((tree) => cut(place, tree)))),
  };
}

function tierIn(kind: MaskKind, name: string): Tier {
  const tier = tierOf.get(name) ?? 'idsOnly';
  return kind !== 'details' && (tier === 'essentials' || name === 'photos') ? 'pro' : tier;
}

/** The path below a place; empty for all of it; undefined for the token, which is not of a place. */
function readPath(path: string, kind: MaskKind): string[] | undefined {
  const names = path.split('.');
  if (path === '*') return [];
  if (kind !== 'details') {
    if (path === 'nextPageToken' && kind === 'textSearch') return undefined;
    if (names.shift() !== 'places') throw unknown(path);
  }
  if (names.length === 1 && names[0] === '*') return [];
  let fields: Fields | undefined = placeFields;
  for (const name of names) {
    fields = fields?.get(name);
    if (fields === undefined) throw unknown(path);
  }
  return names;
}

function unknown(path: string) {
  return badRequest(
    `Error expanding 'fields' parameter. Cannot find matching fields for path '${path}'.`,
    path,
  );
}

interface Tree {
  name: string;
  below: Tree[];
}

function mergePaths(paths: string[][]): Tree[] {
  const byName = Map.groupBy(paths, ([name = '']) => name);
  return [...byName].map(([name, same]) => {
    const rest = same.map((path) => path.slice(1));
    return { name, below: rest.some(({ length }) => length === 0) ? [] : mergePaths(rest) };
  });
}

function cut(value: Record<string, unknown>, { name, below }: Tree): Record<string, unknown> {
  const inner = value[name];
  if (inner === undefined) return {};
  if (below.length === 0) return { [name]: inner };
  const cutOne = (one: unknown) =>
    Object.assign({}, ...below.map((tree) => cut(one as Record<string, unknown>, tree)));
  return { [name]: Array.isArray(inner) ? inner.map(cutOne) : cutOne(inner) };
}

/** `a,b{c,d{e}}` */
function parseFields(text: string): Fields {
  const root: Fields = new Map();
  const open = [root];
  let last: Fields = root;
  for (const [token] of text.matchAll(/\w+|[{}]/g)) {
    if (token === '{') open.push(last);
    else if (token === '}') open.pop();
    else {
      last = new Map();
      open.at(-1)?.set(token, last);
    }
  }
  return root;
}
