/**
 * One schema for places, whatever they were read from: the union of what Google Maps scrapers and the
 * Places API give. A field that is absent is unknown, which is not the same as 0, false or an empty list.
 */
export interface Place {
  /** Google's id of the place, such as ChIJN1t_tDeuEmsRUsoyG83frY4. */
  placeId: string;
  /** The place as a decimal number; its Google Maps link is https://www.google.com/maps?cid=… */
  cid?: string;
  /** `0x…:0x…`; the second half is the cid. */
  featureId?: string;
  /** In Google's knowledge graph, such as /g/11c54_9hlz. */
  kgmid?: string;
  name?: string;
  description?: string;
  /** The place's page on Google Maps. */
  link?: string;
  /** The first of `categories`, in the language asked for. */
  category?: string;
  categories?: string[];
  /** The categories for machines, such as coffee_shop. */
  types?: string[];
  website?: string;
  /** As it is dialled in its own country. */
  phone?: string;
  /** With country code, such as +30 21 0261 6578. */
  internationalPhone?: string;
  address?: string;
  addressParts?: AddressParts;
  /** Degrees, WGS 84. */
  location?: Point;
  /** It visits its customers and has no address of its own: neither address nor location are known. */
  serviceAreaOnly?: boolean;
  /** The global code, such as 8G6MM2CR+6X. */
  plusCode?: string;
  /** IANA name. */
  timeZone?: string;
  /** 1 to 5. */
  rating?: number;
  /** How many. */
  reviews?: number;
  /** How many with 1, 2, 3, 4 and 5 stars. */
  reviewsPerRating?: [number, number, number, number, number];
  reviewsLink?: string;
  featuredReviews?: Review[];
  /** What many reviews speak of, and how many do, the most first. */
  reviewKeywords?: { word: string; reviews: number }[];
  /** Places that Google shows beside it. */
  peopleAlsoSearch?: RelatedPlace[];
  owner?: { name?: string; id?: string; link?: string };
  /** Nobody has claimed the business profile yet. */
  canClaim?: boolean;
  status?: PlaceStatus;
  /** Open at the moment of the answer, by today's hours, holidays included. */
  openNow?: boolean;
  /** What Google says now, such as "Open ⋅ Closes 8:30 PM". */
  openText?: string;
  /**
   * Opening hours by weekday, as text: 09:00–17:00. Of a day without times the API’s say `Closed` or `Open 24 hours`,
   * the listing’s the words of the language asked for. Only the days that are known.
   */
  hours?: Partial<Record<Weekday, string[]>>;
  /** The days of the next week with other hours than usual, such as holidays; hours as in `hours`. */
  specialHours?: SpecialHours[];
  /** Busyness in percent of the busiest hour: weekday, then hour 0 to 23. */
  popularTimes?: Partial<Record<Weekday, Record<string, number>>>;
  thumbnail?: string;
  images?: { title: string; url: string }[];
  streetView?: string;
  /** How many photos Google has of it. */
  photoCount?: number;
  menu?: string;
  reservations?: string[];
  orderOnline?: string[];
  /** As text, such as €€ or €10–20. */
  priceRange?: string;
  priceLevel?: PriceLevel;
  /** What the profile says of itself: section by its id in all languages (service_options), attribute, yes or no. */
  about?: Record<string, Record<string, boolean>>;
  creditCards?: boolean;
  /** Of a filling station. */
  fuelPrices?: FuelPrice[];
  /** Found on the business's own website, as the next three. */
  emails?: string[];
  websitePhones?: string[];
  /** Platform to profile, such as facebook: https://facebook.com/acme. */
  socials?: Record<string, string>;
  /** Each of them, with where it was found. */
  contacts?: Contact[];
}

export interface Point {
  lat: number;
  lng: number;
}

export interface AddressParts {
  borough?: string;
  street?: string;
  city?: string;
  postalCode?: string;
  state?: string;
  /** ISO 3166-1 alpha-2 where Google gives it. */
  country?: string;
}

export interface SpecialHours {
  /** ISO 8601, such as 2026-12-25. */
  date: string;
  hours: string[];
}

export interface FuelPrice {
  /** As Google names it, such as DIESEL or SP95. */
  fuel: string;
  /** For a litre or gallon, as is usual there. */
  price: number;
  /** ISO 4217. */
  currency: string;
  /** When it was last known, ISO 8601. */
  at?: string;
}

/** Another place, as far as an answer about this one has it. */
export interface RelatedPlace {
  /** Digits; a place's `cid`. */
  cid: string;
  name?: string;
  category?: string;
  rating?: number;
  /** How many. */
  reviews?: number;
  location?: Point;
}

export interface Review {
  /** Google's id of the review. */
  id?: string;
  author?: string;
  /** The author's page on Google Maps. */
  authorLink?: string;
  rating?: number;
  /** ISO 8601. */
  at?: string;
  text?: string;
  /** Of the text, BCP 47. */
  language?: string;
  reply?: string;
  images?: string[];
}

/** `unknown`: Google says something of it whose meaning this version does not know. */
export type PlaceStatus = 'open' | 'closedTemporarily' | 'closedPermanently' | 'unknown';

/** Google's levels of prices, the cheapest first. */
export const placePriceLevels = ['free', 'inexpensive', 'moderate', 'expensive', 'veryExpensive'] as const;
export type PriceLevel = (typeof placePriceLevels)[number];

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

/** Something found on a business's own website. */
export interface Contact {
  kind: 'email' | 'phone' | 'social';
  value: string;
  /** URL of the page it was found on. */
  page: string;
  /** What it stood in. Phones found in text alone are a guess. */
  how: 'link' | 'data' | 'text' | 'protected';
  /** Of a phone that is valid: the number as it is dialled from anywhere (ITU-T E.164), such as +302610271234. */
  e164?: string;
  /** Of a social profile, such as facebook. */
  platform?: string;
}

/** Where a field's value comes from: the official API, the public listing, or the business's own website. */
export type Origin = 'api' | 'listing' | 'website';
