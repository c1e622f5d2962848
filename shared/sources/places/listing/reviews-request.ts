interface ReviewsAsked {
  /** Origin of the site; a path in front is kept. */
  endpoint: string;
  /** BCP 47. */
  language: string;
  /** ISO 3166-1 alpha-2. */
  region?: string;
  featureId: string;
  /** Of a later page: as the page before gave it. */
  token?: string | undefined;
}

const reviewsPath = '/httpservice/web/PrivateLocalSearchUiDataService/GetLocalBoqProxy';

/** Reviews that a page is asked to have. */
export const reviewsPerPage = 20;

/** Of its four orders, the one by date. */
const newestFirst = 2;

/**
 * A page of a place's reviews, as GET. Its answer is for `readReviews`. The message is a list of values by position, as public projects
 * that read it in 2026 have them: 1 the order, 9 how many, 11 the place, 19 the token of a later page.
 */
export function reviewsUrl({ endpoint, language, region, featureId, token }: ReviewsAsked): string {
  const list: unknown[] = new Array(token === undefined ? 12 : 20).fill(null);
  list[1] = newestFirst;
  list[9] = reviewsPerPage;
  list[11] = [featureId];
  if (token !== undefined) list[19] = token;
  const url = new URL(`${endpoint.replace(/\/+$/, '')}${reviewsPath}`);
  url.searchParams.set('msc', 'gwsrpc');
  url.searchParams.set('hl', language);
  if (region !== undefined) url.searchParams.set('gl', region);
  url.searchParams.set('reqpld', JSON.stringify([null, [...new Array(9).fill(null), list]]));
  return url.href;
}
