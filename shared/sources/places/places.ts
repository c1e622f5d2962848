import { HaltError } from '../../errors.ts';
import { decodeText } from '../../fetch/charset/charset.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Job } from '../../job/schema.ts';
import type { Counts, PageRequest } from '../../model.ts';
import { readContacts } from '../../places/contacts/read-contacts.ts';
import { failedRule } from '../../places/filter.ts';
import type { Place } from '../../places/place.ts';
import type { ItemKey, RequestPrice } from '../kind.ts';
import type { Expansion, OpenSourceFile } from '../types.ts';
import { countsToCount, pagesAhead } from './bids.ts';
import { firstCellRequests, restartCell } from './cell-requests.ts';
import { serviceOf } from './choose-service.ts';
import { confirmEmpty, isDoubtful, type ProvenForms } from './confirm-empty.ts';
import { type CellExpansion, expandCell } from './expand-cell.ts';
import { leftOutByArea, leftOutByFilter, leftOutByRule } from './left-out.ts';
import { accountCookieIn } from './listing/account-cookies.ts';
import { expandLinks, expandShortLink, linkRequests } from './place-links.ts';
import type { PlaceState } from './place-state.ts';
import { namedPlaces, newPlaces, nextStep, withDetails, withPage } from './place-steps.ts';
import { billCounts, type PlacesPlan, planPlaces } from './plan.ts';
import type { Halted, SearchPage } from './service.ts';
import { reviewRules } from './unjudged.ts';

/** The first requests are one outcome, which must fit a worker's memory. */
const maxFirstRequests = 20_000;

/** A place as it is known after a step, and what is fetched next for it. */
export interface PlaceStep {
  request: PlaceRequest;
  next?: PlaceRequest;
}

type PlaceRequest = PageRequest<'place' | 'details' | 'site'>;

/** What a job's places sources make of their requests and answers. */
export interface Places {
  plans: Map<number, PlacesPlan>;
  planOf(request: { source: number }): PlacesPlan;
  /** What the source of this index begins with. Throws `HaltError` GRID_TOO_LARGE. */
  first(source: number): Pick<Expansion, 'next' | 'counts'>;
  /** What a list of places names. Throws `DropError` SOURCE_MISSING and SOURCE_CHANGED. */
  expandLinks(request: PageRequest<'placeLinks'>, openFile: OpenSourceFile): Promise<Expansion>;
  /** The place that a short link leads to. Throws `RetryError`. */
  expandShortLink(request: PageRequest<'shortLink'>, result: FetchResult): Expansion;
  /** Throws `RetryError` or `DropError`. */
  readCell(request: PageRequest<'cell'>, result: FetchResult): CellExpansion | Halted;
  /** Where the job takes new places alone: by what earlier runs know a place of the cell that they left out. */
  leftOutKeys(request: PageRequest<'cell'>, key: string): ItemKey[];
  /** Places that earlier runs have given are left out. */
  wantsNewOnly(request: PageRequest<'cell'>): boolean;
  /** The new places of a counted cell, where their own details cost less than reading it. */
  newPlaces(
    request: PageRequest<'cell'>,
    found: { counted: number; fresh: string[] },
  ): PageRequest<'place'>[] | undefined;
  /** What Google bills for a request that goes well. */
  price(request: PageRequest<'cell' | 'details'>): RequestPrice | undefined;
  begin(request: PageRequest<'place'>): PlaceStep;
  /** Throws `RetryError` or `DropError`. */
  readDetails(
    request: PageRequest<'details'>,
    result: FetchResult,
  ): PlaceStep | 'gone' | { refused: ItemKey[] } | Halted;
  readSite(request: PageRequest<'site'>, result: FetchResult): PlaceStep;
}

