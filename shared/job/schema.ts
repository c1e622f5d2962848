import { z } from 'zod';
import {
  headers,
  hosts,
  httpUrl,
  label,
  milliseconds,
  patterns,
  scheduleExpression,
  timeoutMs,
  timeZone,
} from '../schema/leaf-schema.ts';
import { noSession } from '../schema/session-names.ts';
import { sessionsSchema } from '../sessions/session-schema.ts';
import { checkEachSources } from './each-checks.ts';
import {
  describeExportFormats,
  type ExportFormat,
  exportFormatFacts,
  exportFormats,
} from './export-formats.ts';
import { filesSchema } from './files-schema.ts';
import { keepSchema } from './keep-schema.ts';
import { checkNamespaces, namespacesSchema } from './namespaces.ts';
import { checkOrder } from './order-checks.ts';
import { pageSchema } from './page-schema.ts';
import type { PagesOfRun } from './pages-of-run.ts';
import { proxiesSchema } from './proxy-schema.ts';
import { recrawlSchema } from './recrawl-schema.ts';
import { jobRetry } from './retry-schema.ts';
import { signing } from './signing-schema.ts';
import { sourceSchema } from './source-schema.ts';
import { tlsSchema } from './tls-schema.ts';

// The only home of the job's keys, their defaults, units and meaning, with the schemas it imports. From
// it come the types, the errors of `spinneret validate`, docs/jobs.md and docs/job.schema.json.

/**
 * Files that are left out of a crawl by their extensions: images, audio and video, archives, office files, fonts,
 * styles and scripts.
 */
const fileExtensions = [
  ...['avif', 'bmp', 'gif', 'heic', 'ico', 'jpeg', 'jpg', 'png', 'psd', 'svg', 'tif', 'tiff', 'webp'],
  ...['aac', 'aiff', 'flac', 'm4a', 'mid', 'mp3', 'oga', 'ogg', 'opus', 'wav', 'wma'],
  ...['3gp', 'asf', 'avi', 'flv', 'm4v', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'ogv', 'webm', 'wmv'],
  ...[
    '7z',
    'apk',
    'bz2',
    'deb',
    'dmg',
    'exe',
    'gz',
    'iso',
    'jar',
    'msi',
    'pkg',
    'rar',
    'rpm',
    'tar',
    'tgz',
    'xz',
    'zip',
    'zst',
  ],
  ...[
    'doc',
    'docx',
    'epub',
    'odg',
    'odp',
    'ods',
    'odt',
    'pdf',
    'pps',
    'ppsx',
    'ppt',
    'pptx',
    'rtf',
    'xls',
    'xlsx',
  ],
  ...['css', 'eot', 'js', 'mjs', 'otf', 'ttf', 'wasm', 'woff', 'woff2'],
];

const scope = z
  .strictObject({
    hosts: hosts
      .optional()
      .describe(
        'Hosts that links may lead to; *.example.com means every subdomain. Default: the host of the page the link is on.',
      ),
    include: patterns.optional().describe('Follow only URLs that match one of these patterns.'),
    exclude: patterns.optional().describe('Never follow URLs that match one of these patterns.'),
    ignoreExtensions: z
      .array(z.string().regex(/^[a-z0-9]+$/i, 'letters and digits, without a point'))
      .default(fileExtensions)
      .describe(
        'Links whose path ends in one of these are files, not pages, and are not followed; an extension that a selector or pattern of the job names, such as *.pdf, is. [] for none.',
      ),
    traps: z
      .enum(['cut', 'follow'])
      .default('cut')
      .describe(
        'cut: links into endless parts of a site are not followed: orders and filters of a list (the list itself is), addresses to return to (?next=), repeated segments, dates years ahead, and what goes on for ever without giving anything. A parameter that a pattern, selector or source of the job names, such as sort=, is followed.',
      ),
  })
  .describe('Which links belong to the job. URLs that a source names itself are always in scope.');

const paramValue = z.union([z.string().max(1_024), z.number().transform(String)]);
const paramValues = z
  .union([paramValue, z.array(paramValue).min(1)])
  .transform((values): string[] => [values].flat());

