import { HaltError } from '../../errors.ts';
import { makeFetcher } from '../../fetch/client.ts';
import type { Fetcher, FetchResult } from '../../fetch/types.ts';
import { defaultUserAgent } from '../../job/schema.ts';
import type { Box } from '../../places/areas/box.ts';
import { makeBoundaryFinder } from '../../places/boundaries/find-boundary.ts';
import { readBoundaries } from '../../places/boundaries/read-boundaries.ts';
import { defaultPrices } from '../../places/skus.ts';
import type { AreaQuestion, LocateAreas, LocatedArea } from '../ahead-parts.ts';
import { defaultEndpoint, faultOf } from './api/api-service.ts';
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
 * name whose boundary comes with the product. Throws `HaltError` PLACES_DENIED, PLACES_QUOTA or PLACES_INVALID, `DropError`
 * SHAPE_CHANGED, and what a fetch throws.
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
  const answer = await ask(areaSearch({ ...asked, mask: idsMask, query }));
  const found = readSearch(answer);
  if (found.state !== 'places') return refuse(found, answer);
  const [placeId] = found.places.map((place) => place.placeId);
  if (placeId === undefined) return { query, state: 'unknown' };
  const about = await ask(details({ ...asked, mask: areaMask, placeId }));
  const read = readArea(about);
  if (read.state === 'gone') return { query, state: 'unknown' };
  if (read.state !== 'area') return refuse(read, about);
  const { address: name, types, viewport } = read.area;
  const state = types.some((type) => areaType.test(type)) ? 'area' : 'business';
  return { query, state, name, types, placeId, box: rounded(viewport) };
}

/** To 10 m, outwards. */
function rounded({ west, south, east, north }: Box): Box {
  const parts = 10_000;
  return {
    west: Math.floor(west * parts) / parts,
    south: Math.floor(south * parts) / parts,
    east: Math.ceil(east * parts) / parts,
    north: Math.ceil(north * parts) / parts,
  };
}

/** Throws as a search of a run does; what would halt a run halts the command. */
function refuse(failure: Failure, result: FetchResult): never {
  const { halt } = faultOf(failure, result);
  throw new HaltError(halt.code, halt.message);
}
