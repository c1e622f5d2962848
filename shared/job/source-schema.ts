import { z } from 'zod';
import { date, headers, httpUrl, label, oneOrMany, patterns, relativeFile } from './leaf-schema.ts';
import { placesSource } from './places-schema.ts';

const crawlSource = z
  .strictObject({
    start: oneOrMany(httpUrl).describe('Where the crawl begins.'),
    label: label.optional().describe('Label of the start pages; without it, by their URL.'),
  })
  .describe('Start pages; their follow rules lead on.');

const sitemapSource = z
  .strictObject({
    urls: oneOrMany(httpUrl).optional().describe('Sitemaps or sitemap indexes, plain or gzip.'),
    site: httpUrl
      .optional()
      .describe('A site whose robots.txt names its sitemaps; if it names none, /sitemap.xml is read.'),
    include: patterns.optional().describe('Take only URLs that match one of these patterns.'),
    exclude: patterns.optional().describe('Leave out URLs that match one of these patterns.'),
    modifiedSince: date
      .optional()
      .describe('Leave out URLs whose lastmod is older. URLs without lastmod are taken.'),
    label: label.optional().describe('Label of the pages listed; without it, by their URL.'),
  })
  .refine(
    (source) => (source.urls === undefined) !== (source.site === undefined),
    'either urls or site, and not both',
  )
  .describe('Pages listed by sitemaps: indexes, gzip and text lists included.');

const urlsSource = z
  .strictObject({
    list: oneOrMany(httpUrl).optional().describe('The URLs themselves.'),
    file: relativeFile
      .optional()
      .describe('A file with one URL a line, relative to the job file. It is streamed: millions are fine.'),
    label: label.optional().describe('Label of the pages; without it, by their URL.'),
  })
  .refine(
    (source) => (source.list === undefined) !== (source.file === undefined),
    'either list or file, and not both',
  )
  .describe('A list of URLs.');

const paramPlace = z
  .enum(['query', 'body'])
  .default('query')
  .describe(
    'Where the parameters go. body: into the JSON of body, at the path that param gives, or into its form.',
  );

const restPaging = z
  .discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('number').describe('A page number, until a page is empty.'),
      in: paramPlace,
      param: z.string().default('page').describe('Name of the parameter; in a body of JSON its path.'),
      first: z.int().min(0).default(1).describe('Number of the first page.'),
    }),
    z.strictObject({
      by: z
        .literal('offset')
        .describe('The number of items to skip: as many as came, until a page is empty.'),
      in: paramPlace,
      param: z.string().default('offset').describe('Name of the parameter; in a body of JSON its path.'),
      size: z.int().min(1).describe('Items a page, as many as the API may give.'),
      sizeParam: z.string().optional().describe('Parameter that asks for that size.'),
    }),
    z.strictObject({
      by: z.literal('cursor').describe('Each answer carries the cursor of the next page, or its URL.'),
      path: z.string().min(1).describe('Where in the answer the cursor is, such as meta.next.'),
      in: paramPlace,
      param: z
        .string()
        .optional()
        .describe(
          'Parameter that carries the cursor, in a body of JSON its path, such as variables.after; without it the cursor is the URL of the next page.',
        ),
    }),
    z.strictObject({ by: z.literal('link').describe('The Link header with rel="next" (RFC 8288).') }),
  ])
  .describe('How to get from one page of the API to the next.');

const restSource = z
  .strictObject({
    url: httpUrl.describe('The first page of the API.'),
    method: z.enum(['GET', 'POST']).default('GET').describe('HTTP method.'),
    headers: headers.default({}).describe('Headers of these requests only. Secrets as ${env:NAME}.'),
    body: z.string().optional().describe('Request body, for POST.'),
    items: z
      .string()
      .default('')
      .describe('Path of the list of items in the answer, such as data.results; empty for the whole answer.'),
    page: restPaging.optional(),
    label: label.describe(
      'Page label whose fields say what to take from each item (by path:), and which links to follow.',
    ),
  })
  .refine(
    ({ method, page }) =>
      method === 'POST' || page === undefined || page.by === 'link' || page.in === 'query',
    { message: 'method: POST, without which there is no body for page.in', path: ['method'] },
  )
  .describe('A JSON API.');

export const sourceSchema = z
  .strictObject({
    crawl: crawlSource.optional(),
    sitemap: sitemapSource.optional(),
    urls: urlsSource.optional(),
    rest: restSource.optional(),
    places: placesSource.optional(),
  })
  .refine(
    (entry) => Object.values(entry).filter((value) => value !== undefined).length === 1,
    'exactly one of crawl, sitemap, urls, rest, places',
  );
