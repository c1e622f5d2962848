import type { Json } from '../../model.ts';
import { weekdays } from '../../places/place.ts';
import { formatNoun } from '../../text/format.ts';
import type { SourceItems } from '../reports.ts';
import { type FieldOrigins, withoutExpired } from './retention.ts';

declare module '../reports.ts' {
  interface ItemMarks {
    hasPlaces: boolean;
  }
  interface ItemRemarks {
    /** Places that were read from Google's API. */
    apiPlaces: number;
    /** Places that lost fields because they may be kept no longer. */
    expiredPlaces: number;
  }
}

/** The layout of places in tables, and how long their fields may be kept. */
export const placeItems: SourceItems = {
  item: 'place',
  mark: 'hasPlaces',
  columns: {
    // Ordered by use: contact details, description, links, ids.
    order: [
      ...['name', 'category', 'phone', 'internationalPhone', 'website', 'emails', 'address'],
      ...['street', 'borough', 'city', 'postalCode', 'state', 'country'].map(
        (part) => `addressParts.${part}`,
      ),
      ...['rating', 'reviews', 'status', 'location.lat', 'location.lng'],
      ...weekdays.map((day) => `hours.${day}`),
      ...[
        'socials.*',
        'websitePhones',
        'priceRange',
        'priceLevel',
        'categories',
        'description',
        'openText',
        'openNow',
      ],
      ...[
        'reviewsPerRating',
        'photoCount',
        'creditCards',
        'canClaim',
        'owner.name',
        'plusCode',
        'timeZone',
        'serviceAreaOnly',
      ],
      ...['inputId', 'query', 'area', 'rank'],
      '*',
      ...['link', 'reviewsLink', 'menu', 'reservations', 'orderOnline', 'owner.link'],
      ...['thumbnail', 'streetView'],
      ...[
        'fetchedAt',
        '_item',
        '_url',
        'placeId',
        'formerPlaceId',
        'cid',
        'featureId',
        'kgmid',
        'owner.id',
        'types',
      ],
    ],
    nested: [
      ...[
        'specialHours',
        'fuelPrices',
        'about',
        'popularTimes',
        'images',
        'featuredReviews',
        'reviewKeywords',
        'peopleAlsoSearch',
        'contacts',
      ],
      ...['reviewsRead', 'cell', 'mentions', 'inputs', 'provenance', 'retention'],
    ],
    // The header of `addressParts.city` is `city`.
    shortened: /^(?:addressParts|location|hours|socials)\./,
  },
  gather: async (job) => (await import('./mentions.ts')).gatherMentions(job),
  keep(record, now) {
    const { provenance, fetchedAt } = record;
    if (!isObject(provenance)) return { record, remarks: [] };
    const api = namesIn(provenance['api']);
    const gathered = {
      provenance: { api },
      fetchedAt: typeof fetchedAt === 'string' ? fetchedAt : '',
    } satisfies FieldOrigins;
    const { fields, removed } = withoutExpired(record, gathered, now);
    return {
      record: fields,
      remarks: [
        ...(api.length > 0 ? (['apiPlaces'] as const) : []),
        ...(removed.length > 0 ? (['expiredPlaces'] as const) : []),
      ],
    };
  },
  remarks: {
    apiPlaces: () =>
      'Google’s terms for what its API gave: place ids may be kept for ever, locations for 30 days; nothing grants keeping the rest',
    expiredPlaces: (count) =>
      `${formatNoun(count, 'place')} lost fields that may be kept no longer; a new run reads them again`,
  },
};

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}
