import type { Reason } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import type { Place } from '../../places/place.ts';
import type { CellState } from './cell-state.ts';
import type { PlacesPlan } from './plan.ts';

/** The differences between the two services; everything else about cells and places is shared. */
export interface PlaceService {
  /** Where the fields of its answers come from. */
  origin: 'api' | 'listing';
  /** Names of the forms of a search's request, tried in turn until one names a place; the first is the usual one. */
  forms: readonly string[];
  /** An answer that names no place shows that there is none. Else it may be a refusal, and is to be confirmed. */
  isEmptyCertain: boolean;
  /** The request of one page of a cell. */
  search(plan: PlacesPlan, cell: CellState): Wire;
  /** Throws `RetryError` and `DropError` for what may pass or ends this request alone. */
  readSearch(result: FetchResult): SearchPage | Halted;
  /** What the page after this one is asked with; none when this is the last. `added`: places that no earlier page had. */
  nextPage(page: SearchPage, cell: CellState, added: number): { token?: string } | undefined;
  /** May there be more places in the cell than the service has named? This is the last of its pages. */
  isFull(plan: PlacesPlan, page: SearchPage, cell: CellState): boolean;
  details(plan: PlacesPlan, ids: PlaceReference): Wire;
  /** `gone`: there is no such place any more. Throws like `readSearch`. */
  readDetails(result: FetchResult): Place | 'gone' | Halted;
}

export type Wire = Pick<PageRequest, 'url' | 'method' | 'headers' | 'body'>;

export type PlaceReference = Pick<Place, 'placeId' | 'featureId'>;

/** A page of a search. */
export interface SearchPage {
  places: Place[];
  /** Results, those included that are no other place than one before. */
  rows: number;
  /** Results that are no readable place: each may be one that is missing. */
  unread: number;
  /** Of the next page. */
  token?: string;
  /** Why no place could be read, where the answer does not say that there is none. Another form may be answered otherwise. */
  fault?: PageFault;
}

export type PageFault = { is: 'halt' | 'drop' } & Reason;

/** The service refuses all requests for now. */
export interface Halted {
  /** For whoever has to look. */
  halt: Reason;
  /** What is asked once the run is resumed. @default the same request */
  again?: PageRequest<'cell'>;
}
