import { known } from '../../../places/known-fields.ts';
import { cidOfFeatureId, placeIdOfFeatureId, readFeatureId } from '../../../places/place-ids.ts';
import { at, countAt, eachOf, listAt, numberAt, textAt } from './at-path.ts';
import { type ListingHours, readHours } from './record-hours.ts';
import { type ListingBusyDay, type ListingSection, readAbout, readPopularTimes } from './record-profile.ts';
import { type ListingRelated, readKeywords, readRelated } from './record-related.ts';
import { type ListingReview, readReviews } from './record-reviews.ts';
import { webLink } from './web-link.ts';

/** A place as the listing has it, by name rather than by index. What is absent was not in the answer. */
export interface ListingRecord {
  featureId: string;
  name: string;
  cid: string;
  placeId?: string;
  /** Made of the feature id; the same as `placeId` where both are there. */
  placeIdDerived: string;
  kgmid?: string;
  categories?: string[];
  categoryIds?: string[];
  /** Without the name. */
  address?: string;
  addressLines?: string[];
  addressComponents?: ListingAddress;
  country?: string;
  latitude?: number;
  longitude?: number;
  plusCodeGlobal?: string;
  plusCodeCompound?: string;
  timezone?: string;
  /** As shown to whoever asked: with country code, if they are abroad. */
  phone?: string;
  phoneNational?: string;
  phoneInternational?: string;
  phoneDigits?: string;
  website?: string;
  websiteDomain?: string;
  rating?: number;
  reviewCount?: number;
  /** How many with 1, 2, 3, 4 and 5 stars. */
  reviewsPerRating?: [number, number, number, number, number];
  reviewsLink?: string;
  priceText?: string;
  statusText?: string;
  /** Where it would say that the place has closed; often something else. */
  noticeText?: string;
  description?: string;
  hours?: ListingHours[];
  thumbnail?: string;
  streetView?: string;
  images?: { title: string; url: string }[];
  ownerName?: string;
  ownerId?: string;
  /** Where the business could be claimed: nobody has. */
  claimLink?: string;
  about?: ListingSection[];
  reviews?: ListingReview[];
  reviewKeywords?: { word: string; reviews: number }[];
  related?: ListingRelated[];
  photoCount?: number;
  popularTimes?: ListingBusyDay[];
  orderLinks?: string[];
  menuLink?: string;
  reservationLinks?: string[];
}

export interface ListingAddress {
  neighborhood?: string;
  street?: string;
  streetAlt?: string;
  city?: string;
  postalCode?: string;
  state?: string;
  countryCode?: string;
}

/** A record has a feature id at 10 and a name at 11, wherever in an answer it stands. */
export function isRecord(d: unknown): d is unknown[] {
  const featureId = textAt(d, 10);
  return featureId !== undefined && textAt(d, 11) !== undefined && readFeatureId(featureId) !== undefined;
}

/** By the paths at which captured answers have each field; `undefined` for what is no record. */
export function readRecord(d: unknown): ListingRecord | undefined {
  const ids = readIds(d);
  return ids && known<ListingRecord>({ ...ids, ...readAddress(d), ...readContact(d), ...readProfile(d) });
}

function readIds(d: unknown) {
  const name = textAt(d, 11);
  const featureId = readFeatureId(textAt(d, 10) ?? '');
  const cid = featureId && cidOfFeatureId(featureId);
  const placeIdDerived = featureId && placeIdOfFeatureId(featureId);
  if (!name || !featureId || !cid || !placeIdDerived) return undefined;
  return { name, featureId, cid, placeIdDerived, placeId: textAt(d, 78), kgmid: textAt(d, 89) };
}

function readAddress(d: unknown) {
  const addressLines = texts(d, 2);
  return {
    address: textAt(d, 39) ?? withoutName(textAt(d, 18), textAt(d, 11)) ?? addressLines?.join(', '),
    addressLines,
    addressComponents: readComponents(at(d, 183, 1)) ?? readComponents(at(d, 82)),
    country: textAt(d, 243),
    latitude: numberAt(d, [9, 2], { least: -90, most: 90 }),
    longitude: numberAt(d, [9, 3], { least: -180, most: 180 }),
    plusCodeGlobal: textAt(d, 183, 2, 1, 0),
    plusCodeCompound: textAt(d, 183, 2, 2, 0),
    timezone: textAt(d, 30),
  };
}

