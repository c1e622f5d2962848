import { z } from 'zod';
import { date, headers, httpUrl, label, oneOrMany, patterns, sessionName } from '../../schema/leaf-schema.ts';

export const sitemapSource = z
  .strictObject({
    urls: oneOrMany(httpUrl)
      .optional()
      .describe('Sitemaps, sitemap indexes, RSS or Atom feeds, plain or gzip.'),
    site: httpUrl
      .optional()
      .describe('A site whose robots.txt names its sitemaps; if it names none, /sitemap.xml is read.'),
    include: patterns.optional().describe('Take only URLs that match one of these patterns.'),
    exclude: patterns.optional().describe('Leave out URLs that match one of these patterns.'),
    modifiedSince: date
      .optional()
      .describe(
        'Leave out URLs whose lastmod (in feeds pubDate or updated) is older. URLs without one are taken.',
      ),
    session: sessionName.optional(),
    headers: headers
      .optional()
      .describe(
        'Headers of the requests for the sitemaps and for the pages that they list, besides fetch.headers and those of their label; not of the pages that links lead to. Secrets go where those of fetch.headers go.',
      ),
    label: label.optional().describe('Label of the pages listed; without it, by their URL.'),
  })
  .refine(
    (source) => (source.urls === undefined) !== (source.site === undefined),
    'either urls or site, and not both',
  )
  .describe('Pages listed by sitemaps (indexes, gzip and text lists included), or by RSS and Atom feeds.');
