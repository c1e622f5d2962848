import { decodeText } from '../../fetch/charset.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Job } from '../../job/schema.ts';
import type { Counts, PageRequest } from '../../model.ts';
import { readContacts } from '../../places/contacts/read-contacts.ts';
import { refusalOf } from '../../places/filter.ts';
import type { OpenSourceFile } from '../types.ts';
import { type CellExpansion, expandCell, firstCellRequests, restartCell } from './cell.ts';
import { cellOf } from './cell-state.ts';
import { type PlaceState, stateOf } from './place-state.ts';
import { namedPlaces, nextStep, withDetails, withPage } from './place-steps.ts';
import { billCounts, type PlacesPlan, planPlaces } from './plan.ts';
import { type Halted, serviceOf } from './service.ts';

/** They are one outcome, which must fit a worker's memory. */
const maxFirstRequests = 20_000;

/** A place as it is known after a step, and what is fetched next for it. */
export interface PlaceStep {
  state: PlaceState;
  next?: PageRequest;
}

/** What a job's places sources make of their requests and answers. */
export interface Places {
  plans: Map<number, PlacesPlan>;
  /** What they begin with. Throws `HaltError` GRID_TOO_LARGE. */
  first(): PageRequest[];
  /** Throws `RetryError` or `DropError`. */
  readCell(request: PageRequest, result: FetchResult): CellExpansion | Halted;
  /** What Google bills for a request that goes well, in millionths of a dollar. */
  priceOf(request: PageRequest): number;
  /** The same as counts of the run. */
  billOf(request: PageRequest): Counts;
  begin(request: PageRequest): PlaceStep;
  /** Throws `RetryError` or `DropError`. */
  readDetails(request: PageRequest, result: FetchResult): PlaceStep | 'gone' | 'refused' | Halted;
  readSite(request: PageRequest, result: FetchResult): PlaceStep;
}

/** Throws `HaltError` JOB_INVALID for an area that is none, `DropError` SOURCE_MISSING for a file that is not there. */
export async function openPlaces(job: Pick<Job, 'sources'>, openFile: OpenSourceFile): Promise<Places> {
  const plans = await planPlaces(job, openFile);
  const planOf = ({ source = -1 }: PageRequest): PlacesPlan => {
    const plan = plans.get(source);
    if (plan === undefined) throw new Error(`source ${source} of the job has no places`);
    return plan;
  };
  const billed = (request: PageRequest) => {
    if (request.kind === 'details') return planOf(request).bill?.details;
    if (request.kind !== 'cell') return undefined;
    const { bill } = planOf(request);
    return cellOf(request).stage === 'count' ? bill?.count : bill?.search;
  };
  const step = (request: PageRequest, state: PlaceState): PlaceStep => {
    const next = nextStep(planOf(request), state);
    return next === undefined ? { state } : { state, next };
  };
  return {
    plans,
    first() {
      const cells = [...plans.values()].flatMap((plan) => firstCellRequests(plan, maxFirstRequests));
      return [...cells, ...[...plans.values()].flatMap(namedPlaces)];
    },
    readCell(request, result) {
      const plan = planOf(request);
      const page = serviceOf(plan).readSearch(result);
      if (!('halt' in page)) return expandCell(plan, request, page, timeOf(result));
      const again = page.halt.startsWith('PLACES_INVALID') ? restartCell(plan, request) : undefined;
      return again === undefined ? page : { next: [again], places: [], counts: {} };
    },
    priceOf: (request) => billed(request)?.microUsd ?? 0,
    billOf: (request) => billCounts(billed(request)),
    begin: (request) => step(request, stateOf(request)),
    readDetails(request, result) {
      const plan = planOf(request);
      const place = serviceOf(plan).readDetails(result);
      if (place === 'gone' || 'halt' in place) return place;
      const state = withDetails(plan, stateOf(request), place, timeOf(result));
      // What a search named was judged there.
      const isNamed = stateOf(request).fetchedAt === '';
      if (isNamed && refusalOf(place, plan.source.filter ?? {}) !== undefined) return 'refused';
      return step(request, state);
    },
    readSite(request, result) {
      const state = stateOf(request);
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