function readContact(d: unknown) {
  const phones = listAt(d, 178, 0, 1);
  return {
    phone: textAt(d, 178, 0, 0),
    phoneNational: textAt(
      phones.find((phone) => at(phone, 1) === 1),
      0,
    ),
    phoneInternational: textAt(
      phones.find((phone) => textAt(phone, 0)?.startsWith('+')),
      0,
    ),
    phoneDigits: textAt(d, 178, 0, 3),
    website: webLink(textAt(d, 7, 0)),
    websiteDomain: textAt(d, 7, 1),
    orderLinks: orderLinks(d, 1) ?? orderLinks(d, 0),
    menuLink: webLink(textAt(d, 38, 0)),
    reservationLinks: eachOf(listAt(d, 46), (entry) => webLink(textAt(entry, 0))),
  };
}

function readProfile(d: unknown) {
  return {
    categories: texts(d, 13),
    categoryIds: eachOf(listAt(d, 76), (entry) => textAt(entry, 0)),
    rating: numberAt(d, [4, 7], { least: 1, most: 5 }),
    reviewCount: countAt(d, 4, 8),
    reviewsPerRating: readHistogram(d),
    reviewsLink: webLink(textAt(d, 4, 3, 0)),
    priceText: textAt(d, 4, 2),
    statusText: textAt(d, 203, 1, 4, 0) ?? textAt(d, 34, 4, 4),
    noticeText: textAt(d, 88, 0),
    description: textAt(d, 32, 1, 1) ?? textAt(d, 154, 0, 0),
    hours: readHours(d),
    thumbnail: [textAt(d, 72, 0, 1, 6, 0), textAt(d, 72, 0, 0, 6, 0), textAt(d, 157)]
      .map(webLink)
      .find(Boolean),
    streetView: webLink(textAt(d, 37, 0, 0, 6, 0)),
    images: eachOf(listAt(d, 171, 0), readImage),
    ownerName: textAt(d, 57, 1),
    ownerId: textAt(d, 57, 2),
    claimLink: webLink(textAt(d, 49, 0)),
    about: readAbout(d),
    reviews: readReviews(d),
    reviewKeywords: readKeywords(d),
    related: readRelated(d),
    photoCount: countAt(d, 37, 1),
    popularTimes: readPopularTimes(d),
  };
}

/** `183,1` and the older, shorter `82` begin alike. */
function readComponents(parts: unknown): ListingAddress | undefined {
  const found = known<ListingAddress>({
    neighborhood: textAt(parts, 0),
    street: textAt(parts, 1),
    streetAlt: textAt(parts, 2),
    city: textAt(parts, 3),
    postalCode: textAt(parts, 4),
    state: textAt(parts, 5),
    countryCode: textAt(parts, 6),
  });
  return Object.keys(found).length > 0 ? found : undefined;
}

function withoutName(address: string | undefined, name = ''): string | undefined {
  const rest = address?.startsWith(`${name},`) ? address.slice(name.length + 1).trim() : address;
  return rest || undefined;
}

function orderLinks(d: unknown, index: number): string[] | undefined {
  return eachOf(listAt(d, 75, 0, index, 2), (entry) => webLink(textAt(entry, 1, 2, 0)));
}

function readImage(tab: unknown): { title: string; url: string } | undefined {
  const title = textAt(tab, 2);
  const url = webLink(textAt(tab, 3, 0, 6, 0));
  return title !== undefined && url !== undefined ? { title, url } : undefined;
}

function readHistogram(d: unknown): ListingRecord['reviewsPerRating'] {
  const [one, two, three, four, five] = [0, 1, 2, 3, 4].map((index) => countAt(d, 175, 3, index));
  if ([one, two, three, four, five].some((count) => count === undefined)) return undefined;
  return [one ?? 0, two ?? 0, three ?? 0, four ?? 0, five ?? 0];
}

function texts(d: unknown, index: number): string[] | undefined {
  return eachOf(listAt(d, index), (entry) => textAt(entry));
}
