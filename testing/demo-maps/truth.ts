import {
  type AddressParts,
  type Contact,
  type Place,
  type Point,
  type Weekday,
  weekdays,
} from '../../shared/places/place.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import { contactsOf } from './contacts.ts';
import { type Box, contains, country } from './geography.ts';
import { describeDay, localTime, type Week } from './hours.ts';
import { streetOf } from './listing-record.ts';
import { detailTruth } from './truth-details.ts';

export type Area =
  | Box
  | { /** Rings of points; what an even number of them hold is outside. */ polygon: Point[][] };

export interface TruthOptions {
  city: City;
  websiteOf(place: CityPlace): string;
  queries: readonly string[];
  /** @default the whole city */
  area?: Area;
  source: 'google-places' | 'google-maps';
  /** @default en */
  language?: string;
  /** As the listing's option; for the hours, what the weekday is. @default false */
  isSignedOut?: boolean;
  /** Of the listing, whether each place's own answer was read too; of the API, whether the mask had it all. @default false */
  hasDetails?: boolean;
  /** Whether the websites were read. @default false */
  hasContacts?: boolean;
  /** Of the websites. @default true */
  keepsToRobots?: boolean;
  /** Epoch, as the stand-in's clock. @default Date.now() */
  nowMs?: number;
}

/**
 * What a run must find, by place id. A field that is absent must not be found either, among those in
 * `fieldsOfTruth`.
 */
export function placesTruth(options: TruthOptions): Map<string, Place> {
  const { city, queries, area = city.box } = options;
  const meant = new Set(queries.flatMap((query) => [...city.ranked(query)]));
  const within = [...meant].filter(({ location }) => isWithin(area, location));
  return new Map(within.map((place) => [place.placeId, describe(place, options)]));
}

export function isWithin(area: Area, point: Point): boolean {
  if (!('polygon' in area)) return contains(area, point);
  const crossings = area.polygon.flatMap((ring) =>
    ring.filter((from, index) => isCrossed(from, ring[(index + 1) % ring.length] ?? from, point)),
  );
  return crossings.length % 2 === 1;
}

/** Whether a ray from the point to the east crosses the edge. */
function isCrossed(a: Point, b: Point, { lat, lng }: Point): boolean {
  return a.lat > lat !== b.lat > lat && lng < a.lng + ((lat - a.lat) / (b.lat - a.lat)) * (b.lng - a.lng);
}

function describe(place: CityPlace, options: TruthOptions): Place {
  const { source, hasDetails = false } = options;
  return {
    ...describeAlways(place, options),
    ...(source === 'google-maps' ? describeListed(place, options) : describeByApi(place, hasDetails)),
    ...(hasDetails ? detailTruth(place, source) : {}),
    ...(options.hasContacts === true ? describeContacts(place, options) : {}),
  };
}

/** The fields that are the same in both sources. */
function describeAlways(place: CityPlace, { websiteOf, language = 'en' }: TruthOptions): Place {
  const { placeId, cid, featureId, name, categories, phone, address, location, rating } = place;
  const [main] = categories;
  const label = language.startsWith('de') ? main?.german : main?.label;
  return {
    placeId,
    cid,
    featureId,
    name,
    ...(label === undefined ? {} : { category: label }),
    ...(place.hasWebsite ? { website: websiteOf(place) } : {}),
    ...(phone === undefined ? {} : { phone: phone.national, internationalPhone: phone.international }),
    address,
    addressParts: partsOf(place),
    location,
    plusCode: place.plusCode,
    timeZone: country.timeZone,
    ...(rating === undefined ? {} : { rating }),
  };
}

function partsOf(place: CityPlace): AddressParts {
  return {
    ...(place.neighbourhood === undefined ? {} : { borough: place.neighbourhood }),
    street: streetOf(place),
    city: place.town,
    postalCode: place.postalCode,
    state: country.state,
    country: country.code,
  };
}

function describeListed(place: CityPlace, options: TruthOptions): Partial<Place> {
  const { isSignedOut = false, hasDetails = false, language = 'en', nowMs = Date.now() } = options;
  const { kgmid, categories, reviews, priceLevel, description, week, status } = place;
  return {
    // The listing has no status of open places: only their hours show that they exist.
    ...(status === 'open' && week === undefined ? {} : { status }),
    kgmid,
    categories: categories.map(({ label, german }) => (language.startsWith('de') ? german : label)),
    ...(reviews === undefined || (isSignedOut && !hasDetails) ? {} : { reviews }),
    ...(priceLevel === undefined ? {} : { priceRange: '€'.repeat(priceLevel) }),
    ...(description === undefined ? {} : { description }),
    ...(week === undefined ? {} : { hours: hoursOf(week, isSignedOut ? nowMs : undefined) }),
  };
}

function describeByApi(
  { status, reviews, description, week }: CityPlace,
  hasDetails: boolean,
): Partial<Place> {
  return {
    status,
    ...(reviews === undefined ? {} : { reviews }),
    ...(description === undefined || !hasDetails ? {} : { description }),
    ...(week === undefined ? {} : { hours: hoursOf(week) }),
  };
}

/** Of all days, or of the day on which `nowMs` is in the city. */
function hoursOf(week: Week, nowMs?: number): Partial<Record<Weekday, string[]>> {
  const today = nowMs === undefined ? undefined : weekdays[localTime(nowMs).day];
  const days = week.map((spans, index) => [weekdays[index], describeDay(spans)] as const);
  return Object.fromEntries(days.filter(([day]) => today === undefined || day === today));
}

function describeContacts(place: CityPlace, { websiteOf, keepsToRobots }: TruthOptions): Partial<Place> {
  const contacts = contactsOf(place, websiteOf(place), keepsToRobots);
  const valuesOf = (kind: Contact['kind']) =>
    contacts.filter((contact) => contact.kind === kind).map(({ value }) => value);
  const socials = contacts.flatMap(({ platform, value }) =>
    platform === undefined ? [] : [[platform, value]],
  );
  return {
    ...(contacts.length === 0 ? {} : { contacts }),
    ...(valuesOf('email').length === 0 ? {} : { emails: valuesOf('email') }),
    ...(valuesOf('phone').length === 0 ? {} : { websitePhones: valuesOf('phone') }),
    ...(socials.length === 0 ? {} : { socials: Object.fromEntries(socials) }),
  };
}
