import { z } from 'zod';
import { checkPattern, checkSelector } from './check-syntax.ts';
import { fieldSchema } from './field-schema.ts';

/**
 * The only home of the job's keys, their defaults, units and meaning. From it come the types, the
 * errors of `spinneret validate`, docs/jobs.md and docs/job.schema.json.
 */

const milliseconds = z.int().min(0);
const httpUrl = z
  .string()
  .max(8_192)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), 'an absolute http or https URL');
const label = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, "-" or "_"');
const pattern = z.string().min(1).max(2_048).superRefine(checkPattern);
const patterns = z
  .union([pattern, z.array(pattern).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const selector = z.string().min(1).max(2_048).superRefine(checkSelector);
const relativeFile = z
  .string()
  .min(1)
  .refine((path) => !path.includes('\0'), 'a file path');
const headers = z.record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'a header name'), z.string());

const crawlSource = z
  .strictObject({
    start: z.array(httpUrl).min(1).describe('Where the crawl begins.'),
    label: label.optional().describe('Label of the start pages; without it, by their URL.'),
  })
  .describe('Start pages; their follow rules lead on.');

const sitemapSource = z
  .strictObject({
    urls: z.array(httpUrl).min(1).optional().describe('Sitemaps or sitemap indexes, plain or gzip.'),
    site: httpUrl
      .optional()
      .describe('A site whose robots.txt names its sitemaps; if it names none, /sitemap.xml is read.'),
    include: patterns.optional().describe('Take only URLs that match one of these patterns.'),
    exclude: patterns.optional().describe('Leave out URLs that match one of these patterns.'),
    modifiedSince: z
      .string()
      .refine((text) => !Number.isNaN(Date.parse(text)), 'a date, such as 2026-01-31')
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
    list: z.array(httpUrl).min(1).optional().describe('The URLs themselves.'),
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

const restPaging = z
  .discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('number').describe('A page number in the query.'),
      param: z.string().default('page').describe('Name of the query parameter.'),
      first: z.int().min(0).default(1).describe('Number of the first page.'),
    }),
    z.strictObject({
      by: z.literal('offset').describe('The number of items to skip, in the query.'),
      param: z.string().default('offset').describe('Name of the query parameter.'),
      size: z.int().min(1).describe('Items a page.'),
      sizeParam: z.string().optional().describe('Query parameter that asks for that size.'),
    }),
    z.strictObject({
      by: z.literal('cursor').describe('Each answer carries the cursor of the next page, or its URL.'),
      path: z.string().min(1).describe('Where in the answer the cursor is, such as meta.next.'),
      param: z
        .string()
        .optional()
        .describe(
          'Query parameter that carries the cursor; without it the cursor is the URL of the next page.',
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
  .describe('A JSON API.');

const source = z
  .strictObject({
    crawl: crawlSource.optional(),
    sitemap: sitemapSource.optional(),
    urls: urlsSource.optional(),
    rest: restSource.optional(),
  })
  .refine(
    (entry) => Object.values(entry).filter((value) => value !== undefined).length === 1,
    'exactly one of crawl, sitemap, urls, rest',
  );

/** Which links of a page to follow, and as what. */
export interface FollowRule {
  select?: string | undefined;
  attr: string;
  path?: string | undefined;
  match?: string[] | undefined;
  exclude?: string[] | undefined;
  label?: string | undefined;
}

const followRule = z.union([
  selector.transform((select): FollowRule => ({ select, attr: 'href' })),
  z.strictObject({
    select: selector.optional().describe('Which elements hold links. Default: a[href].'),
    attr: z.string().min(1).default('href').describe('Attribute with the URL.'),
    path: z
      .string()
      .min(1)
      .optional()
      .describe('In JSON pages: path of the URL in each item, instead of select.'),
    match: patterns.optional().describe('Follow only URLs that match one of these patterns.'),
    exclude: patterns.optional().describe('Do not follow URLs that match one of these patterns.'),
    label: label.optional().describe('Label of the pages it leads to; without it, by their URL.'),
  }),
]);

const pageRule = z
  .strictObject({
    match: patterns
      .optional()
      .describe(
        'URL patterns of the pages this label is for. Without it the label is reached by a link rule or a source that names it; the label "default" takes what nothing else matches.',
      ),
    follow: z
      .array(followRule)
      .default([])
      .describe('Link rules: which links of such a page to follow. A bare string is a CSS selector.'),
    item: label.optional().describe('Name of the items. Default: the page label.'),
    each: selector.optional().describe('One item per matching element, instead of one per page.'),
    fields: z
      .record(z.string().min(1).max(128), fieldSchema)
      .default({})
      .describe('What to extract. See Fields.'),
    handler: relativeFile
      .optional()
      .describe(
        'A TypeScript file, relative to the job file, whose default export extracts what fields cannot.',
      ),
  })
  .describe('What to do with one kind of page.');

const scope = z
  .strictObject({
    hosts: z
      .array(z.string().regex(/^(\*\.)?[^/\s*]+$/, 'a host name such as example.com or *.example.com'))
      .optional()
      .describe(
        'Hosts that links may lead to; *.example.com means every subdomain. Default: the host of the page the link is on.',
      ),
    include: patterns.optional().describe('Follow only URLs that match one of these patterns.'),
    exclude: patterns.optional().describe('Never follow URLs that match one of these patterns.'),
  })
  .describe('Which links belong to the job. URLs that a source names itself are always in scope.');

const urls = z
  .strictObject({
    dropParams: z
      .array(z.string())
      .default(['utm_*', 'gclid', 'fbclid', 'msclkid', 'dclid', 'yclid', 'mc_cid', 'mc_eid', '_ga', 'igshid'])
      .describe('Query parameters that do not tell pages apart; * matches anything.'),
    sortParams: z
      .boolean()
      .default(true)
      .describe('Treat URLs whose parameters differ only in order as one page.'),
    canonical: z
      .enum(['ignore', 'follow'])
      .default('ignore')
      .describe('follow: a page that names another URL as canonical is skipped in favour of that URL.'),
  })
  .describe('When two URLs are the same page. Fragments never count.');

const limits = z
  .strictObject({
    maxPages: z.int().min(1).default(10_000).describe('URLs admitted; never exceeded.'),
    maxDepth: z.int().min(0).optional().describe('Links from the start: 0 is the start pages alone.'),
    maxItems: z.int().min(1).optional().describe('Items stored; never exceeded.'),
    maxDurationMs: z
      .int()
      .min(1)
      .optional()
      .describe('Milliseconds from the start after which nothing more is fetched.'),
    maxBytes: z
      .int()
      .min(1)
      .optional()
      .describe('Bytes of bodies after which nothing more is fetched; batches under way are finished.'),
  })
  .describe('Where a run stops by itself. What is left is counted as skipped.');

const politeness = z
  .strictObject({
    gapMs: milliseconds
      .default(1_000)
      .describe('Milliseconds between the starts of two requests to one host, over all processes and runs.'),
    robots: z
      .enum(['obey', 'ignore'])
      .default('obey')
      .describe('Whether robots.txt, its crawl-delay included, binds the job.'),
    contact: z
      .string()
      .max(256)
      .optional()
      .describe('A URL or mail address in the user agent, so that sites can reach you.'),
    userAgent: z
      .string()
      .max(256)
      .regex(/^[A-Za-z_-]+(\/[\w.-]+)?$/, 'a product name such as AcmeBot or AcmeBot/1.0')
      .default('Spinneret/0.1')
      .describe('Product name and version; robots.txt groups are matched by the name.'),
    slowDown: z.boolean().default(true).describe('Widen the gap by itself while the host answers slowly.'),
    maxDelayMs: milliseconds
      .default(600_000)
      .describe('The longest pause (milliseconds) a host may ask for; asked for more, its requests fail.'),
  })
  .describe('How hosts are treated.');

const fetch = z
  .strictObject({
    concurrencyPerHost: z
      .int()
      .min(1)
      .max(256)
      .default(8)
      .describe('Requests of one batch under way at once; the gap holds all the same.'),
    attempts: z.int().min(1).max(20).default(3).describe('Fetches of a URL before it counts as failed.'),
    connectTimeoutMs: milliseconds.default(10_000).describe('Milliseconds to connect.'),
    headersTimeoutMs: milliseconds.default(30_000).describe('Milliseconds until the headers are there.'),
    bodyTimeoutMs: milliseconds.default(30_000).describe('Milliseconds a body may stall.'),
    timeoutMs: milliseconds.default(60_000).describe('Milliseconds for the whole of one fetch.'),
    maxBodyBytes: z
      .int()
      .min(1)
      .default(10_485_760)
      .describe('Bytes of a body after decompression; larger pages fail. Sitemaps: 50 MiB at least.'),
    maxRedirects: z.int().min(0).max(50).default(10).describe('Redirects in a row.'),
    headers: headers.default({}).describe('Headers of every request. Secrets as ${env:NAME}.'),
  })
  .describe('The HTTP client.');

const output = z
  .strictObject({
    formats: z
      .array(z.enum(['jsonl', 'csv', 'json']))
      .min(1)
      .default(['jsonl'])
      .describe('Files written when the run ends.'),
  })
  .describe('What a finished run writes.');

export const jobSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and "-", starting with a letter')
      .describe('Name of the job; run ids begin with it.'),
    description: z.string().optional().describe('For people.'),
    sources: z.array(source).min(1).describe('Where pages come from; several mix freely.'),
    pages: z
      .record(label, pageRule)
      .refine((pages) => Object.keys(pages).length > 0, 'at least one page label')
      .describe('Page labels: what to extract and follow on each kind of page.'),
    scope: scope.prefault({}),
    urls: urls.prefault({}),
    limits: limits.prefault({}),
    politeness: politeness.prefault({}),
    fetch: fetch.prefault({}),
    network: z
      .enum(['public', 'allowPrivate'])
      .default('public')
      .describe('allowPrivate: private, loopback and link-local addresses may be fetched.'),
    output: output.prefault({}),
  })
  .superRefine(checkLabels)
  .describe('One YAML document: what to scrape.');

/** A validated job, defaults filled in. Secrets are still `${env:NAME}`. */
export type Job = z.output<typeof jobSchema>;
export type Source = Job['sources'][number];
export type CrawlSource = NonNullable<Source['crawl']>;
export type SitemapSource = NonNullable<Source['sitemap']>;
export type UrlsSource = NonNullable<Source['urls']>;
export type RestSource = NonNullable<Source['rest']>;
export type PageRule = Job['pages'][string];
export type { Field } from './field-schema.ts';

/** Every label that is named somewhere must be a key of `pages`. */
function checkLabels(job: { sources: unknown; pages: unknown }, context: z.core.$RefinementCtx): void {
  const { sources, pages } = job as Pick<Job, 'sources' | 'pages'>;
  const known = Object.keys(pages);
  const check = (name: string | undefined, path: PropertyKey[]) => {
    if (name === undefined || known.includes(name)) return;
    context.addIssue({ code: 'custom', path, message: `a key of pages (${known.join(', ')})`, input: name });
  };
  sources.forEach((entry, index) => {
    for (const [kind, settings] of Object.entries(entry)) {
      if (settings) check(settings.label, ['sources', index, kind, 'label']);
    }
  });
  for (const [name, page] of Object.entries(pages)) {
    page.follow.forEach((rule, index) => {
      check(rule.label, ['pages', name, 'follow', index, 'label']);
    });
  }
}
