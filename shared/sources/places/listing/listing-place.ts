import { known } from '../../../places/known-fields.ts';
import {
  type AddressParts,
  type Place,
  type RelatedPlace,
  type Review,
  type Weekday,
  weekdays,
} from '../../../places/place.ts';
import { idsOfPlaceId } from '../../../places/place-ids.ts';
import { optionNames } from './option-names.ts';
import { readStatus } from './place-status.ts';
import type { ListingRecord } from './read-record.ts';
import type { ListingHours } from './record-hours.ts';
import type { ListingSection } from './record-profile.ts';
import type { ListingRelated } from './record-related.ts';
import type { ListingReview } from './record-reviews.ts';

/** The fields that a listing can have; the others come from the API alone, or from the business's own website. */
type Listed = Omit<
  Place,
  | 'openNow'
  | 'specialHours'
  | 'priceLevel'
  | 'serviceAreaOnly'
  | 'fuelPrices'
  | 'emails'
  | 'websitePhones'
  | 'socials'
  | 'contacts'
>;

/** The record converted to our schema; fields that the listing lacks are absent. */
export function placeOfRecord(record: ListingRecord): Place {
  return known<Listed>({
    ...identity(record),
    ...whereabouts(record),
    ...profile(record),
    ...offers(record),
  });
}

function identity(record: ListingRecord) {
  const { cid, featureId, kgmid, name } = record;
  return {
    placeId: isSamePlace(record) ? (record.placeId ?? record.placeIdDerived) : record.placeIdDerived,
    cid,
    featureId,
    kgmid,
    name,
    link: `https://www.google.com/maps?cid=${cid}`,
  };
}

/** A place id that is unreadable, or of another place, must not name this one. */
function isSamePlace({ placeId, cid }: ListingRecord): boolean {
  if (placeId === undefined || !/^[\w-]{20,}$/.test(placeId)) return false;
  const ids = idsOfPlaceId(placeId);
  return ids === undefined ? !placeId.startsWith('ChIJ') : ids.cid === cid;
}

function whereabouts(record: ListingRecord) {
  const { latitude, longitude, addressComponents: parts, country } = record;
  const addressParts = known<AddressParts>({
    borough: parts?.neighborhood,
    street: parts?.street ?? parts?.streetAlt,
    city: parts?.city,
    postalCode: parts?.postalCode,
    state: parts?.state,
    country: parts?.countryCode ?? country,
  });
  return {
    address: record.address,
    addressParts: Object.keys(addressParts).length > 0 ? addressParts : undefined,
    location:
      latitude === undefined || longitude === undefined ? undefined : { lat: latitude, lng: longitude },
    plusCode: record.plusCodeGlobal,
    timeZone: record.timezone,
  };
}

function profile(record: ListingRecord) {
  return {
    description: record.description,
    category: record.categories?.[0],
    categories: record.categories,
    types: record.categoryIds,
    rating: record.rating,
    reviews: record.reviewCount,
    reviewsPerRating: record.reviewsPerRating,
    reviewsLink: record.reviewsLink,
    featuredReviews: record.reviews?.map(toReview),
    reviewKeywords: record.reviewKeywords,
    peopleAlsoSearch: record.related?.map(toRelated),
    owner: owner(record),
    canClaim: canClaim(record),
    status: readStatus({
      notice: record.noticeText,
      now: record.statusText,
      hours: record.hours?.flatMap(({ ranges }) => ranges) ?? [],
    }),
    openText: record.statusText && plainSpaces(record.statusText),
    hours: byWeekday(record.hours, hoursOfDay),
    popularTimes: byWeekday(record.popularTimes, (day) => Object.fromEntries(day.hours)),
    thumbnail: record.thumbnail,
    images: record.images,
    streetView: record.streetView,
    photoCount: record.photoCount,
  };
}

