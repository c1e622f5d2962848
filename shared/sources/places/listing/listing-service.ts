import { DropError, isBusyStatus, RetryError } from '../../../errors.ts';
import type { FetchResult } from '../../../fetch/types.ts';
import { centreOf, containsPoint, heightM, widthM } from '../../../places/areas/box.ts';
import type { Place } from '../../../places/place.ts';
import type { CellState } from '../cell-state.ts';
import type { PlacesPlan } from '../plan.ts';
import type { Halted, PlaceService } from '../service.ts';
import { type Changed, readPlaceAnswer, readSearch } from './read-answer.ts';
import type { ListingAnswer, ListingRefusal } from './refusal.ts';
import { placeUrl, searchUrl } from './search-request.ts';

const pageSize = 20;

/** A query and viewport name about 120 places: six pages. */
const maxPages = 6;

/** With so many rows, the service has probably left some out: it cuts its results at about 120. */
const fullRows = 100;

/** Widens the viewport, so that places on the edge of a cell are inside whatever earth model the service uses. */
const viewMargin = 1.02;

const defaultEndpoint = 'https://www.google.com';

/** The public listing of Google Maps. */
export const listingService: PlaceService = {
  origin: 'listing',
  search(plan, { query, box, page }) {
    const spanM = viewMargin * Math.max(widthM(box), heightM(box));
    const view = { query, centre: centreOf(box), spanM };
    return { url: searchUrl({ ...termsOf(plan), ...view, pageSize, offset: page * pageSize }) };
  },
  readSearch(result) {
    const read = readSearch(answerOf(result));
    if (read.state === 'empty') return { places: [], rows: 0 };
    return read.state === 'places' ? read : faultOf(read);
  },
  nextPage: ({ rows }, { page }, added) =>
    rows >= pageSize && added > 0 && page + 1 < maxPages ? {} : undefined,
  // After the viewport's places the listing continues with those around it: a page with none inside is the last.
  isFull: (_plan, { places, rows }, cell) =>
    cell.page * pageSize + rows >= fullRows && hasPlaceInside(cell, places),
  details: (plan, { featureId = '' }) => ({ url: placeUrl({ ...termsOf(plan), featureId }) }),
  readDetails(result) {
    const read = readPlaceAnswer(answerOf(result));
    return read.state === 'place' ? read.place : faultOf(read);
  },
};

function termsOf({ source }: PlacesPlan) {
  const { endpoint = defaultEndpoint, language, region } = source;
  return { endpoint, language, ...(region === undefined ? {} : { region }) };
}

function answerOf({ status, headers, url, redirect, body }: FetchResult): ListingAnswer {
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

function faultOf(read: ListingRefusal | Changed): Halted {
  if (read.state === 'changed') throw new DropError('SHAPE_CHANGED', read.message);
  const code = read.state === 'blocked' ? 'BLOCKED' : 'GATED_STUB';
  return { halt: { code, message: read.message } };
}

/** A place without a location counts as inside. */
function hasPlaceInside({ box }: CellState, places: Place[]): boolean {
  return places.some(({ location }) => location === undefined || containsPoint(box, location));
}
