import { isBusyStatus, RetryError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { readPlaceReference } from '../../places/place-reference.ts';
import type { Given } from './given-link.ts';
import type { PlacesPlan } from './plan.ts';

/** A short link may lead to another one, as those of g.page and goo.gl do. */
const maxHops = 3;

/** The request of a short link; of a job with an endpoint, which is for tests, that stands for its host too. */
export function shortLinkRequest(plan: PlacesPlan, given: Given, hops = 0): PageRequest<'shortLink'> {
  const { endpoint } = plan.source;
  const { href, pathname, search } = new URL(given.link);
  return {
    kind: 'shortLink',
    url: endpoint === undefined ? href : new URL(pathname + search, endpoint).href,
    label: '',
    depth: 0,
    attempt: 0,
    source: plan.index,
    cursor: { given, hops },
  };
}

/** What a short link leads to: an address of Google Maps, another short link, or why it is not known. */
export type ShortLinkTarget = { link: string } | { next: PageRequest<'shortLink'> } | { problem: string };

/** Reads where the answer leads; of the page that asks for consent, where that would lead. Throws `RetryError` for what may pass. */
export function readShortLink(
  plan: PlacesPlan,
  { cursor: { given, hops } }: PageRequest<'shortLink'>,
  { status, url, redirect }: FetchResult,
): ShortLinkTarget {
  const { host } = new URL(url);
  if (isBusyStatus(status)) throw new RetryError(`HTTP_${status}`, `${host} answered ${status}`);
  if (redirect === undefined) return { problem: `the short link leads nowhere: ${host} answered ${status}` };
  const target = withoutConsent(redirect);
  if (readPlaceReference(target).form !== 'shortLink') return { link: target };
  if (hops + 1 >= maxHops) return { problem: `the short link leads to ${maxHops} others, and no place` };
  return { next: shortLinkRequest(plan, { ...given, link: target }, hops + 1) };
}

function withoutConsent(address: string): string {
  const url = URL.parse(address);
  const target = url !== null && /^consent\./.test(url.hostname) ? url.searchParams.get('continue') : null;
  return target ?? address;
}
