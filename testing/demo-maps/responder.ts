import type { IncomingMessage } from 'node:http';
import { type Answer, answerJson } from './answer.ts';
import { makePlacesApi } from './api.ts';
import { answerSorry, type Block } from './blocks.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import { answerListing } from './listing.ts';
import type { MapsOptions } from './maps-options.ts';
import { makeRandom } from './random.ts';
import { reviewListPath } from './review-list.ts';
import { googleRobots, openRobots, renderSiteRobots } from './robots.ts';
import { answerShortLink } from './short-links.ts';
import { answerSite } from './site-pages.ts';

const kinds = [
  'textSearch',
  'nearbySearch',
  'details',
  'listing',
  'reviews',
  'site',
  'robots',
  'other',
  'flaky',
] as const;
export type RequestKind = (typeof kinds)[number];

/** Decides what every request gets, and counts. */
export function openResponder(options: MapsOptions & Required<Pick<MapsOptions, 'websiteOf'>>) {
  const { city, now = Date.now, flaky = 0, websiteOf, blockAfter } = options;
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<RequestKind, number>;
  const chance = makeRandom(4242);
  const siteRobots = renderSiteRobots(city);
  let current: Block | undefined;
  const { serviceAreaEvery = 0 } = options;
  const servesOnly = ({ number }: CityPlace) => serviceAreaEvery > 0 && number % serviceAreaEvery === 3;
  const api = makePlacesApi({ ...apiDefaults, ...options, now, servesOnly });
  const luck = makeRandom(9_191);
  const isStub = () => (options.stubShare ?? 0) > 0 && luck.chance(options.stubShare ?? 0);
  const listing = { ...listingDefaults, ...options, now, websiteOf, isStub };
  const blocked = () => (blockAfter && counts.listing >= blockAfter.answers ? blockAfter.as : current);
  const failed = (): Answer | undefined => {
    if (flaky === 0 || !chance.chance(flaky)) return undefined;
    counts.flaky += 1;
    return { status: chance.chance(0.5) ? 500 : 503, body: 'Try again.' };
  };
  const count = (kind: RequestKind, answer: Answer): Answer => {
    counts[kind] += 1;
    return answer;
  };
  return {
    billed: api.bill,
    requests: () => ({ ...counts }),
    block: (as: Block | undefined) => {
      current = as;
    },
    answer({ method = 'GET', headers }: IncomingMessage, url: URL, body: string): Answer {
      const robots = options.robots === 'open' ? openRobots : googleRobots;
      if (url.pathname === '/robots.txt') return count('robots', text(robots));
      const failure = failed();
      if (failure !== undefined) return failure;
      if (url.pathname.startsWith('/v1/')) {
        const request = { httpMethod: method, url, headers: headers as Record<string, string>, body };
        return count(apiKindOf(url.pathname), api.answer(request));
      }
      const found = answerListing(listing, { url, cookie: headers.cookie }, blocked);
      if (found !== undefined) return count(url.pathname === reviewListPath ? 'reviews' : 'listing', found);
      if (url.pathname.startsWith('/sorry/')) return count('other', answerSorry());
      const short = answerShortLink(city, url);
      if (short !== undefined) return count('other', short);
      return answerSiteAt(city, url, count);
    },
    answerSites(url: URL): Answer {
      if (url.pathname === '/robots.txt') return count('robots', text(siteRobots));
      return failed() ?? answerSiteAt(city, url, count);
    },
  };
}

const apiDefaults = {
  keys: { 'demo-key': 'ok' },
  searchQuota: {},
  detailsQuota: {},
  isObsolete: () => false,
  maxResults: 60,
  repeatedRows: 0,
};
const listingDefaults = {
  resultCap: 120,
  envelope: 'legacy',
  spillEvery: 10,
  repeatedRows: 0,
  isSignedOut: false,
  viewportRule: 'camera',
  offset: 'honoured',
  resultList: 'ignored',
  placeAnswers: 'whole',
} as const;

function apiKindOf(path: string): RequestKind {
  if (path.endsWith(':searchText')) return 'textSearch';
  return path.endsWith(':searchNearby') ? 'nearbySearch' : 'details';
}

function answerSiteAt(
  { places }: City,
  { pathname }: URL,
  count: (kind: RequestKind, answer: Answer) => Answer,
): Answer {
  const [, number, page = ''] = /^\/site\/(\d+)\/([a-z]*)$/.exec(pathname) ?? [];
  const place = places[Number(number)];
  if (place?.hasWebsite === true) return count('site', answerSite(place, page));
  return count('other', answerJson(404, { error: 'nothing is here' }));
}

function text(body: string): Answer {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body };
}
