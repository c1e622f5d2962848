import type { CellFact, PageRequest } from '../../model.ts';
import type { Box } from '../../places/areas/box.ts';

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
  /** How many places were counted, once the cell is read. */
  counted?: number;
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

/** What has been asked to learn whether a cell without places is empty. */
export interface Doubt {
  /** The box is asked at 2 to this power of its width and height, around its centre; 0: the cell itself is asked. */
  widened: number;
  /** How often the cell itself has named no place. */
  asked: number;
}

export function cellFact(
  { query, areaName, box, level }: CellState,
  found: number,
  end: CellFact['end'],
  code?: string,
): CellFact {
  return { query, area: areaName, box, level, found, end, ...(code === undefined ? {} : { code }) };
}

/** The fact of a cell whose places were all counted. */
export function wholeCell(request: PageRequest<'cell'>, found: number): CellFact {
  return cellFact(request.cursor, found, 'whole');
}