const urls = z
  .strictObject({
    dropParams: z
      .array(z.string())
      .default(['utm_*', 'gclid', 'fbclid', 'msclkid', 'dclid', 'yclid', 'mc_cid', 'mc_eid', '_ga', 'igshid'])
      .describe('Query parameters that do not tell pages apart; * matches anything.'),
    sessionIds: z
      .enum(['drop', 'keep'])
      .default('drop')
      .describe(
        'drop: ids of sessions do not tell pages apart: PHPSESSID, jsessionid (also as ;jsessionid=… in the path), ASPSESSIONID…, CFID, CFTOKEN, osCsid, zenid, /(S(…))/ of ASP.NET, and sid or session_id with the value of one.',
      ),
    sortParams: z
      .boolean()
      .default(true)
      .describe('Treat URLs whose parameters differ only in order as one page.'),
    defaultParams: z
      .record(z.string().min(1).max(256), paramValues)
      .optional()
      .describe(
        'Values of query parameters that are the same as no such parameter, such as page: 1 where /topic?page=1 is /topic. Case matters.',
      ),
    canonical: z
      .enum(['ignore', 'follow'])
      .default('ignore')
      .describe('follow: a page that names another URL as canonical is skipped in favour of that URL.'),
  })
  .describe(
    'When two URLs are the same page. Each is asked for as it was written first. Fragments do not count, but for #/… and #!… where a label has render.',
  );

const limits = z
  .strictObject({
    maxPages: z
      .int()
      .min(1)
      .default(10_000)
      .describe(
        'Pages of the run; never exceeded. A page that redirects gives its place to its target. With priorities or crawl.order a page takes its place when it is fetched, else when it is found.',
      ),
    maxPagesPerHost: z
      .int()
      .min(1)
      .optional()
      .describe(
        'The same of each host, always taken when a page is found: never exceeded, over all processes. Hosts are compared with their port.',
      ),
    maxDepth: z.int().min(0).optional().describe('Links from the start: 0 is the start pages alone.'),
    maxFiles: z
      .int()
      .min(1)
      .default(10_000)
      .describe(
        'Files of the run (download of a field), which are none of its pages; never exceeded. One that redirects gives its place to its target.',
      ),
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
    budgetUsd: z
      .number()
      .gt(0)
      .optional()
      .describe(
        'US dollars: what the run uses of AWS, by its own measure, and what the Places API bills, which it does on your machine too. Once reached, nothing more is fetched; batches under way are finished. A request that Google bills is not made unless its price still fits.',
      ),
  })
  .describe('Where a run stops by itself. What is left is counted as skipped.');

/** By which robots.txt knows us where a job says nothing else. */
export const defaultUserAgent = 'Spinneret/0.1';

