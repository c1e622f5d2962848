import type { KindReader } from '../kind.ts';
import { isFetched } from '../kind-parts.ts';
import { wholeCell } from './cell-state.ts';
import { itemKeyOf } from './place-state.ts';
import { type Places, placesOf } from './places-of.ts';

export const cellReader: KindReader<'cell'> = {
  ...isFetched,
  async read(request, answer, env) {
    const places = placesOf(env);
    const found = places.readCell(request, answer);
    if ('halt' in found) return { is: 'halt', ...found.halt };
    const { counted } = found;
    // If earlier runs have given all places of the cell, reading it would be billed and give nothing new.
    const canBeKnown = counted !== undefined && places.wantsNewOnly(request);
    if (canBeKnown && (await env.areKnown?.(counted.map(itemKeyOf))) === true) {
      const fact = wholeCell(request, counted.length);
      return searched({ next: [], places: [], counts: { 'known:unread': counted.length }, fact });
    }
    return searched(found);
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
  const ended = fact === undefined ? {} : { [`cells:${fact.end}`]: 1 };
  return { is: 'search' as const, fact: facts, links: [...next, ...places], counts: { ...counts, ...ended } };
}
