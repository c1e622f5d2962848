import type { Kind } from '../kind.ts';
import { followed, identityInSource, nothingLeft } from '../kind-parts.ts';
import { type CellState, cellFact, wholeCell } from './cell-state.ts';
import { type Places, placesOf, serviceAttempts, serviceManners } from './places-of.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    cell: SourceState<CellState>;
  }
}

/** A page of the search for places in one cell of an area. */
export const cellKind: Kind<'cell'> = {
  touchesHost: true,
  isPage: false,
  countPrefix: 'cell:',
  countsAdmission: false,
  gives: 'others',
  carriesSecrets: true,
  reads: 'any',
  pastEnd: () => undefined,
  minBodyBytes: 0,
  redirects: followed(),
  identity: (request) => identityInSource(request),
  isPlain: () => false,
  manners: serviceManners,
  price: (request, env) => placesOf(env).price(request),
  attempts: serviceAttempts,
  instead: () => [],
  remembered: () => undefined,
  factParts: ({ source }) => ({ source }),
  pageParts: () => ({ kind: 'page' }),
  begin: () => undefined,
  async read(request, answer, env) {
    const places = placesOf(env);
    const found = places.readCell(request, answer);
    if ('halt' in found) return { is: 'halt', ...found.halt };
    const { counted } = found;
    // A cell whose places earlier runs have given, all of them, need not be read, nor paid for.
    if (counted !== undefined && places.wantsNewOnly(request) && (await env.areKnown?.(counted)) === true) {
      const fact = wholeCell(request, counted.length);
      return searched({ next: [], places: [], counts: { 'known:unread': counted.length }, fact });
    }
    return searched(found);
  },
  // A cell that is not searched to its end still counts in the report of what was covered.
  end({ cursor }, { end, code }) {
    if (end === 'stored' || end === 'retry') return nothingLeft();
    const found = Math.max(cursor.met.length, cursor.counted ?? 0);
    const how = end === 'failed' ? 'failed' : 'skipped';
    return { items: [], fact: { cell: cellFact(cursor, found, how, code ?? end) } };
  },
};

type Found = Exclude<ReturnType<Places['readCell']>, { halt: unknown }>;

function searched({ next, places, counts, fact }: Found) {
  const isEmpty = fact?.found === 0 && fact.end === 'whole';
  const facts = {
    end: 'stored' as const,
    links: places.length,
    ...(isEmpty ? { code: 'EMPTY' } : {}),
    ...(fact === undefined ? {} : { cell: fact }),
  };
  return { is: 'search' as const, fact: facts, links: [...next, ...places], counts };
}