const politeness = z
  .strictObject({
    gapMs: milliseconds
      .default(1_000)
      .describe(
        'Milliseconds between the starts of two requests to one host (paceBy: or domain, or address), over all processes and runs.',
      ),
    paceBy: z
      .enum(['host', 'domain', 'address'])
      .default('host')
      .describe(
        'Whose requests are gapMs apart. domain: those to all hosts of one registered domain together, by the public suffix list, where users’ sites (x.github.io) are domains of their own. address: those to all hosts of one IP address.',
      ),
    robots: z
      .enum(['obey', 'ignore'])
      .default('obey')
      .describe('Whether robots.txt, its crawl-delay included, binds the job.'),
    robotsMeta: z
      .enum(['obey', 'ignore'])
      .default('obey')
      .describe(
        'Whether <meta name=robots> and the header X-Robots-Tag bind the job: of a page with noindex nothing is stored (NOINDEX), of one with nofollow no link is followed. Of APIs and sitemaps they are not read.',
      ),
    nofollow: z
      .enum(['obey', 'ignore'])
      .default('obey')
      .describe('Whether links with rel=nofollow are left out.'),
    use: z
      .array(z.enum(['search', 'ai-input', 'ai-train']))
      .optional()
      .describe(
        'What the pages are for, as Content Signals (contentsignals.org) name it: a search index, input of AI models, their training. Hosts whose robots.txt refuses one of these are not scraped (CONTENT_SIGNAL). Name it if it is so.',
      ),
    contact: z
      .string()
      .max(256)
      .optional()
      .describe('A URL or mail address in the user agent, so that sites can reach you.'),
    userAgent: z
      .string()
      .max(256)
      .regex(/^[A-Za-z_-]+(\/[\w.-]+)?$/, 'a product name such as AcmeBot or AcmeBot/1.0')
      .default(defaultUserAgent)
      .describe('Product name and version; robots.txt groups are matched by the name.'),
    slowDown: z.boolean().default(true).describe('Widen the gap by itself while the host answers slowly.'),
    sign: signing.optional(),
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
      .describe(
        'Requests that one worker process has under way to one host at once; the gap holds all the same.',
      ),
    attempts: z.int().min(1).max(20).default(3).describe('Fetches of a URL before it counts as failed.'),
    retry: jobRetry.optional(),
    breakAfter: z
      .int()
      .min(0)
      .max(1_000)
      .optional()
      .describe(
        'Requests in a row that a host does not answer (no connection, a timeout, 502 to 504, a challenge) after which it is left alone: for 10 s, then twice as long each time it still gives no answer. What was not sent keeps its attempts. After six such pauses its requests fail as HOST_DOWN. Default: 10; 0 for never.',
      ),
    connectTimeoutMs: timeoutMs.default(10_000).describe('Milliseconds to connect.'),
    headersTimeoutMs: timeoutMs.default(30_000).describe('Milliseconds until the headers are there.'),
    bodyTimeoutMs: timeoutMs.default(30_000).describe('Milliseconds a body may stall.'),
    timeoutMs: timeoutMs
      .optional()
      .describe(
        'Milliseconds for the whole of one fetch; without it 60000, on AWS less where a shorter aws.workerTimeoutMs leaves less.',
      ),
    maxBodyBytes: z
      .int()
      .min(1)
      .default(10_485_760)
      .describe('Bytes of a body after decompression; larger pages fail. Sitemaps: 50 MiB at least.'),
    maxRedirects: z.int().min(0).max(50).default(10).describe('Redirects in a row.'),
    tls: tlsSchema.optional(),
    cached: z
      .boolean()
      .optional()
      .describe(
        'While a job is being written: pages that this machine has fetched before are read again from its cache, without a request. What `run --cached` sets.',
      ),
    headers: headers
      .default({})
      .describe(
        'Headers of every request. Secrets as ${env:NAME}: these, and authorization, cookie, proxy-authorization and x-api-key, go only to the origins of URLs that stand in the job’s sources, and to hosts spelled out in scope.hosts.',
      ),
  })
  .describe('The HTTP client.');

const output = z
  .strictObject({
    formats: z
      .array(z.enum(exportFormats))
      .min(1)
      .default(['jsonl'])
      .describe(`Files written when the run ends. ${describeExportFormats()}.`),
    sort: z
      .string()
      .regex(/^-?[^\s-]/, 'a field such as rating, or -rating for descending')
      .max(256)
      .optional()
      .describe(
        'Field by which the items in the files are sorted, such as rating or addressParts.city; -rating for descending. Numbers come before text, items without it last. Default: in the order they were found, which the JSONL on AWS always has.',
      ),
    only: z
      .array(z.enum(['new', 'changed', 'unchanged']))
      .min(1)
      .optional()
      .describe(
        'Of a job with recrawl: which items the files have, such as [new, changed]. Default: all. Items that are gone are in gone.jsonl.',
      ),
    webhook: httpUrl
      .optional()
      .describe(
        'On AWS, a URL that gets a POST with the run’s summary as JSON when it has ended; of a job with recrawl, changes has how much is new, changed and gone, and diff the command that shows it.',
      ),
  })
  .describe('What a finished run writes.');

const schedule = z
  .union([
    scheduleExpression.transform((cron) => ({ cron, timeZone: 'UTC' })),
    z.strictObject({
      cron: scheduleExpression.describe(
        'cron(minute hour day-of-month month day-of-week year), or rate(1 day).',
      ),
      timeZone: timeZone.default('UTC').describe('In which the cron expression is meant.'),
    }),
  ])
  .describe('On AWS, when `cdk deploy` makes the job start by itself; bare text is the expression in UTC.');

