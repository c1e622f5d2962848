import type { Origin, Place } from './place.ts';

export type FieldName = keyof Place;

/** Price tiers of the Places API, from free to dearest. A request is billed by the dearest field that it asks for. */
export const tiers = ['ids', 'essentials', 'pro', 'enterprise', 'atmosphere'] as const;
export type Tier = (typeof tiers)[number];

/** How long Google lets a value be kept. `none`: no grant at all; see `retention.ts`. */
export type CacheGrant = 'always' | '30 days' | 'none';

export interface PlaceField {
  /** Names in a field mask, without `places.`, and the dearest tier among them as place details bill it. */
  api?: { tier: Tier; mask: readonly string[]; cache: CacheGrant };
  /** Whether a search answer of the listing has it, or a place's own answer alone. */
  listing?: 'search' | 'place';
  /** Found on the business's own website. */
  website?: true;
}

/**
 * Every field of a place: what it is and where it comes from. Masks and tiers: Places API (New), "Place Data
 * Fields" and the SKU lists of "Text Search" and "Place Details"; grants: Google Maps Platform Service
 * Specific Terms, Places API, "Caching".
 */
export const placeFields: Record<FieldName, PlaceField> = {
  placeId: { api: lasting('id'), listing: 'search' },
  cid: { api: lasting('id'), listing: 'search' },
  featureId: { api: lasting('id'), listing: 'search' },
  kgmid: { listing: 'search' },
  name: { api: api('pro', 'displayName'), listing: 'search' },
  description: { api: api('atmosphere', 'editorialSummary'), listing: 'search' },
  link: { api: api('pro', 'googleMapsUri'), listing: 'search' },
  category: { api: api('pro', 'primaryTypeDisplayName'), listing: 'search' },
  categories: { api: api('pro', 'primaryTypeDisplayName'), listing: 'search' },
  types: { api: api('essentials', 'types'), listing: 'search' },
  website: { api: api('enterprise', 'websiteUri'), listing: 'search' },
  phone: { api: api('enterprise', 'nationalPhoneNumber'), listing: 'search' },
  internationalPhone: { api: api('enterprise', 'internationalPhoneNumber'), listing: 'search' },
  address: { api: api('essentials', 'formattedAddress'), listing: 'search' },
  addressParts: { api: api('essentials', 'addressComponents', 'formattedAddress'), listing: 'search' },
  location: { api: { tier: 'essentials', mask: ['location'], cache: '30 days' }, listing: 'search' },
  serviceAreaOnly: { api: api('pro', 'pureServiceAreaBusiness') },
  plusCode: { api: api('essentials', 'plusCode'), listing: 'place' },
  timeZone: { api: api('pro', 'timeZone'), listing: 'search' },
  rating: { api: api('enterprise', 'rating'), listing: 'search' },
  reviews: { api: api('enterprise', 'userRatingCount'), listing: 'search' },
  reviewsPerRating: { listing: 'place' },
  reviewsLink: { api: api('pro', 'googleMapsLinks'), listing: 'search' },
  featuredReviews: { api: api('atmosphere', 'reviews'), listing: 'place' },
  reviewKeywords: { listing: 'place' },
  peopleAlsoSearch: { listing: 'place' },
  owner: { listing: 'place' },
  canClaim: { listing: 'search' },
  status: { api: api('pro', 'businessStatus'), listing: 'search' },
  openNow: { api: api('enterprise', 'currentOpeningHours.openNow') },
  openText: { listing: 'search' },
  hours: { api: api('enterprise', 'regularOpeningHours'), listing: 'search' },
  specialHours: {
    api: api(
      'enterprise',
      'currentOpeningHours.periods',
      'currentOpeningHours.specialDays',
      'currentOpeningHours.weekdayDescriptions',
    ),
  },
  popularTimes: { listing: 'place' },
  thumbnail: { listing: 'search' },
  images: { listing: 'place' },
  streetView: { listing: 'place' },
  photoCount: { listing: 'place' },
  menu: { listing: 'place' },
  reservations: { listing: 'place' },
  orderOnline: { listing: 'place' },
  priceRange: { api: api('enterprise', 'priceLevel', 'priceRange'), listing: 'search' },
  priceLevel: { api: api('enterprise', 'priceLevel') },
  about: { api: api('atmosphere', ...attributes()), listing: 'search' },
  creditCards: { api: api('atmosphere', 'paymentOptions'), listing: 'search' },
  fuelPrices: { api: api('atmosphere', 'fuelOptions') },
  emails: { website: true },
  websitePhones: { website: true },
  socials: { website: true },
  contacts: { website: true },
};

/** In the order of the schema, which is that of masks and columns too. */
export const placeFieldNames = Object.keys(placeFields) as readonly FieldName[];

export function fieldsOfOrigin(origin: Origin): FieldName[] {
  return placeFieldNames.filter((name) => placeFields[name][origin] !== undefined);
}

/**
 * What to ask a source for so that `fields` can be had: the id always, and the website's address where
 * something is to be found on the website. Each once, in the order of the schema.
 */
export function fieldsToAsk(fields: readonly FieldName[]): FieldName[] {
  const readsWebsite = fields.some((name) => placeFields[name].website);
  const wanted = new Set<FieldName>(['placeId', ...fields, ...(readsWebsite ? (['website'] as const) : [])]);
  return placeFieldNames.filter((name) => wanted.has(name));
}

function api(tier: Tier, ...mask: string[]): NonNullable<PlaceField['api']> {
  return { tier, mask, cache: 'none' };
}

/** Ids, which may be kept for ever. */
function lasting(...mask: string[]): NonNullable<PlaceField['api']> {
  return { tier: 'ids', mask, cache: 'always' };
}

function attributes(): string[] {
  const serves = ['Beer', 'Breakfast', 'Brunch', 'Cocktails', 'Coffee', 'Dessert', 'Dinner', 'Lunch'];
  return [
    ...['accessibilityOptions', 'allowsDogs', 'curbsidePickup', 'delivery', 'dineIn', 'goodForChildren'],
    ...['goodForGroups', 'goodForWatchingSports', 'liveMusic', 'menuForChildren', 'outdoorSeating'],
    ...['parkingOptions', 'paymentOptions', 'reservable', 'restroom', 'takeout'],
    ...[...serves, 'VegetarianFood', 'Wine'].map((what) => `serves${what}`),
  ];
}
