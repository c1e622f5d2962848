import type { Place, PlaceStatus, PriceLevel } from './place.ts';
import type { FieldName } from './place-fields.ts';

/** Which places are wanted. A rule that is absent refuses nothing. */
export interface PlaceFilter {
  minReviews?: number | undefined;
  maxReviews?: number | undefined;
  minRating?: number | undefined;
  hasWebsite?: boolean | undefined;
  hasPhone?: boolean | undefined;
  categories?: readonly string[] | undefined;
  status?: readonly PlaceStatus[] | undefined;
  openNow?: true | undefined;
  priceLevels?: readonly PriceLevel[] | undefined;
  /** One of Google's types, such as dentist. */
  includedType?: string | undefined;
}

export type FilterRule = keyof PlaceFilter;

/** The rule that a place fails, or the missing field without which the rule cannot be applied. */
export type FilterRefusal =
  | FilterRule
  | 'unknown:reviews'
  | 'unknown:rating'
  | 'unknown:categories'
  | 'unknown:status'
  | 'unknown:openNow'
  | 'unknown:priceLevel'
  | 'unknown:types';

interface Rule {
  /** The fields on which it depends. */
  fields: readonly FieldName[];
  refuse(place: Place, filter: PlaceFilter): FilterRefusal | false | undefined;
}

/**
 * An unknown value fails a rule that requires something. Rules that exclude (maxReviews, hasWebsite: false, hasPhone:
 * false) let it pass: a place without reviews has no count, and one without a website has no address of one. So does a
 * status of `open` where Google says nothing: a closed place is marked as closed, but the listing does not mark a business
 * without hours as open. A mark that cannot be read may mean closed.
 */
const rules: Record<FilterRule, Rule> = {
  minReviews: {
    fields: ['reviews'],
    refuse: ({ reviews }, { minReviews }) =>
      minReviews !== undefined &&
      (reviews === undefined ? 'unknown:reviews' : reviews < minReviews && 'minReviews'),
  },
  maxReviews: {
    fields: ['reviews'],
    refuse: ({ reviews = 0 }, { maxReviews = Infinity }) => reviews > maxReviews && 'maxReviews',
  },
  minRating: {
    fields: ['rating'],
    refuse: ({ rating }, { minRating }) =>
      minRating !== undefined &&
      (rating === undefined ? 'unknown:rating' : rating < minRating && 'minRating'),
  },
  hasWebsite: {
    fields: ['website'],
    refuse: ({ website }, { hasWebsite }) =>
      hasWebsite !== undefined && (website !== undefined) !== hasWebsite && 'hasWebsite',
  },
  hasPhone: {
    fields: ['phone', 'internationalPhone'],
    refuse: ({ phone, internationalPhone }, { hasPhone }) =>
      hasPhone !== undefined && ((phone ?? internationalPhone) !== undefined) !== hasPhone && 'hasPhone',
  },
  categories: {
    fields: ['category', 'categories', 'types'],
    refuse: (place, { categories }) => categories !== undefined && refusalOfCategories(place, categories),
  },
  status: {
    fields: ['status'],
    refuse: ({ status }, { status: wanted }) =>
      wanted !== undefined &&
      (status === undefined
        ? !wanted.includes('open') && 'unknown:status'
        : !wanted.includes(status) && 'status'),
  },
  openNow: {
    fields: ['openNow'],
    refuse: ({ openNow }, { openNow: wanted }) =>
      wanted !== undefined && (openNow === undefined ? 'unknown:openNow' : !openNow && 'openNow'),
  },
  priceLevels: {
    fields: ['priceLevel'],
    refuse: ({ priceLevel }, { priceLevels }) =>
      priceLevels !== undefined &&
      (priceLevel === undefined ? 'unknown:priceLevel' : !priceLevels.includes(priceLevel) && 'priceLevels'),
  },
  includedType: {
    fields: ['types'],
    refuse: ({ types }, { includedType }) =>
      includedType !== undefined &&
      (types === undefined ? 'unknown:types' : !types.includes(includedType) && 'includedType'),
  },
};

/** The first rule that the place fails, in the order of `PlaceFilter`; none when it passes. */
export function refusalOf(place: Place, filter: PlaceFilter): FilterRefusal | undefined {
  const rule = failedRule(place, filter);
  return rule === undefined ? undefined : rules[rule].refuse(place, filter) || undefined;
}

/** The rule that `refusalOf` names, also where the place lacks its field. */
export function failedRule(place: Place, filter: PlaceFilter): FilterRule | undefined {
  return usedRules(filter).find((rule) => rules[rule].refuse(place, filter));
}

/** The rules that a filter has. */
export function usedRules(filter: PlaceFilter): FilterRule[] {
  return (Object.keys(rules) as FilterRule[]).filter((rule) => filter[rule] !== undefined);
}

/** Fields that the filter depends on, to be requested whether or not the job takes them. Each once. */
export function fieldsNeededBy(filter: PlaceFilter): FieldName[] {
  return [...new Set(usedRules(filter).flatMap((rule) => rules[rule].fields))];
}

function refusalOfCategories(place: Place, wanted: readonly string[]): FilterRefusal | undefined {
  const ofPlace = [place.category ?? [], place.categories ?? [], place.types ?? []].flat().map(fold);
  if (ofPlace.length === 0) return 'unknown:categories';
  return wanted.map(fold).some((category) => ofPlace.includes(category)) ? undefined : 'categories';
}

function fold(category: string): string {
  return category.trim().normalize('NFC').toLowerCase();
}
