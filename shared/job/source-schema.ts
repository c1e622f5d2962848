import { z } from 'zod';
import { crawlSource } from '../sources/crawl/schema.ts';
import { placesSource } from '../sources/places/schema.ts';
import { restSource } from '../sources/rest/schema.ts';
import { sendSource } from '../sources/send/schema.ts';
import { sitemapSource } from '../sources/sitemap/schema.ts';
import { urlsSource } from '../sources/urls/schema.ts';

/** The settings of each kind of source, by the key under which a job has them. */
const settings = {
  crawl: crawlSource,
  sitemap: sitemapSource,
  urls: urlsSource,
  rest: restSource,
  send: sendSource,
  places: placesSource,
};

export type SourceName = keyof typeof settings;
/** The settings of a source, defaults filled in. */
export type SourceSettings<Name extends SourceName = SourceName> = z.output<(typeof settings)[Name]>;

export const sourceSchema = z
  .strictObject(settings)
  .partial()
  .refine(
    (entry) => Object.values(entry).filter((value) => value !== undefined).length === 1,
    `exactly one of ${Object.keys(settings).join(', ')}`,
  );
