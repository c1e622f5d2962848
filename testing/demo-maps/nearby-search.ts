import { badRequest } from './api-error.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import { boxAround, metresBetween } from './geography.ts';
import { asObject, readBody, readCircle, readNumber, readString, readStrings } from './search-body.ts';
import { type Found, nearestFirst, type Paging } from './text-search.ts';

const known =
  'languageCode regionCode includedTypes excludedTypes includedPrimaryTypes excludedPrimaryTypes maxResultCount locationRestriction rankPreference';

/** All that places:searchNearby gives: up to twenty, and no further page. Throws the API's 400. */
export function searchNearby(city: City, text: string, { servesOnly }: Pick<Paging, 'servesOnly'>): Found {
  const body = readBody(text, known.split(' '));
  const restriction = asObject(body['locationRestriction'], 'locationRestriction');
  const { centre, radiusMetres } = readCircle(restriction['circle'], 'locationRestriction.circle');
  if (radiusMetres === 0) throw badRequest('Invalid radius: must be greater than 0.', 'radius');
  const count = readNumber(body, 'maxResultCount', [1, 20]) ?? 20;
  const lists = ['includedTypes', 'excludedTypes', 'includedPrimaryTypes', 'excludedPrimaryTypes'] as const;
  const [types = [], notTypes = [], main = [], notMain = []] = lists.map((list) => readStrings(body, list));
  const passes = ({ categories }: CityPlace) => {
    const own = categories.map(({ type }) => type);
    const first = own.slice(0, 1);
    const hasOne = (wanted: string[], of: string[]) => of.some((type) => wanted.includes(type));
    return (
      (types.length === 0 || hasOne(types, own)) &&
      (main.length === 0 || hasOne(main, first)) &&
      !hasOne(notTypes, own) &&
      !hasOne(notMain, first)
    );
  };
  const box = boxAround(centre, 2 * radiusMetres, 2 * radiusMetres);
  const isByDistance = readString(body, 'rankPreference') === 'DISTANCE';
  const near = city.everything.within(
    box,
    isByDistance ? Number.POSITIVE_INFINITY : count,
    (place) => metresBetween(place.location, centre) <= radiusMetres && passes(place) && !servesOnly(place),
  );
  const ranked = isByDistance ? nearestFirst(near, centre) : near;
  return { places: ranked.slice(0, count), language: readString(body, 'languageCode') ?? 'en' };
}
