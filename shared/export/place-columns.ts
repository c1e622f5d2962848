import type { Json } from '../model.ts';
import { weekdays } from '../places/place.ts';
import { cellsOf } from './cells.ts';
import type { ExportRecord } from './records.ts';
import type { Layout, TableColumn } from './table-layout.ts';

/** Stands for the fields that no other entry names. */
const others = '*';

/**
 * Fields of `Place` (`shared/places/place.ts`) as one reads a list of businesses: how to reach them, what
 * they are, links, ids. `a.*` stands for every field of `a`.
 */
const order = [
  ...['name', 'category', 'phone', 'internationalPhone', 'website', 'emails', 'address'],
  ...['street', 'borough', 'city', 'postalCode', 'state', 'country'].map((part) => `addressParts.${part}`),
  ...['rating', 'reviews', 'status', 'location.lat', 'location.lng'],
  ...weekdays.map((day) => `hours.${day}`),
  ...['socials.*', 'websitePhones', 'priceRange', 'categories', 'description', 'openText'],
  ...['reviewsPerRating', 'creditCards', 'canClaim', 'owner.name', 'plusCode', 'timeZone'],
  others,
  ...['link', 'reviewsLink', 'menu', 'reservations', 'orderOnline', 'owner.link', 'thumbnail', 'streetView'],
  ...['fetchedAt', '_item', '_url', 'placeId', 'cid', 'featureId', 'kgmid', 'owner.id', 'types'],
];

/** Each is one cell of JSON, after all others: as columns they would be hundreds. */
const nested = ['about', 'popularTimes', 'images', 'featuredReviews', 'contacts', 'provenance', 'retention'];

const ranks = new Map([...order, ...nested].map((path, index) => [path, index]));

/** What of a path stands above its column: `city`, not `addressParts.city`. */
const shortened = /^(?:addressParts|location|hours|socials)\./;

/** Items of kind `place`: the same columns in the same order, whatever the first place has. */
export const placeLayout: Layout = {
  cells: (record) => cellsOf(withNestedAsText(record)),
  arrange(columns) {
    const sorted = [...columns].sort((a, b) => rankOf(a) - rankOf(b));
    const all = new Set(sorted);
    const taken = new Set<string>();
    return sorted.map((column): TableColumn => {
      const short = column.replace(shortened, '');
      const isFree = short === column || !(all.has(short) || taken.has(short));
      const label = isFree ? short : column;
      taken.add(label);
      return { column, label };
    });
  },
};

function withNestedAsText(record: ExportRecord): ExportRecord {
  const isNested = ([key, value]: [string, Json]) => nested.includes(key) && value !== null;
  const texts = Object.entries(record)
    .filter(isNested)
    .map(([key, value]) => [key, JSON.stringify(value)]);
  return { ...record, ...Object.fromEntries(texts) };
}

function rankOf(column: string): number {
  const family = `${column.split('.')[0]}.*`;
  return ranks.get(column) ?? ranks.get(family) ?? ranks.get(others) ?? order.length;
}
