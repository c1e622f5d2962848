import type { City } from './city.ts';
import { planSite } from './site-plan.ts';

/** The rules of www.google.com/robots.txt that concern maps (as published over the years; an extract). */
export const googleRobots = `User-agent: *
Disallow: /search
Allow: /search/about
Allow: /search/howsearchworks
Disallow: /sorry/
Allow: /maps?*output=classic*
Allow: /maps?*file=
Allow: /maps/d/
Disallow: /maps?
Allow: /maps/api/js
Disallow: /maps/preview
Disallow: /maps/place
Disallow: /maps/timeline/
`;

export const openRobots = 'User-agent: *\nAllow: /\n';

/** Of the businesses' hosts: which of the sites there do not want to be read. */
export function renderSiteRobots({ places }: City): string {
  const closed = places.filter((place) => place.hasWebsite && planSite(place).style === 'forbidden');
  return ['User-agent: *', ...closed.map(({ number }) => `Disallow: /site/${number}/`), ''].join('\n');
}
