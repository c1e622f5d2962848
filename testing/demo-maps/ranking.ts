import type { CityPlace } from './city-place.ts';
import type { Box } from './geography.ts';

/** Places in a fixed order, the most prominent first. */
export interface Ranking {
  places: readonly CityPlace[];
  /** The first of them within a box that are wanted, in order; at most `max`. */
  within(box: Box, max?: number, isWanted?: (place: CityPlace) => boolean): CityPlace[];
}

/**
 * Coordinates lie in arrays of their own: looking through 20,000 in a row takes some 50 µs, and a search ends
 * as soon as it has enough. A grid would have to sort what it finds.
 */
export function makeRanking(places: readonly CityPlace[]): Ranking {
  const lats = Float64Array.from(places, ({ location }) => location.lat);
  const lngs = Float64Array.from(places, ({ location }) => location.lng);
  const within: Ranking['within'] = (box, max = Number.POSITIVE_INFINITY, isWanted = () => true) => {
    const { south, west, north, east } = box;
    const found: CityPlace[] = [];
    for (let index = 0; index < lats.length && found.length < max; index += 1) {
      const lat = lats[index] ?? 0;
      if (lat < south || lat > north) continue;
      const lng = lngs[index] ?? 0;
      const isBetween = west <= east ? lng >= west && lng <= east : lng >= west || lng <= east;
      const place = isBetween ? places[index] : undefined;
      if (place !== undefined && isWanted(place)) found.push(place);
    }
    return found;
  };
  return { places, within };
}
