import { decodeText } from '../../fetch/charset/charset.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Job } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import { readContacts } from '../../places/contacts/read-contacts.ts';
import { refusalOf } from '../../places/filter.ts';
import type { RequestPrice } from '../kind.ts';
import type { OpenSourceFile } from '../types.ts';
import { type CellExpansion, expandCell, firstCellRequests, restartCell } from './cell.ts';
import { serviceOf } from './choose-service.ts';
import type { PlaceState } from './place-state.ts';
import { namedPlaces, nextStep, withDetails, withPage } from './place-steps.ts';
import { billCounts, type PlacesPlan, planPlaces } from './plan.ts';
import type { Halted } from './service.ts';

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
  first(source: number): PageRequest[];
  /** Throws `RetryError` or `DropError`. */
  readCell(request: PageRequest<'cell'>, result: FetchResult): CellExpansion | Halted;
  /** Places that earlier runs have given are left out. */
  wantsNewOnly(request: PageRequest<'cell'>): boolean;
  /** What Google bills for a request that goes well. */
  price(request: PageRequest<'cell' | 'details'>): RequestPrice | undefined;
  begin(request: PageRequest<'place'>): PlaceStep;
  /** Throws `RetryError` or `DropError`. */
  readDetails(request: PageRequest<'details'>, result: FetchResult): PlaceStep | 'gone' | 'refused' | Halted;
  readSite(request: PageRequest<'site'>, result: FetchResult): PlaceStep;
}

/** Throws `HaltError` JOB_INVALID for an area that is none, `DropError` SOURCE_MISSING for a file that is not there. */
export async function openPlaces(job: Pick<Job, 'sources'>, openFile: OpenSourceFile): Promise<Places> {
  const plans = await planPlaces(job, openFile);
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
      return [...firstCellRequests(plan, maxFirstRequests), ...namedPlaces(plan)];
    },
    readCell(request, result) {
      const plan = planOf(request);
      const page = serviceOf(plan).readSearch(result);
      if (!('halt' in page)) return expandCell(plan, request, page, timeOf(result));
      const again = page.halt.code === 'PLACES_INVALID' ? restartCell(plan, request) : undefined;
      return again === undefined ? page : { next: [again], places: [], counts: {} };
    },
    wantsNewOnly: (request) => planOf(request).source.onlyNew,
    price(request) {
      const bill = billed(request);
      return bill === undefined ? undefined : { microUsd: bill.microUsd, counts: billCounts(bill) };
    },
    begin: (request) => step(request, request.cursor),
    readDetails(request, result) {
      const plan = planOf(request);
      const place = serviceOf(plan).readDetails(result);
      if (place === 'gone' || 'halt' in place) return place;
      const state = withDetails(plan, request.cursor, place, timeOf(result));
      // The filter was applied to places of a search when the search was read.
      const isNamed = request.cursor.fetchedAt === '';
      if (isNamed && refusalOf(place, plan.source.filter ?? {}) !== undefined) return 'refused';
      return step(request, state);
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

function timeOf({ startedAt }: FetchResult): string {
  return new Date(startedAt).toISOString();
}
