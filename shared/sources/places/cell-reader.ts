import type { PageRequest } from '../../model.ts';
import type { ItemKey, KindReader, SourceEnv } from '../kind.ts';
import { isFetched } from '../kind-parts.ts';
import { countsOfReading } from './bids.ts';
import { wholeCell } from './cell-state.ts';
import { itemKeyOf } from './place-state.ts';
import { type Places, placesOf } from './places-of.ts';

export const cellReader: KindReader<'cell'> = {
  ...isFetched,
  async read(request, answer, env) {
    const places = placesOf(env);
    const found = places.readCell(request, answer);
    if ('halt' in found) return { is: 'halt', ...found.halt, again: found.again ?? request };
    const { counted } = found;
    if (counted === undefined || !places.wantsNewOnly(request)) return searched(found);
    const { keys } = counted;
    const isKnown = await knownOf(request, keys, env);
    const fresh = counted.ids.filter((_, index) => isKnown[index] !== true);
    const news = places.newPlaces(request, { counted: keys.length, fresh });
    if (news === undefined) return searched(found);
    const counts = {
      ...found.counts,
      ...{ 'known:unread': keys.length - fresh.length, 'cells:by-details': fresh.length },
    };
    return searched({ next: [], places: news, counts, fact: wholeCell(request, keys) });
  },
};

/** Which of the places were given by earlier runs, or left out by the same rule or area: reading them would give nothing new. */
async function knownOf(request: PageRequest<'cell'>, keys: string[], env: SourceEnv): Promise<boolean[]> {
  const { areKnown = async (asked: ItemKey[]) => asked.map(() => false) } = env;
  const areGiven = await areKnown(keys.map(itemKeyOf));
  const ways = keys.map((key, index) => {
    return areGiven[index] === true ? [] : placesOf(env).leftOutKeys(request, key);
  });
  const areLeftOut = await areKnown(ways.flat());
  let at = 0;
  return ways.map((own, index) => {
    const found = areLeftOut.slice(at, at + own.length);
    at += own.length;
    return areGiven[index] === true || found.includes(true);
  });
}

type Found = Exclude<ReturnType<Places['readCell']>, { halt: unknown }>;

function searched({ next, places, counts, fact, leftOut = [] }: Found) {
  const isEmpty = fact?.found === 0 && fact.end === 'whole';
  const facts = {
    end: 'stored' as const,
    links: places.length,
    ...(isEmpty ? { code: 'EMPTY' } : {}),
    ...(fact === undefined ? {} : { cell: fact }),
  };
  const ended = fact === undefined ? {} : { [`cells:${fact.end}`]: 1 };
  return {
    is: 'search' as const,
    fact: facts,
    links: [...next, ...places],
    counts: { ...counts, ...ended, ...countsOfReading(next) },
    leftOut,
  };
}
