import { DropError, isBusyStatus, RetryError } from '../../../errors.ts';
import type { FetchResult } from '../../../fetch/types.ts';
import { centreOf, radiusM } from '../../../places/areas/box.ts';
import type { PlacesPlan } from '../plan.ts';
import type { Halted, PlaceService } from '../service.ts';
import { idsMask, maskFor } from './field-mask.ts';
import { readDetails, readSearch } from './read-answer.ts';
import type { Failure } from './read-failure.ts';
import { searchFilters } from './search-filters.ts';
import { details, nearbySearch, textSearch } from './search-request.ts';

/** Pages of a text search, each of 20 places; a nearby search has one. */
const maxPages = 3;
const pageSize = 20;

/** The last page of a full cell may have fewer than 20 rows, without repeated and withheld places. A needless split is free. */
const fullTextPage = 15;

export const defaultEndpoint = 'https://places.googleapis.com';

/** The official Places API (New). */
export const apiService: PlaceService = {
  origin: 'api',
  forms: [],
  // An answer without `places` is the documented form of no places.
  isEmptyCertain: true,
  search(plan, cell) {
    const { source, asked } = plan;
    const { query } = cell;
    const terms = { ...termsOf(plan), mask: maskFor(source.search, asked) };
    if (source.search === 'nearby') {
      const circle = { ...centreOf(cell.box), radiusM: radiusM(cell.box) };
      return nearbySearch({ ...terms, circle, includedTypes: [query] });
    }
    const mask = cell.stage === 'count' ? idsMask : terms.mask;
    const page = cell.token === undefined ? {} : { pageToken: cell.token };
    const filters = searchFilters(source);
    return textSearch({ ...terms, mask, query, box: cell.box, filters, ...page });
  },
  readSearch(result) {
    const read = readSearch(result);
    if (read.state !== 'places') return faultOf(read, result);
    const { places, nextPageToken: token } = read;
    if (places.length === 0 && token !== undefined) {
      throw new DropError('SHAPE_CHANGED', 'a page without places says that there are more');
    }
    return { places, rows: places.length, unread: 0, ...(token === undefined ? {} : { token }) };
  },
  nextPage: ({ token }, { page }, added) =>
    token === undefined || added === 0 || page + 1 === maxPages ? undefined : { token },
  isFull({ source }, { rows, token }, { page }) {
    if (source.search === 'nearby') return rows >= pageSize;
    return token !== undefined || (page + 1 === maxPages && rows >= fullTextPage);
  },
  details: (plan, { placeId }) =>
    details({ ...termsOf(plan), mask: maskFor('details', plan.asked), placeId }),
  readDetails(result) {
    const read = readDetails(result);
    if (read.state === 'gone') return 'gone';
    return read.state === 'place' ? read.place : faultOf(read, result);
  },
};

function termsOf({ source }: PlacesPlan) {
  const { endpoint = defaultEndpoint, key = '', language, region } = source;
  return { endpoint, key, language, ...(region === undefined ? {} : { region }) };
}

/** Throws `RetryError` for temporary failures, and `DropError` for those of this request alone. */
export function faultOf(read: Failure, { url, status, startedAt, ms }: FetchResult): Halted {
  const { host } = new URL(url);
  switch (read.state) {
    case 'quotaMinute':
      throw new RetryError('HTTP_429', `${host}: the quota of this minute is used up`, {
        retryAt: startedAt + ms + read.retryAfterMs,
      });
    case 'busy':
      throw new RetryError(`HTTP_${isBusyStatus(status) ? status : 503}`, `${host}: ${read.message}`);
    case 'changed':
      throw new DropError('SHAPE_CHANGED', read.message);
    case 'quotaDay':
      return { halt: { code: 'PLACES_QUOTA', message: read.message } };
    case 'denied':
      return { halt: { code: 'PLACES_DENIED', message: `${read.message} (${read.code})` } };
    case 'invalid':
      return { halt: { code: 'PLACES_INVALID', message: read.message } };
    default:
      return read satisfies never;
  }
}
