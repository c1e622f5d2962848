import { cityBox } from './geography.ts';

export interface DemoJobOptions {
  /** Origin of the stand-in. */
  url: string;
  source: 'google-places' | 'google-maps';
  /** @default dentist */
  queries?: string[];
}

/**
 * A job file for the stand-in's whole city. Its key is in GOOGLE_PLACES_KEY; `demo-key` will do. For the listing
 * the stand-in must have been started with `robots: open`, unlike Google.
 */
export function writeDemoJob({ url, source, queries = ['dentist'] }: DemoJobOptions): string {
  const { west, south, east, north } = cityBox;
  const key = source === 'google-places' ? '\n      key: ${env:GOOGLE_PLACES_KEY}' : '';
  return `name: demo-maps
sources:
  - places:
      source: ${source}${key}
      queries: [${queries.join(', ')}]
      areas:
        - name: Oldport
          box: { west: ${west}, south: ${south}, east: ${east}, north: ${north} }
      fields: [name, category, address, location, phone, website, rating, reviews, status, link, emails, socials]
      perMinute: 60000 # the stand-in has no limits
      endpoint: ${url}
politeness: { gapMs: 2, contact: you@example.com }
network: allowPrivate # 127.0.0.1 is refused otherwise
output: { formats: [jsonl, csv, xlsx, geojson] }
`;
}
