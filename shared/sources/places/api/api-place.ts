import { onlyKnown, unlessEmpty } from '../../../places/known-fields.ts';
import { type Place, type PlaceStatus, placePriceLevels, type Review } from '../../../places/place.ts';
import { idsOfPlaceId } from '../../../places/place-ids.ts';
import { readAddressParts } from './address-parts.ts';
import { readAttributes } from './attributes.ts';
import { readFuelPrices } from './fuel-prices.ts';
import { readHours, readSpecialHours } from './opening-hours.ts';
import { readPriceRange } from './price-range.ts';
import { readBoolean, readLink, readList, readNumber, readObject, readText } from './read-values.ts';
import { nameOfPriceLevel } from './search-filters.ts';

const statuses = new Map<unknown, PlaceStatus>([
  ['OPERATIONAL', 'open'],
  ['CLOSED_TEMPORARILY', 'closedTemporarily'],
  ['CLOSED_PERMANENTLY', 'closedPermanently'],
]);

/**
 * A place of the Places API (New) in our schema; `undefined` without an id. Fields that the API omits are absent, and so
 * are those whose type is not the documented one.
 */
export function placeOfApi(value: unknown): Place | undefined {
  const json = readObject(value);
  const placeId = readText(json['id']);
  if (placeId === undefined) return undefined;
  return {
    placeId,
    ...readIds(placeId, json),
    ...readIdentity(json),
    ...readWhereabouts(json),
    ...readTrade(json),
  };
}

function readIds(placeId: string, json: Record<string, unknown>): Partial<Place> {
  const ids = idsOfPlaceId(placeId);
  return onlyKnown<Place>({ cid: ids?.cid ?? cidOfLink(json['googleMapsUri']), featureId: ids?.featureId });
}

/** Place ids of addresses and the like contain no cid; their links may. */
function cidOfLink(value: unknown): string | undefined {
  const cid = URL.parse(readLink(value) ?? '')?.searchParams.get('cid') ?? '';
  return /^[1-9]\d{0,19}$/.test(cid) ? cid : undefined;
}

function readIdentity(json: Record<string, unknown>): Partial<Place> {
  const category = readLocalized(json['primaryTypeDisplayName']);
  return onlyKnown<Place>({
    name: readLocalized(json['displayName']),
    description: readLocalized(json['editorialSummary']),
    link: readLink(json['googleMapsUri']),
    category,
    categories: category === undefined ? undefined : [category],
    types: unlessNone(readList(json['types']).map(readText)),
    website: readLink(json['websiteUri']),
    phone: readText(json['nationalPhoneNumber']),
    internationalPhone: readText(json['internationalPhoneNumber']),
  });
}

function readWhereabouts(json: Record<string, unknown>): Partial<Place> {
  const location = readObject(json['location']);
  const lat = readNumber(location['latitude']);
  const lng = readNumber(location['longitude']);
  return onlyKnown<Place>({
    address: readText(json['formattedAddress']),
    addressParts: readAddressParts(json['addressComponents'], readText(json['formattedAddress'])),
    location: lat === undefined || lng === undefined ? undefined : { lat, lng },
    serviceAreaOnly: readBoolean(json['pureServiceAreaBusiness']),
    plusCode: readText(readObject(json['plusCode'])['globalCode']),
    timeZone: readText(readObject(json['timeZone'])['id']),
  });
}

function readTrade(json: Record<string, unknown>): Partial<Place> {
  return onlyKnown<Place>({
    rating: readNumber(json['rating']),
    reviews: readNumber(json['userRatingCount']),
    reviewsLink: readLink(readObject(json['googleMapsLinks'])['reviewsUri']),
    featuredReviews: unlessNone(readList(json['reviews']).map(readReview)),
    status: readStatus(json['businessStatus']),
    openNow: readBoolean(readObject(json['currentOpeningHours'])['openNow']),
    specialHours: readSpecialHours(json['currentOpeningHours']),
    hours: readHours(json['regularOpeningHours']),
    priceRange: readPriceRange(json['priceRange'], json['priceLevel']),
    priceLevel: placePriceLevels.find((level) => nameOfPriceLevel(level) === json['priceLevel']),
    about: readAttributes(json),
    creditCards: readBoolean(readObject(json['paymentOptions'])['acceptsCreditCards']),
    fuelPrices: readFuelPrices(json['fuelOptions']),
  });
}

/** FUTURE_OPENING, and what Google adds later, is unknown to our schema: not open, at least. */
function readStatus(value: unknown): PlaceStatus | undefined {
  const isUnspecified = readText(value) === undefined || value === 'BUSINESS_STATUS_UNSPECIFIED';
  return statuses.get(value) ?? (isUnspecified ? undefined : 'unknown');
}

/** `text` is translated into the requested language, `originalText` is what the author wrote. */
function readReview(value: unknown): Review | undefined {
  const json = readObject(value);
  const at = Date.parse(readText(json['publishTime']) ?? '');
  return unlessEmpty<Review>({
    id: readText(json['name'])?.split('/').at(-1),
    author: readText(readObject(json['authorAttribution'])['displayName']),
    authorLink: readLink(readObject(json['authorAttribution'])['uri']),
    rating: readNumber(json['rating']),
    at: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
    text: readLocalized(json['text']) ?? readLocalized(json['originalText']),
    language: readText(readObject(json['text'])['languageCode']),
  });
}

/** `google.type.LocalizedText`. */
function readLocalized(value: unknown): string | undefined {
  return readText(readObject(value)['text']);
}

function unlessNone<Entry>(entries: (Entry | undefined)[]): Entry[] | undefined {
  const readable = entries.filter((entry) => entry !== undefined);
  return readable.length === 0 ? undefined : readable;
}
