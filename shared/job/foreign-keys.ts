import { foldKey } from './nearest.ts';

// Keys that users of other scrapers may try, and that no job has. docs/not-done.md is made of the first list, so
// that the page and the errors say the same.

/** A feature that Spinneret does not have, with the keys for it in other scrapers. */
export interface MissingFeature {
  keys: string[];
  /** What is missing, as the end of "Spinneret …". */
  what: string;
  /** What to do instead. */
  instead: string;
}

export const missingFeatures: MissingFeature[] = [
  {
    keys: ['actions', 'evaluate', 'waitForTimeout'],
    what: 'types nothing into pages but logins (`via: browser` of a session), and runs no scripts of yours there',
    instead: 'What it does there is `render` of a page label: `{ waitFor, click, scroll, capture }`.',
  },
  {
    keys: ['captcha', 'captchaSolver', 'antibot', 'stealth', 'fingerprint', 'impersonate', 'unblock'],
    what: 'solves no CAPTCHA and forges no identity, and will not',
    instead:
      'A site that refuses is recognised by its code (`HTTP_403`, `BLOCKED`): ask its owner, or look for an API.',
  },
  {
    keys: ['llm', 'prompt', 'ai', 'extractionStrategy'],
    what: 'asks no language model',
    instead: 'Take what one reads: `article: markdown`, or `take: markdown` of an element.',
  },
  {
    keys: [
      'database',
      'mongo',
      'postgres',
      'mysql',
      'pipeline',
      'pipelines',
      'itemPipelines',
      'webhookPerItem',
    ],
    what: 'writes to no database',
    instead: '`spinneret export` writes JSONL, CSV, JSON, XLSX and GeoJSON; a `handler` changes items.',
  },
];

/** Spinneret's names for keys of other scrapers. */
const namedElsewhere: [keys: string[], here: string][] = [
  [['startUrls', 'start_urls', 'seeds', 'seedUrls', 'start'], 'sources: [{ crawl: { start: … } }]'],
  [
    ['strategy', 'crawlOrder', 'bestFirst', 'breadthFirst', 'depthPriority', 'priorities'],
    'priority of a page label or of a link rule, and order: breadth or best of a crawl source',
  ],
  [['allowedDomains', 'domains', 'allowed'], 'scope.hosts'],
  [
    ['delay', 'downloadDelay', 'randomizeDownloadDelay', 'sleep', 'requestDelay', 'rateLimit', 'throttle'],
    'politeness.gapMs',
  ],
  [
    ['concurrency', 'concurrentRequests', 'maxConcurrency', 'parallelism', 'threads'],
    'processes in config/settings.yaml; one host at a time by politeness.gapMs and fetch.concurrencyPerHost',
  ],
  [
    ['cookies', 'cookie', 'cookieJar', 'cookiesEnabled', 'persistCookies', 'session', 'sessionPool'],
    'sessions: { NAME: { hosts: …, cookies: FILE } }, and session of a page label',
  ],
  [
    ['login', 'auth', 'httpAuth', 'username', 'password', 'credentials', 'httpUser', 'httpPass'],
    'sessions: { NAME: { hosts: …, login: … } }, or basic, bearer, apiKey there',
  ],
  [
    ['proxy', 'proxyUrl', 'proxyUrls', 'proxyConfiguration', 'httpProxy', 'proxyPool', 'proxyRotation'],
    'proxies: { list: … }, or proxy of a session',
  ],
  [
    [
      'render',
      'renderJs',
      'javascript',
      'js',
      'browser',
      'headless',
      'playwright',
      'puppeteer',
      'splash',
      'selenium',
      'waitFor',
      'waitForSelector',
      'wait',
      'scroll',
      'click',
    ],
    'pages: { LABEL: { render: browser } }, or auto, or { waitFor: …, click: …, scroll: … }',
  ],
  [
    ['screenshot', 'screenshots', 'pdf', 'saveSnapshot', 'snapshot'],
    'pages: { LABEL: { render: { capture: screenshot } } }, or capture: pdf',
  ],
  [
    ['cache', 'httpCache', 'httpcacheEnabled', 'cacheTtl'],
    'fetch.cached, or run --cached, while a job is being written',
  ],
  [
    ['etag', 'incremental', 'onlyChanged', 'deltafetch', 'deltafetchEnabled', 'changeTracking'],
    'recrawl: true, and output.only',
  ],
  [
    [
      'downloads',
      'fileUrls',
      'imageUrls',
      'filesPipeline',
      'imagesPipeline',
      'media',
      'filesStore',
      'imagesStore',
    ],
    'download: true of a field: { select: img, attr: src, type: url, list: true, download: true }',
  ],
  [['downloadMaxsize', 'maxFileSize'], 'files.maxFileBytes'],
  [['userAgent', 'ua'], 'politeness.userAgent'],
  [
    ['robotsTxt', 'robotstxtObey', 'obeyRobots', 'respectRobotsTxt', 'respectRobotsTxtFile'],
    'politeness.robots',
  ],
  [['depth', 'depthLimit', 'maxCrawlDepth'], 'limits.maxDepth'],
  [['maxPagesPerDomain', 'pagesPerHost', 'perHostLimit', 'maxRequestsPerHost'], 'limits.maxPagesPerHost'],
  [['maxRequests', 'maxRequestsPerCrawl', 'closespiderPagecount', 'pageLimit'], 'limits.maxPages'],
  [['closespiderItemcount', 'itemLimit'], 'limits.maxItems'],
  [['retry', 'retries', 'retryTimes', 'maxRetries', 'maxRequestRetries'], 'fetch.attempts'],
  [['timeout', 'downloadTimeout', 'requestTimeout'], 'fetch.timeoutMs'],
  [['css', 'selector', 'selectors'], 'select'],
  [['attribute'], 'attr'],
  [['zone', 'tz'], 'timeZone'],
  [
    ['nextPage', 'pagination', 'next'],
    'follow, with a selector of the link to the next page; of an API rest.page',
  ],
  [['feeds', 'feedUri', 'exporters', 'outputFormat', 'format'], 'output.formats'],
];

/** The answer to a key of another scraper; `undefined` for any other. Case, `-` and `_` do not count. */
export function answerForeignKey(key: string): string | undefined {
  const wanted = foldKey(key);
  const missing = missingFeatures.find(({ keys }) => keys.some((known) => foldKey(known) === wanted));
  if (missing !== undefined) return `Spinneret ${missing.what}. ${missing.instead}`;
  const named = namedElsewhere.find(([keys]) => keys.some((known) => foldKey(known) === wanted));
  return named === undefined ? undefined : `here that is ${named[1]}`;
}
