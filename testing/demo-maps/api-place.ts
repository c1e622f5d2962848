import type { CityPlace } from './city-place.ts';
import { boxAround, country, utcOffsetMinutes } from './geography.ts';
import { describeWeek, isOpen, localTime, type Week } from './hours.ts';
import { makeReviews } from './reviews.ts';

export interface Wording {
  /** Such as `en` or `de-AT`; what is not German is English. */
  language: string;
  websiteOf(place: CityPlace): string;
  /** As for searches. */
  servesOnly(place: CityPlace): boolean;
  /** Epoch ms. */
  now: number;
}

type Render = (place: CityPlace, wording: Wording) => unknown;

const businessStatus = {
  open: 'OPERATIONAL',
  closedTemporarily: 'CLOSED_TEMPORARILY',
  closedPermanently: 'CLOSED_PERMANENTLY',
};
export const priceLevels = ['FREE', 'INEXPENSIVE', 'MODERATE', 'EXPENSIVE', 'VERY_EXPENSIVE'].map(
  (level) => `PRICE_LEVEL_${level}`,
);

/** The fields of a place by their names in places.googleapis.com/v1; undefined where the city has no value. */
const fields: Record<string, Render> = {
  name: ({ placeId }) => `places/${placeId}`,
  id: ({ placeId }) => placeId,
  types: ({ categories }) => [...categories.map(({ type }) => type), 'point_of_interest', 'establishment'],
  primaryType: ({ categories: [main] }) => main?.type,
  primaryTypeDisplayName: ({ categories: [main] }, { language }) =>
    language.startsWith('de') ? inLanguage(main?.german, 'de') : inLanguage(main?.label),
  displayName: ({ name }) => inLanguage(name),
  googleMapsUri: ({ cid }) => `https://maps.google.com/?cid=${cid}`,
  businessStatus: ({ status }) => businessStatus[status],
  formattedAddress: ({ address }) => address,
  shortFormattedAddress: ({ houseNumber, street, town }) => `${houseNumber} ${street}, ${town}`,
  addressComponents: listAddressParts,
  plusCode: ({ plusCode, town }) => ({
    globalCode: plusCode,
    compoundCode: `${plusCode.slice(4)} ${town}, ${country.name}`,
  }),
  location: ({ location: { lat, lng } }) => ({ latitude: lat, longitude: lng }),
  viewport: renderViewport,
  timeZone: () => ({ id: country.timeZone }),
  utcOffsetMinutes: () => utcOffsetMinutes,
  nationalPhoneNumber: ({ phone }) => phone?.national,
  internationalPhoneNumber: ({ phone }) => phone?.international,
  websiteUri: (place, { websiteOf }) => (place.hasWebsite ? websiteOf(place) : undefined),
  rating: ({ rating }) => rating,
  userRatingCount: ({ reviews }) => reviews,
  priceLevel: ({ priceLevel }) => (priceLevel === undefined ? undefined : priceLevels[priceLevel]),
  regularOpeningHours: ({ week }) =>
    week === undefined ? undefined : { periods: listPeriods(week), weekdayDescriptions: describeWeek(week) },
  currentOpeningHours: ({ week, status }, { now }) => {
    const { day, minutes } = localTime(now);
    return week === undefined ? undefined : { openNow: status === 'open' && isOpen(week, day, minutes) };
  },
  editorialSummary: ({ description }) => inLanguage(description),
  photos: listPhotos,
  reviews: listReviews,
  paymentOptions: ({ takesCards }) =>
    takesCards === undefined ? undefined : { acceptsCreditCards: takesCards },
  accessibilityOptions: ({ isAccessible }) =>
    isAccessible === undefined ? undefined : { wheelchairAccessibleEntrance: isAccessible },
};

/** What a business that comes to its customers has none of. */
const ofAddress = new Set([
  'formattedAddress',
  'shortFormattedAddress',
  'addressComponents',
  'plusCode',
  'location',
  'viewport',
]);

/** These fields of the Place resource; those without a value are left out, as the API does. */
export function renderApiPlace(
  place: CityPlace,
  wording: Wording,
  names: readonly string[],
): Record<string, unknown> {
  const rendered: Record<string, unknown> = {};
  const servesOnly = wording.servesOnly(place);
  if (servesOnly && names.includes('pureServiceAreaBusiness')) rendered['pureServiceAreaBusiness'] = true;
  for (const name of names) {
    if (servesOnly && ofAddress.has(name)) continue;
    const value = fields[name]?.(place, wording);
    if (value !== undefined) rendered[name] = value;
  }
  return rendered;
}

function inLanguage(text: string | undefined, languageCode = 'en') {
  return text === undefined ? undefined : { text, languageCode };
}

function listAddressParts({ neighbourhood, houseNumber, street, town, postalCode }: CityPlace) {
  const part = (longText: string, shortText: string, ...types: string[]) => ({
    longText,
    shortText,
    types,
    languageCode: 'en',
  });
  return [
    part(houseNumber, houseNumber, 'street_number'),
    part(street, street, 'route'),
    ...(neighbourhood === undefined ? [] : [part(neighbourhood, neighbourhood, 'neighborhood', 'political')]),
    part(town, town, 'locality', 'political'),
    part(country.state, country.state, 'administrative_area_level_1', 'political'),
    part(country.name, country.code, 'country', 'political'),
    part(postalCode, postalCode, 'postal_code'),
  ];
}

function renderViewport({ location }: CityPlace) {
  const { south, west, north, east } = boxAround(location, 300, 300);
  return { low: { latitude: south, longitude: west }, high: { latitude: north, longitude: east } };
}

function listReviews(place: CityPlace) {
  const reviews = makeReviews(place).map(({ id, rating, text, author, atMs }) => ({
    name: `places/${place.placeId}/reviews/${id}`,
    rating,
    text: inLanguage(text),
    originalText: inLanguage(text),
    authorAttribution: { displayName: author, uri: 'https://www.google.com/maps/contrib/1' },
    publishTime: new Date(atMs).toISOString(),
  }));
  return reviews.length === 0 ? undefined : reviews;
}

function listPhotos({ photos, placeId }: CityPlace) {
  const pictures = Array.from({ length: photos }, (_, index) => ({
    name: `places/${placeId}/photos/p${index}`,
    widthPx: 1200,
    heightPx: 800,
    authorAttributions: [],
  }));
  return pictures.length === 0 ? undefined : pictures;
}

/** Days from Sunday = 0. A place that never closes has one period without an end. */
function listPeriods(week: Week): object[] {
  if (week.every(([span]) => span?.[0] === 0 && span[1] === 1440)) {
    return [{ open: { day: 0, hour: 0, minute: 0 } }];
  }
  return week.flatMap((day, index) =>
    day.map(([start, end]) => ({ open: moment(index, start), close: moment(index, end) })),
  );
}

function moment(dayIndex: number, minutes: number) {
  const day = (dayIndex + 1 + Math.floor(minutes / 1440)) % 7;
  return { day, hour: Math.floor(minutes / 60) % 24, minute: minutes % 60 };
}
