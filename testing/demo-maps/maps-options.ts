import type { Block } from './blocks.ts';
import type { City } from './city.ts';
import type { CityPlace } from './city-place.ts';
import type { ViewportRule } from './listing-query.ts';
import type { QuotaOptions } from './quota.ts';
import type { ReviewListOptions } from './review-list.ts';

export interface MapsOptions extends ReviewListOptions {
  city: City;
  /** @default 0, any free port */
  port?: number;
  /** Over how many ports the businesses' websites are spread, each a host of its own. @default 1 */
  siteHosts?: number;
  /** Where a business's website is. @default a path on one of the hosts above, see `websiteOf` of the result */
  websiteOf?: (place: CityPlace) => string;
  /** Epoch; for quotas and for what is open now. @default Date.now */
  now?: () => number;
  /** What each key may do: `ok` or a reason such as BILLING_DISABLED. @default `demo-key` may do all */
  keys?: Record<string, string>;
  /** Of text searches, and as much again of nearby searches. @default no limits; Google's: 600, 75,000 */
  searchQuota?: QuotaOptions;
  /** @default no limits */
  detailsQuota?: QuotaOptions;
  /** Rows of a text search over all its pages. @default 60 */
  maxResults?: number;
  /**
   * Each n-th place comes to its customers and has no address: of the API, searches alone give it, and only where they
   * include such businesses. 0: none. @default 0
   */
  serviceAreaEvery?: number;
  /** Whether the API has forgotten the place's id. @default no place's */
  isObsolete?: (place: CityPlace) => boolean;
  /** Of the listing, over all pages of one query and viewport. @default 120 */
  resultCap?: number;
  /** @default legacy */
  envelope?: 'legacy' | 'newer' | 'both';
  /** Every n-th result of the listing, from 2, lies just outside the viewport; 0 for none. @default 10 */
  spillEvery?: number;
  /** Rows of a page, of the listing or a text search, that come again on the next one. @default 0 */
  repeatedRows?: number;
  /** The listing leaves out what signed-out visitors do not see: of searches, the number of reviews. @default false */
  isSignedOut?: boolean;
  /**
   * What the listing makes of `!8i`. `ignored`: every page is the first one. `shuffled`: the first one in another order.
   * `reranked`: each page is cut from an order of its own. @default honoured
   */
  offset?: 'honoured' | 'ignored' | 'shuffled' | 'reranked';
  /**
   * What the listing makes of the message 34, which stands for the list of results. Searches without it get the stub where
   * it is `needed`, those with it where it is `refused`. @default ignored
   */
  resultList?: 'ignored' | 'needed' | 'refused';
  /** Share of searches of the listing that get the stub, the same ones for the same order. @default 0 */
  stubShare?: number;
  /** Answers with one place: `bare` ones have what a search has. @default whole */
  placeAnswers?: 'whole' | 'bare';
  /** The listing asks for consent where no cookie of this name is sent. @default it does not ask */
  consentCookie?: string;
  /** @default camera */
  viewportRule?: ViewportRule;
  /** After so many answers of the listing, all further ones are blocked like this. @default never */
  blockAfter?: { answers: number; as: Block };
  /** `google` keeps robots from the listing. @default google */
  robots?: 'google' | 'open';
  /** Share of answers that are 500 or 503 instead, the same ones for the same order. @default 0 */
  flaky?: number;
}
