import { categories } from './categories.ts';
import { type CityPlace, makePlace } from './city-place.ts';
import { type Box, cityBox } from './geography.ts';
import { makeMatcher } from './match.ts';
import { encodePlusCode } from './plus-code.ts';
import { makeRanking, type Ranking } from './ranking.ts';

export interface CityOptions {
  /** @default 20,000 */
  count?: number;
  /** @default 1 */
  seed?: number;
  /** So many of the dentists move into one house, where no smaller cell tells them apart. @default 0 */
  dentistsInTower?: number;
}

export interface City {
  box: Box;
  /** By number. */
  places: readonly CityPlace[];
  /** All. */
  everything: Ranking;
  /** Those that the query means, the most prominent first, wherever they are. Remembered. */
  ranking(query: string): Ranking;
  ranked(query: string): readonly CityPlace[];
  /** What is true: all that the query means within the box, the most prominent first. */
  placesMatching(query: string, box: Box): CityPlace[];
  byPlaceId: ReadonlyMap<string, CityPlace>;
  byCid: ReadonlyMap<string, CityPlace>;
}

/** The number of memoized rankings: a run sends a few queries, thousands of times each. */
const maxRemembered = 1000;

/** A city that does not exist: always the same for the same options. See `geography.ts` for where it stands. */
export function makeCity({ count = 20_000, seed = 1, dentistsInTower = 0 }: CityOptions = {}): City {
  const places = Array.from({ length: count }, (_, number) => makePlace(seed, number));
  moveIntoTower(places, dentistsInTower);
  const everything = makeRanking(places.toSorted((a, b) => b.prominence - a.prominence));
  const remembered = new Map<string, Ranking>();
  const ranking = (query: string) => {
    const known = remembered.get(query);
    if (known !== undefined) return known;
    if (remembered.size >= maxRemembered) remembered.clear();
    const found = makeRanking(everything.places.filter(makeMatcher(query, categories)));
    remembered.set(query, found);
    return found;
  };
  return {
    box: cityBox,
    places,
    everything,
    ranking,
    ranked: (query) => ranking(query).places,
    placesMatching: (query, box) => ranking(query).within(box),
    byPlaceId: new Map(places.map((place) => [place.placeId, place])),
    byCid: new Map(places.map((place) => [place.cid, place])),
  };
}

function moveIntoTower(places: CityPlace[], tenants: number): void {
  const location = { lat: 46.9912345, lng: -33.0123456 };
  const dentists = places.filter(({ number, categories: [main] }) => number > 4 && main?.type === 'dentist');
  const plusCode = encodePlusCode(location.lat, location.lng);
  for (const place of dentists.slice(0, tenants)) Object.assign(place, { location, plusCode });
}