export const jobSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and "-", starting with a letter')
      .describe('Name of the job; run ids begin with it.'),
    description: z.string().optional().describe('For people.'),
    sources: z.array(sourceSchema).min(1).describe('Where pages come from; several mix freely.'),
    pages: z
      .record(label, pageSchema)
      .default({})
      .describe(
        'Page labels: what to extract and follow on each kind of page. Sources of kind places need none.',
      ),
    sessions: sessionsSchema.optional(),
    proxies: proxiesSchema.optional(),
    timeZone: timeZone
      .optional()
      .describe('Of dates on its pages that name none, where their field has no timeZone of its own.'),
    namespaces: namespacesSchema.optional(),
    scope: scope.prefault({}),
    urls: urls.prefault({}),
    limits: limits.prefault({}),
    files: filesSchema.prefault({}),
    politeness: politeness.prefault({}),
    fetch: fetch.prefault({}),
    network: z
      .enum(['public', 'allowPrivate'])
      .default('public')
      .describe('allowPrivate: private, loopback and link-local addresses may be fetched.'),
    recrawl: recrawlSchema.optional(),
    keep: keepSchema.optional(),
    output: output.prefault({}),
    schedule: schedule.optional(),
  })
  // Also where other errors were found, so that all are reported at once.
  .superRefine(checkPages, { when: ({ value }) => hasNoPages(value) })
  .superRefine(checkLabels, { when: ({ value }) => hasLabels(value) })
  .superRefine(checkOrder, { when: ({ value }) => hasLabels(value) })
  .superRefine(checkEachSources, { when: ({ value }) => hasLabels(value) })
  .superRefine(checkSessions, { when: ({ value }) => hasLabels(value) })
  .superRefine(checkNamespaces, { when: ({ value }) => hasLabels(value) })
  .superRefine(checkProxies, { when: ({ value }) => entriesOf(value)['proxies'] !== undefined })
  .superRefine(checkOnly, {
    when: ({ value }) => entriesOf(entriesOf(value)['output'])['only'] !== undefined,
  })
  .superRefine(checkPoints, { when: ({ value }) => formatsForPoints(value).length > 0 })
  .describe('One YAML document: what to scrape.');

/** A validated job, defaults filled in. Secrets are still `${env:NAME}`. */
export type Job = z.output<typeof jobSchema> & {
  /** Of a run of `spinneret extract`, whose pages are these; no key of a file. */
  extracts?: PagesOfRun;
};
export type Source = Job['sources'][number];
export type CrawlSource = NonNullable<Source['crawl']>;
export type SitemapSource = NonNullable<Source['sitemap']>;
export type UrlsSource = NonNullable<Source['urls']>;
export type RestSource = NonNullable<Source['rest']>;
export type SendSource = NonNullable<Source['send']>;
export type PlacesSource = NonNullable<Source['places']>;
export type PageRule = Job['pages'][string];
export type { Field } from './field-schema.ts';
export type { FollowRule } from './page-schema.ts';

/** Items have marks only where the runs of the job know of one another. */
function checkOnly(job: { recrawl?: unknown }, context: z.core.$RefinementCtx): void {
  if (job.recrawl !== undefined) return;
  const message = 'recrawl: true beside it, without which no item is known to be new or changed';
  context.addIssue({ code: 'custom', path: ['output', 'only'], message });
}

/** Every label that is named anywhere must be a key of `pages`. */
function checkLabels(job: { sources: unknown; pages: unknown }, context: z.core.$RefinementCtx): void {
  const known = Object.keys(job.pages as object);
  for (const { name, path } of namedLabels(job)) {
    if (typeof name !== 'string' || known.includes(name)) continue;
    const message = `a label under pages (${known.join(', ')})`;
    context.addIssue({ code: 'custom', path, message, params: { candidates: known }, input: name });
  }
}

