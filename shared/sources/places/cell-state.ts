import type { CellFact, PageRequest } from '../../model.ts';
import type { Box } from '../../places/areas/box.ts';
import type { Bid } from '../kind.ts';

/** The progress of a cell's search; the cursor of its request. */
export interface CellState {
  query: string;
  /** Index into the source's areas, and its name. */
  area: number;
  areaName: string;
  box: Box;
  level: number;
  /** `count` asks for ids alone, which is free, to learn whether the cell is full; `read` asks for the fields. */
  stage: 'count' | 'read';
  /** 0 the first. */
  page: number;
  /** The API's, of this page. */
  token?: string;
  /** Keys of the places of earlier pages, in their order. */
  met: string[];
  /** Of a cell that is counted, where the job takes new places alone: ids of the places of earlier pages. */
  ids?: string[];
  /** Keys of the places that were counted, once the cell is read. */
  countedKeys?: string[];
  /** Of a cell that is to be counted, where cells bid for a budget: they wait for one another. */
  isAwaited?: true;
  /** Of a cell that is to be read, where a budget may not pay for all of them: what reading it promises, and costs. */
  bid?: CellBid;
  /** How often its search was restarted, because the service refused the next page. */
  restarts?: number;
  /** Position of the form in which it is asked among those of the service. @default 0 */
  form?: number;
  /** A search has named places in this form, so that the form works. */
  isProven?: true;
  /** A page has named places of earlier pages again: others may be missing. */
  isRepeating?: true;
  /** Some of its results could not be read. */
  hasUnread?: true;
  /** Its search named no place, which may be the answer of a service that refuses to name any. */
  doubt?: Doubt;
}

/** Places for a dollar, a whole number; millionths of a dollar for all of its pages. */
export type CellBid = Pick<Bid, 'perUsd' | 'microUsd'>;

/** What has been asked to learn whether a cell without places is empty. */
export interface Doubt {
  /** The box is asked at 2 to this power of its width and height, around its centre; 0: the cell itself is asked. */
  widened: number;
  /** How often the cell itself has named no place. */
  asked: number;
}

/**
 * The fact of a cell whose search has ended. `met`: keys of its places in the order of the answers; of a cell that was not read to its
 * end, those that its count found.
 */
export function cellFact(
  { query, areaName, box, level, countedKeys = [] }: CellState,
  met: string[],
  end: CellFact['end'],
  code?: string,
): CellFact {
  const isRead = end !== 'failed' && end !== 'skipped';
  const named = isRead || met.length >= countedKeys.length ? met : countedKeys;
  const fact = { query, area: areaName, box, level, found: named.length, end, named };
  return code === undefined ? fact : { ...fact, code };
}

/** The fact of a cell whose places were all counted. */
export function wholeCell(request: PageRequest<'cell'>, named: string[]): CellFact {
  return cellFact(request.cursor, named, 'whole');
}
