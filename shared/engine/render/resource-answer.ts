import type { FetchResult } from '../../fetch/types.ts';

/** The answer to something that a page has asked for. */
export interface ResourceAnswer extends FetchResult {
  /** The answers that led on to it, in their order. */
  redirects?: FetchResult[];
}