/** A label or a source may name no session but those of the job. */
function checkSessions(
  job: { sessions?: unknown; pages: unknown; sources: unknown },
  context: z.core.$RefinementCtx,
): void {
  const known = [...Object.keys(entriesOf(job.sessions)), noSession];
  const ofPages = Object.entries(entriesOf(job.pages)).map(([page, rule]) => ({ at: ['pages', page], rule }));
  const ofSources = Object.entries(entriesOf(job.sources)).flatMap(([index, source]) =>
    Object.entries(entriesOf(source)).map(([kind, rule]) => ({ at: ['sources', Number(index), kind], rule })),
  );
  for (const { at, rule } of [...ofPages, ...ofSources]) {
    const { session } = entriesOf(rule);
    if (typeof session !== 'string' || known.includes(session)) continue;
    const path = [...at, 'session'];
    const message = `a name under sessions (${known.join(', ')})`;
    context.addIssue({ code: 'custom', path, message, params: { candidates: known }, input: session });
  }
}

/** Settings of proxies without a proxy would send everything directly. */
function checkProxies(job: { proxies?: unknown; sessions?: unknown }, context: z.core.$RefinementCtx): void {
  const { list, file } = entriesOf(job.proxies);
  const ofSessions = Object.values(entriesOf(job.sessions)).map((settings) => entriesOf(settings)['proxy']);
  if ([list, file, ...ofSessions].some((given) => given !== undefined)) return;
  const message = 'a list or a file of proxies, or a proxy of a session';
  context.addIssue({ code: 'custom', path: ['proxies'], message, input: job.proxies });
}

/** Pages without a label would be fetched in vain. */
function checkPages(job: { sources: unknown; pages: unknown }, context: z.core.$RefinementCtx): void {
  const sources = Object.values(entriesOf(job.sources));
  const isOfPlaces =
    sources.length > 0 && sources.every((source) => entriesOf(source)['places'] !== undefined);
  const isMissing = job.pages === undefined || Object.keys(entriesOf(job.pages)).length === 0;
  if (isOfPlaces || !isMissing) return;
  context.addIssue({ code: 'custom', path: ['pages'], message: 'at least one page label', input: job.pages });
}

/** In GeoJSON, for example, a place without a location would be a feature without a point. */
function checkPoints(job: { sources: unknown }, context: z.core.$RefinementCtx): void {
  for (const [index, source] of Object.values(entriesOf(job.sources)).entries()) {
    const { fields } = entriesOf(entriesOf(source)['places']);
    if (!Array.isArray(fields) || fields.includes('location')) continue;
    const path = ['sources', index, 'places', 'fields'];
    const message = `location among them, for output.formats has ${formatsForPoints(job).join(', ')}`;
    context.addIssue({ code: 'custom', path, message, input: fields });
  }
}

function formatsForPoints(job: unknown): ExportFormat[] {
  const { formats } = entriesOf(entriesOf(job)['output']);
  const written: unknown[] = Array.isArray(formats) ? formats : [];
  return exportFormats.filter((name) => written.includes(name) && exportFormatFacts(name).needsLocation);
}

/** Pages that are no mapping at all have an error of their own already. */
function hasNoPages(value: unknown): boolean {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  const { pages } = entriesOf(value);
  return isMapping && (pages === undefined || (typeof pages === 'object' && pages !== null));
}

function hasLabels(value: unknown): boolean {
  return Object.keys(entriesOf(entriesOf(value)['pages'])).length > 0;
}

/** Lenient, since other checks of the job may have failed. */
function namedLabels(job: { sources: unknown; pages: unknown }): { name: unknown; path: PropertyKey[] }[] {
  const bySource = Object.values(entriesOf(job.sources)).flatMap((source, index) =>
    Object.entries(entriesOf(source)).map(([kind, settings]) => ({
      name: entriesOf(settings)['label'],
      path: ['sources', index, kind, 'label'],
    })),
  );
  const byItems = Object.values(entriesOf(job.sources)).flatMap((source, index) =>
    Object.entries(entriesOf(source)).map(([kind, settings]) => ({
      name: entriesOf(entriesOf(settings)['each'])['from'],
      path: ['sources', index, kind, 'each', 'from'],
    })),
  );
  const byRule = Object.entries(entriesOf(job.pages)).flatMap(([page, rule]) =>
    Object.values(entriesOf(entriesOf(rule)['follow'])).map((follow, index) => ({
      name: entriesOf(follow)['label'],
      path: ['pages', page, 'follow', index, 'label'],
    })),
  );
  return [...bySource, ...byItems, ...byRule];
}

function entriesOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
