import type { Item, Json, PageRequest } from '../../model.ts';
import { mergeContacts } from '../../places/contacts/merge-contacts.ts';
import type { Contact } from '../../places/place.ts';
import { type FieldName, placeFields } from '../../places/place-fields.ts';
import type { ItemKey } from '../kind.ts';

/** The state of a place between its requests; their cursor. */
export interface PlaceState {
  /** Its key among the places of the run, however it was found. */
  key: string;
  placeId: string;
  /** The id by which it was asked for, where the answer has another one: it is obsolete. */
  formerPlaceId?: string;
  featureId?: string;
  /** The fields asked for, as far as known. */
  fields: Partial<Record<FieldName, Json>>;
  /** Where they come from, but for those of `site`. */
  origin: 'api' | 'listing';
  /** ISO 8601; empty while nothing was read. */
  fetchedAt: string;
  /** More of it is to be asked of the service. */
  lacksDetails: boolean;
  /** Its search did not name the number of reviews, for which its own answer is asked. */
  lacksReviews?: true;
  /** A rule of the filter needs that number. */
  isUnjudged?: true;
  /** The fields for which its own answer is asked. */
  details?: FieldName[];
  /** It is given only if no earlier run has given it. */
  isNewOnly?: true;
  /** Of a place that is known by its id alone, with `isNewOnly`: rules of the filter (`ruleTexts`) that may have left it out before. */
  rules?: string[];
  /** Of a place whose cell was only counted: the area that it has to lie in, by its index. */
  area?: number;
  /** Fields to take from the business's own website; none if it is not read. */
  site: FieldName[];
  /** Pages of the website that are to be read yet, and those that were. */
  pages: string[];
  read: string[];
  contacts: Contact[];
  /** Where it is, ISO 3166-1 alpha-2, as far as known. */
  country?: string;
  /** Of a job that takes reviews: how those of this place are asked for. */
  reviews?: ReviewsOfPlace;
}

export interface ReviewsOfPlace {
  featureId: string;
  /** The address of their first page. */
  url: string;
  /** They are read even where an earlier run has given the place. */
  ofKnown?: true;
  /** An answer named a rating of the place, so that it has reviews. */
  isRated?: true;
  /** How many reviews it has, by an answer. */
  count?: number;
}

/** By what later runs know a place. */
export function itemKeyOf(key: string): ItemKey {
  return { scope: 'places', key };
}

/**
 * The current item of a place: its id, the requested fields as far as known, when and where each was
 * read. Undefined while only the job has named the place.
 */
export function placeItem(state: PlaceState): Item | undefined {
  const { placeId, formerPlaceId, fields, site, origin, fetchedAt, contacts } = state;
  if (fetchedAt === '') return undefined;
  const found = Object.entries(mergeContacts(contacts)).filter(([name]) => site.includes(name as FieldName));
  const provenance = {
    [origin]: ['placeId', ...Object.keys(fields)],
    ...(found.length === 0 ? {} : { website: found.map(([name]) => name) }),
  };
  return {
    item: 'place',
    // The URL has only the id, which may be kept for ever.
    url: `https://www.google.com/maps/place/?q=place_id:${placeId}`,
    fields: {
      ...fields,
      placeId,
      ...(formerPlaceId === undefined ? {} : { formerPlaceId }),
      ...(Object.fromEntries(found) as Record<string, Json>),
      fetchedAt,
      provenance,
      ...(origin === 'api' ? { retention: retentionOf(['placeId', ...Object.keys(fields)]) } : {}),
    },
  };
}

/** The fields that Google lets be kept for ever, for 30 days, and those for which it says nothing. */
function retentionOf(names: string[]): Record<string, string[]> {
  const grants = Map.groupBy(names, (name) => placeFields[name as FieldName].api?.cache ?? 'none');
  return Object.fromEntries(grants);
}

/** The page of the website to read in place of one that could not be read. */
export function nextPage(request: PageRequest<'site'>): PageRequest<'site'> | undefined {
  const pages = request.cursor.pages.slice(1);
  const [url] = pages;
  if (url === undefined) return undefined;
  const { via: _, notBefore: _past, ...rest } = request;
  return { ...rest, url, attempt: 0, cursor: { ...request.cursor, pages } };
}
