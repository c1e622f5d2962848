import type { PlacesPlan } from '../plan.ts';
import { listingEndpoint } from './search-request.ts';

/** What all requests to the listing say: where it is, and in which language and country it answers. */
export function termsOf({ source }: PlacesPlan): { endpoint: string; language: string; region?: string } {
  const { endpoint = listingEndpoint, language, region } = source;
  return { endpoint, language, ...(region === undefined ? {} : { region }) };
}
