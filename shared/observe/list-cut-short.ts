import type { Summary } from './summary.ts';

/** Pages of an API that say nothing of the pages after them, or may not. */
const codes = new Set(['REST_INVALID', 'REST_CYCLE', 'REST_EMPTY']);

/**
 * That the list of an API was not read to its end, or may not have been, so that a run with items is no whole
 * result; `undefined` of a run without.
 */
export function listCutShort({ state, isOver, failures, sourceFailures }: Summary): string | undefined {
  if (state !== 'finished' || !isOver) return undefined;
  const cut = [...failures, ...sourceFailures].filter(({ code }) => codes.has(code));
  if (cut.length === 0) return undefined;
  return `an API was perhaps not read to its end: ${cut.map(({ code }) => code).join(', ')}, as said above`;
}
