import type { Summary } from './summary.ts';

/** Doubts about the paging of an API. */
const doubts = new Set(['REST_INVALID', 'REST_CYCLE', 'REST_EMPTY']);

/**
 * That the list of an API was not read to its end, or may not have been, so that a run with items is incomplete;
 * `undefined` for a run without such a list.
 */
export function listCutShort({ state, isOver, listsCut, sourceFailures }: Summary): string | undefined {
  if (state !== 'finished' || !isOver) return undefined;
  if (listsCut > 0) return 'an API was not read to its end: a page of it was not read, for the reasons above';
  const isDoubtful = sourceFailures.some(({ code }) => doubts.has(code));
  return isDoubtful ? 'an API was perhaps not read to its end, for the reasons above' : undefined;
}