function offers(record: ListingRecord) {
  const { about } = record;
  const cards = about
    ?.flatMap((section) => section.options)
    .find((option) => option.id?.endsWith('/pay_credit_card'));
  return {
    website: record.website,
    // A number with its country code is dialled from within the country, too.
    phone: record.phoneNational ?? record.phone,
    internationalPhone:
      record.phoneInternational ?? (record.phone?.startsWith('+') ? record.phone : undefined),
    menu: record.menuLink,
    reservations: record.reservationLinks,
    orderOnline: record.orderLinks,
    priceRange: record.priceText,
    about: about && Object.fromEntries(about.map(({ id, options }) => [id, toAnswers(options)])),
    creditCards: cards?.has,
  };
}

/**
 * In the format of the API: 09:00–17:00. Entries without times, such as Closed or a whole day, are left as the
 * listing has them.
 */
function hoursOfDay({ spans, ranges }: ListingHours): string[] {
  const areTimes = spans.length === ranges.length && spans.flat().every(isTime);
  if (!areTimes) return ranges.map(plainSpaces);
  return spans.map(([from, to], index) => {
    const [opens, closes] = [timeOf(from), timeOf(to)];
    return opens === closes ? plainSpaces(ranges[index] ?? '') : `${opens}–${closes}`;
  });
}

function isTime([hour = 0, minute = 0]: number[]): boolean {
  return hour >= 0 && hour <= 24 && minute >= 0 && minute < 60;
}

/** Omitted trailing numbers are 0; hour 24 is the midnight after. */
function timeOf([hour = 0, minute = 0]: number[]): string {
  return [hour % 24, minute].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Two options may bear one label, as which credit cards are taken does: the one with a name of its own has it. */
function toAnswers(options: ListingSection['options']): Record<string, boolean> {
  const named = options.map(({ id = '', label, has }) => {
    const name = optionNames.get(id.slice(id.lastIndexOf('/') + 1));
    return { isOwn: name !== undefined, entry: [name ?? label, has] as const };
  });
  const inOrder = Object.fromEntries(named.map(({ entry }) => entry));
  return Object.assign(
    inOrder,
    Object.fromEntries(named.filter(({ isOwn }) => isOwn).map(({ entry }) => entry)),
  );
}

function toReview(review: ListingReview): Review {
  return known<Review>({
    id: review.id,
    author: review.author,
    authorLink: review.authorLink,
    rating: review.stars,
    at: review.at === undefined ? undefined : new Date(review.at).toISOString(),
    text: review.text,
    language: review.language,
    reply: review.reply,
    images: review.photos,
  });
}

function toRelated({ reviewCount, latitude, longitude, ...same }: ListingRelated): RelatedPlace {
  const isPlaced = latitude !== undefined && longitude !== undefined;
  return {
    ...same,
    ...(reviewCount === undefined ? {} : { reviews: reviewCount }),
    ...(isPlaced ? { location: { lat: latitude, lng: longitude } } : {}),
  };
}

function owner({ ownerName: name, ownerId: id }: ListingRecord): Place['owner'] {
  if (name === undefined && id === undefined) return undefined;
  const link = id !== undefined && /^\d+$/.test(id) ? `https://www.google.com/maps/contrib/${id}` : undefined;
  return known<NonNullable<Place['owner']>>({ name, id, link });
}

/** Signed out, the offer to claim is not always shown: its absence says nothing, but an owner does. */
function canClaim({ claimLink, ownerId }: ListingRecord): boolean | undefined {
  if (ownerId !== undefined) return false;
  return claimLink === undefined ? undefined : true;
}

/** The first entry of each weekday; a listing with more than seven days begins with today. */
function byWeekday<Day extends { dow: number }, T>(
  days: Day[] | undefined,
  read: (day: Day) => T,
): Partial<Record<Weekday, T>> | undefined {
  if (days === undefined) return undefined;
  const found: Partial<Record<Weekday, T>> = {};
  for (const day of days) {
    const weekday = weekdays[day.dow - 1];
    if (weekday !== undefined) found[weekday] ??= read(day);
  }
  return found;
}

/** Replaces the narrow and non-breaking spaces in times, which no user types in a search. */
function plainSpaces(text: string): string {
  return text.replaceAll(/[\u00A0\u2009\u202F]/g, ' ');
}
