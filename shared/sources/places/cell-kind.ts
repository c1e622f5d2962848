import type { Kind } from '../kind.ts';
import { nothingLeft } from '../kind-parts.ts';
import { bidOf, countsOfFirstRead, countsToCount } from './bids.ts';
import { type CellState, cellFact } from './cell-state.ts';
import { asksService, placesOf, serviceAttempts } from './places-of.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    cell: SourceState<CellState>;
  }
}

/** A page of the search for places in one cell of an area. */
export const cellKind: Kind<'cell'> = {
  ...asksService,
  isPage: false,
  countPrefix: 'cell:',
  countsAdmission: false,
  gives: 'others',
  lists: 'nothing',
  isPlain: () => false,
  price: (request, env) => placesOf(env).price(request),
  bid: (request) => bidOf(request),
  attempts: serviceAttempts,
  remembered: () => [],
  factParts: ({ source }) => ({ source }),
  pageParts: () => ({}),
  // A cell whose search failed still has a fact, so that the coverage report counts its area as not covered.
  end(request, { end, code }) {
    const { cursor } = request;
    const begun = { counts: countsOfFirstRead(request) };
    if (end === 'stored' || end === 'retry') return { ...nothingLeft(), ...begun };
    const how = end === 'failed' ? 'failed' : 'skipped';
    const counts = { ...begun.counts, ...countsToCount([], cursor) };
    return { items: [], counts, fact: { cell: cellFact(cursor, cursor.met, how, code ?? end) } };
  },
};
