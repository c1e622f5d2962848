import { DropError, isBusyStatus, type Reason, RetryError } from '../../../errors.ts';
import type { FetchResult } from '../../../fetch/types.ts';
import { centreOf, containsPoint, heightM, widthM } from '../../../places/areas/box.ts';
import type { Place } from '../../../places/place.ts';
import type { CellState } from '../cell-state.ts';
import type { PlaceService, SearchPage } from '../service.ts';
import { readPlaceAnswer, readSearch } from './read-answer.ts';
import type { ListingAnswer, ListingRefusal } from './refusal.ts';
import { placeUrl, searchForms, searchUrl } from './search-request.ts';
import { termsOf } from './terms.ts';

const pageSize = 20;

/** A query and viewport name about 120 places: six pages. */
const maxPages = 6;

/** With so many rows, the service has probably left some out: it cuts its results at about 120. */
const fullRows = 100;

/** Widens the viewport, so that places on the edge of a cell are inside whatever earth model the service uses. */
const viewMargin = 1.02;

const nothing: SearchPage = { places: [], rows: 0, unread: 0 };

/** The public listing of Google Maps. */
export const listingService: PlaceService = {
  origin: 'listing',
  forms: searchForms,
  // A list without rows is what it sends to requests that it does not want, too.
  isEmptyCertain: false,
  search(plan, { query, box, page, form = 0, doubt }) {
    const spanM = viewMargin * Math.max(widthM(box), heightM(box)) * 2 ** (doubt?.widened ?? 0);
    const view = { query, centre: centreOf(box), spanM, form: searchForms[form] ?? 'results' };
    return { url: searchUrl({ ...termsOf(plan), ...view, pageSize, offset: page * pageSize }) };
  },
  readSearch(result) {
    const read = readSearch(answerOf(result));
    switch (read.state) {
      case 'places':
        return read;
      case 'empty':
        return nothing;
      // Another form of the request may be answered with places.
      case 'changed':
        return { ...nothing, fault: { is: 'drop', code: 'SHAPE_CHANGED', message: read.message } };
      case 'stub':
        return { ...nothing, fault: { is: 'halt', ...reasonOf(read) } };
      case 'blocked':
      case 'consent':
      case 'gated':
        return { halt: reasonOf(read) };
      default:
        return read satisfies never;
    }
  },
  nextPage: ({ rows }, { page }, added) =>
    rows >= pageSize && added > 0 && page + 1 < maxPages ? {} : undefined,
  // After the viewport's places the listing continues with those around it: a page with none inside is the last. A list
  // that ends where a page does may have been cut there.
  isFull: (_plan, { places, rows }, cell) =>
    (cell.page > 0 && rows === 0) ||
    (cell.page * pageSize + rows >= fullRows && hasPlaceInside(cell, places)),
  details: (plan, { featureId = '' }) => ({ url: placeUrl({ ...termsOf(plan), featureId }) }),
  readDetails(result) {
    const read = readPlaceAnswer(answerOf(result));
    if (read.state === 'place') return read.place;
    if (read.state === 'changed') throw new DropError('SHAPE_CHANGED', read.message);
    return { halt: reasonOf(read) };
  },
};

/** Throws `RetryError` for what may pass. */
export function answerOf({ status, headers, url, redirect, body }: FetchResult): ListingAnswer {
  if (status !== 429 && isBusyStatus(status)) {
    throw new RetryError(`HTTP_${status}`, `${new URL(url).host} answered ${status}`);
  }
  const contentType = headers['content-type'];
  return {
    status,
    url,
    body,
    ...(contentType === undefined ? {} : { contentType }),
    ...(redirect === undefined ? {} : { redirect }),
  };
}

const codes = {
  blocked: 'BLOCKED',
  consent: 'CONSENT_NEEDED',
  gated: 'GATED_STUB',
  stub: 'GATED_STUB',
} as const;

export function reasonOf({ state, message }: ListingRefusal): Reason {
  return { code: codes[state], message };
}

/** A place without a location counts as inside. */
function hasPlaceInside({ box }: CellState, places: Place[]): boolean {
  return places.some(({ location }) => location === undefined || containsPoint(box, location));
}
