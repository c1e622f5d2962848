import { idsOfPlaceId } from '../../shared/places/place-ids.ts';
import type { Answer } from './answer.ts';
import type { City } from './city.ts';

/** Redirects to the page of a place on the site, for a path that is its CID; others lead to no place. */
export function answerShortLink({ places }: City, { pathname }: URL): Answer | undefined {
  const [, cid, none] = /^\/(?:(\d{6,20})|maps\/(none))$/.exec(pathname) ?? [];
  if (none !== undefined) return redirectTo('https://www.google.com/maps/search/lost');
  const place = cid === undefined ? undefined : places.find((each) => each.cid === cid);
  if (place === undefined) return undefined;
  const featureId = idsOfPlaceId(place.placeId)?.featureId ?? '';
  const name = encodeURIComponent(place.name);
  return redirectTo(`https://www.google.com/maps/place/${name}/data=!4m2!3m1!1s${featureId}?entry=ttu`);
}

function redirectTo(location: string): Answer {
  return { status: 302, headers: { location }, body: '' };
}
