import { HaltError } from '../../errors.ts';
import { makeFetcher } from '../../fetch/client.ts';
import type { Fetcher } from '../../fetch/types.ts';
import { defaultUserAgent } from '../../job/schema.ts';
import { makeBoundaryFinder } from '../../places/boundaries/find-boundary.ts';
import { readBoundaries } from '../../places/boundaries/read-boundaries.ts';
import { defaultPrices } from '../../places/skus.ts';
import type { AreaQuestion, LocateAreas, LocatedArea } from '../ahead-parts.ts';
import { defaultEndpoint } from './api/api-service.ts';
import { idsMask } from './api/field-mask.ts';
import { readArea, readSearch } from './api/read-answer.ts';
import type { Failure } from './api/read-failure.ts';
import { type ApiRequest, areaSearch, details } from './api/search-request.ts';

/** Of Place Details Essentials. `displayName` would cost three times as much. */
const areaMask = 'id,formattedAddress,types,viewport';

/** Of Google's table of types those that are areas; a business has none of them. */
const areaType =
  /^(political|country|continent|archipelago|locality|neighborhood|colloquial_area|natural_feature|school_district|(administrative_area|sublocality|postal)_?\w*)$/;

const limits = {
  ...{ connectTimeoutMs: 10_000, headersTimeoutMs: 20_000, bodyTimeoutMs: 20_000, timeoutMs: 30_000 },
  maxBodyBytes: 1_000_000,
};

/**
 * Asks the Places API (New) where areas lie: a search for the id, which is free, and the details of that place; nothing of a
 * name whose boundary comes with the product. Throws `HaltError` PLACES_DENIED, PLACES_QUOTA or PLACES_INVALID, and what a
 * fetch throws.
 */
export const locateAreas: LocateAreas = async (names, question) => {
  const fetcher = makeFetcher({
    ...limits,
    network: question.endpoint === undefined ? 'public' : 'allowPrivate',
    userAgent: defaultUserAgent,
    headersFor: () => ({}),
  });
  try {
    const areas: LocatedArea[] = [];
    const { find } = makeBoundaryFinder(readBoundaries());
    for (const query of names) {
      const known = find(query);
      const named = { query, state: 'named' } as const;
      areas.push(
        known.is === 'found' ? { ...named, name: known.found.name } : await locate(fetcher, question, query),
      );
    }
    const priced = areas.filter(({ state }) => state === 'area' || state === 'business').length;
    return { areas, priced, usdPerThousand: defaultPrices.detailsEssentials };
  } finally {
    await fetcher.close();
  }
};

async function locate(fetcher: Fetcher, question: AreaQuestion, query: string): Promise<LocatedArea> {
  const { endpoint = defaultEndpoint, key, language, region } = question;
  const asked = { endpoint, key, language, region };
  const ask = (request: ApiRequest) => fetcher.fetch(request, { readsErrors: true });
  const found = readSearch(await ask(areaSearch({ ...asked, mask: idsMask, query })));
  if (found.state !== 'places') throw haltOf(found);
  const [placeId] = found.places.map((place) => place.placeId);
  if (placeId === undefined) return { query, state: 'unknown' };
  const read = readArea(await ask(details({ ...asked, mask: areaMask, placeId })));
  if (read.state === 'gone') return { query, state: 'unknown' };
  if (read.state !== 'area') throw haltOf(read);
  const { address: name, types, viewport } = read.area;
  const state = types.some((type) => areaType.test(type)) ? 'area' : 'business';
  return { query, state, name, types, placeId, box: rounded(viewport) };
}

/** To 10 m, outwards. */
function rounded({ west, south, east, north }: { west: number; south: number; east: number; north: number }) {
  const [down, up] = [Math.floor, Math.ceil].map(
    (round) => (degrees: number) => round(degrees * 1e4) / 1e4,
  ) as [(degrees: number) => number, (degrees: number) => number];
  return { west: down(west), south: down(south), east: up(east), north: up(north) };
}

function haltOf(failure: Failure): HaltError {
  switch (failure.state) {
    case 'quotaMinute':
      return new HaltError('PLACES_QUOTA', 'the quota of this minute is used up');
    case 'quotaDay':
      return new HaltError('PLACES_QUOTA', failure.message);
    case 'denied':
      return new HaltError('PLACES_DENIED', `${failure.message} (${failure.code})`);
    case 'invalid':
    case 'busy':
    case 'changed':
      return new HaltError('PLACES_INVALID', failure.message);
    default:
      return failure satisfies never;
  }
}