/** Throws `HaltError` JOB_INVALID for an area that is none or a cookie of an account, `DropError` SOURCE_MISSING for a file that is not there. */
export async function openPlaces(
  job: Pick<Job, 'sources' | 'fetch' | 'limits'>,
  openFile: OpenSourceFile,
): Promise<Places> {
  refuseAccountCookies(job);
  const plans = await planPlaces(job, openFile);
  const proven: ProvenForms = new Map();
  const planOf = ({ source }: { source: number }): PlacesPlan => {
    const plan = plans.get(source);
    if (plan === undefined) throw new Error(`source ${source} of the job has no places`);
    return plan;
  };
  const billed = (request: PageRequest<'cell' | 'details'>) => {
    const { bill } = planOf(request);
    if (request.kind === 'details') return bill?.details;
    return request.cursor.stage === 'count' ? bill?.count : bill?.search;
  };
  const step = (request: PlaceRequest, state: PlaceState): PlaceStep => {
    const next = nextStep(planOf(request), state);
    const updated = { ...request, cursor: state };
    return next === undefined ? { request: updated } : { request: updated, next };
  };
  return {
    plans,
    planOf,
    first(source) {
      const plan = planOf({ source });
      const cells = firstCellRequests(plan, maxFirstRequests);
      return { next: [...cells, ...namedPlaces(plan), ...linkRequests(plan)], counts: countsToCount(cells) };
    },
    expandLinks: (request, open) => expandLinks(planOf(request), request, open),
    expandShortLink: (request, result) => expandShortLink(planOf(request), request, result),
    readCell(request, result) {
      const plan = planOf(request);
      const page = serviceOf(plan).readSearch(result);
      if ('halt' in page) {
        const again = page.halt.code === 'PLACES_INVALID' ? restartCell(plan, request) : undefined;
        return again === undefined ? page : { next: [again], places: [], counts: {} };
      }
      if (page.places.length > 0 && !proven.has(plan.index)) proven.set(plan.index, request.cursor.form ?? 0);
      const counts = countsOfSearch(plan, request, page);
      const made = isDoubtful(plan, request, page)
        ? confirmEmpty(plan, request, page, proven)
        : expandCell(plan, request, page, timeOf(result));
      return 'halt' in made ? made : { ...made, counts: { ...made.counts, ...counts } };
    },
    leftOutKeys(request, key) {
      const plan = planOf(request);
      const area = plan.areas[request.cursor.area];
      const byArea = area === undefined || plan.isExact ? [] : [leftOutByArea(key, area)];
      return [...leftOutByFilter(key, plan.source.filter ?? {}), ...byArea];
    },
    wantsNewOnly: (request) => planOf(request).source.onlyNew,
    newPlaces: (request, found) => newPlaces(planOf(request), request.cursor.area, found),
    price(request) {
      const bill = billed(request);
      if (bill === undefined) return undefined;
      const ahead = request.kind === 'cell' ? pagesAhead(request) : 0;
      return { microUsd: bill.microUsd, counts: billCounts(bill), ahead };
    },
    begin: (request) => step(request, request.cursor),
    readDetails(request, result) {
      const plan = planOf(request);
      const place = serviceOf(plan).readDetails(result);
      if (place === 'gone' || 'halt' in place) return place;
      const state = withDetails(plan, request.cursor, place, timeOf(result));
      return refusedByDetails(plan, request.cursor, place) ?? step(request, state);
    },
    readSite(request, result) {
      const state = request.cursor;
      const contentType = result.headers['content-type'] ?? '';
      const isPage = /html|^$/i.test(contentType);
      const page = new URL(request.url);
      const [home] = state.read;
      const site = home === undefined ? page : new URL(home);
      const found = isPage
        ? readContacts(decodeText(result.body, contentType).text, {
            page,
            site,
            ...(state.country === undefined ? {} : { country: state.country }),
          })
        : { contacts: [], pages: [] };
      return step(request, withPage(state, request.url, found));
    },
  };
}

/** The listing is read by nobody in particular: what it shows to the owner of an account is not public. */
function refuseAccountCookies({ sources, fetch }: Pick<Job, 'sources' | 'fetch'>): void {
  if (!sources.some(({ places }) => places?.source === 'google-maps')) return;
  const cookies = Object.entries(fetch.headers).filter(([name]) => name.toLowerCase() === 'cookie');
  const refused = cookies.map(([, value]) => accountCookieIn(value)).find((name) => name !== undefined);
  if (refused === undefined) return;
  const message = `fetch.headers.cookie has ${refused}, the cookie of a signed-in Google account; the listing is read without one. Leave only the cookie of your consent (SOCS)`;
  throw new HaltError('JOB_INVALID', message);
}

/** What a search found was filtered by what it said; the rest is judged by the place's own answer. */
function refusedByDetails(
  plan: PlacesPlan,
  { key, fetchedAt, isUnjudged, area: index = -1 }: PlaceState,
  place: Place,
): { refused: ItemKey[] } | undefined {
  const { filter = {}, onlyNew } = plan.source;
  const refuse = (keys: ItemKey[]) => ({ refused: onlyNew ? keys : [] });
  const area = plan.areas[index];
  if (area !== undefined && place.location !== undefined && !area.contains(place.location))
    return refuse([leftOutByArea(key, area)]);
  const rules = fetchedAt === '' ? filter : isUnjudged === true ? reviewRules(filter) : {};
  const rule = failedRule(place, rules);
  return rule === undefined ? undefined : refuse(leftOutByRule(key, rule, filter));
}

/** Answers that named places, by the form in which they were asked. */
function countsOfSearch(plan: PlacesPlan, { cursor }: PageRequest<'cell'>, page: SearchPage): Counts {
  if (page.places.length === 0) return {};
  const form = serviceOf(plan).forms[cursor.form ?? 0];
  return { 'cells:named': 1, ...(form === undefined ? {} : { [`cells:form:${form}`]: 1 }) };
}

function timeOf({ startedAt }: FetchResult): string {
  return new Date(startedAt).toISOString();
}
