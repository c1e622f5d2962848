import { describe, expect, it } from 'vitest';
import { noneListed } from '../../../cli/estimate/count-listed.ts';
import type { JobEstimate } from '../../../cli/estimate/estimate-job.ts';
import { accuracy, estimateData, estimateLines } from '../../../cli/estimate/estimate-text.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import { makeJob } from '../../engine/world.ts';

const settings = { ...settingsSchema.parse({}).aws, maxConcurrency: 20 };
const prices = { region: 'eu-test-1', asOf: '2026-11-01' } as Parameters<typeof estimateLines>[3];
const named = { known: 'listed', pages: 1_000, how: 'the sources name 1,000', named: 1_000 } as const;
const atMost = { known: 'limit', pages: 1_000, how: 'limits.maxPages, at most', named: 10 } as const;

function jobWith(limits: object = { budgetUsd: 5 }, more: object = {}) {
  return makeJob({ name: 'books', sources: [{ crawl: { start: 'http://a.test/' } }], limits, ...more });
}

/** Of a list of 1,000 pages, of which five were scraped. */
function estimateOf(
  changes: Partial<JobEstimate> = {},
  measured: Partial<JobEstimate['measured']> = {},
  estimate: Partial<JobEstimate['estimate']> = {},
): JobEstimate {
  return {
    estimate: {
      pages: 1_000,
      batches: 40,
      deferrals: 400,
      durationMs: 1_200_000,
      sessionWrites: 0,
      usage: { writeUnits: 1_500 },
      cost: {
        totalUsd: 2,
        byService: { lambda: 1.5, dynamodb: 0.5, sqs: 0, s3: 0, logs: 0, kms: 0 },
      },
      per1000PagesUsd: 2,
      ...estimate,
    },
    expected: named,
    measured: {
      pages: 5,
      failed: 0,
      fetched: 5,
      failures: new Map(),
      bytesPerPage: 12_300,
      itemsPerPage: 1.25,
      perPage: {
        pagesPerHost: 5,
        fetchesPerPage: 1,
        fetchMs: 120,
        linksPerPage: 3,
        newUrlsPerPage: 0,
        outcomeBytesPerPage: 200,
        itemBytesPerPage: 100,
        requestBytes: 150,
      },
      listed: noneListed(),
      found: noneListed(),
      sitemaps: { read: 0, indexes: 0, known: 0 },
      named: [],
      ...measured,
    },
    slowest: { host: 'a.test', gapMs: 1_000 },
    isInterrupted: false,
    ...changes,
  };
}

const crawled = { perPage: { ...estimateOf().measured.perPage, newUrlsPerPage: 0.1 } };
const linesOf = (job = jobWith(), estimate = estimateOf()) => estimateLines(job, settings, estimate, prices);
/** The lines that begin with it, and those that follow without a title. */
function part(lines: string[], title: string): string[] {
  const from = lines.findIndex((line) => line.trimStart().startsWith(`${title} `));
  if (from < 0) return [];
  const rest = lines.slice(from + 1);
  const length = rest.findIndex((line) => !line.startsWith('          '));
  return lines.slice(from, length < 0 ? undefined : from + 1 + length);
}

describe('pages in a browser', () => {
  const inBrowser = { share: 0.5, turnsPerPage: 2.25, sentShare: 0.75 };
  const browser = { pages: 500, sent: 500, usd: 0.034, perMillionPagesUsd: 68 };

  it('have a line with what a million of them costs, and are in the data', () => {
    const of = estimateOf({}, { inBrowser }, { browser });
    const lines = estimateLines(jobWith(), settings, of, prices);
    expect(lines).toContain(
      '  browser 500 pages read in one, 2.3 further requests each: $0.034 of the price, $68.00 per million of them',
    );
    expect(estimateData(jobWith(), of, prices)).toMatchObject({ browser, sample: { inBrowser } });
  });

  it('are said apart from those that were only fetched by the same functions', () => {
    const of = estimateOf({}, { inBrowser }, { browser: { ...browser, sent: 750 } });
    const [line] = part(estimateLines(jobWith(), settings, of, prices), 'browser');
    expect(line).toContain(' further requests each, and 250 pages fetched there without it: $0.034');
  });

  it('have none where no page is read in one', () => {
    const lines = estimateLines(jobWith(), settings, estimateOf(), prices);
    expect(lines.filter((line) => line.includes('browser'))).toEqual([]);
  });
});

describe('estimateLines', () => {
  it('says of a list what was sampled, how long it takes, what it costs, and how sure that is', () => {
    expect(linesOf()).toEqual([
      'books: an estimate for AWS, from 5 pages',
      '  pages   1,000: the sources name 1,000',
      '  sample  12 kB, 120 ms, 1.3 items, 3.0 links, 0.0 of them new a page',
      '  time    20 m, at 1.0 s between requests to a.test, which it asks for or needs',
      '  cost    $2.00: Lambda $1.50, DynamoDB $0.50',
      '          $2.00 per 1,000 pages, 1.50 write units per page',
      '  prices  eu-test-1, 2026-11-01; not in it: free tiers, alarms and dashboard, NAT gateways, data transfer, taxes',
      '  error   give or take a third, if the other pages are like those of the sample',
    ]);
  });

  it('says of a crawl that its figures are the most', () => {
    const lines = linesOf(jobWith(), estimateOf({ expected: atMost, proxies: { bytes: 2e6, costUsd: 1 } }));
    expect(part(lines, 'time')[0]).toMatch(/^ {2}time {4}at most 20 m, /);
    expect(part(lines, 'cost')[0]).toMatch(/^ {2}cost {4}at most \$2\.00: /);
    expect(part(lines, 'proxies')[0]).toMatch(/^ {2}proxies at most 2\.0 MB /);
    expect(part(lines, 'error')).toEqual([`  error   ${accuracy.crawl}`]);
    const whole = estimateOf({}, crawled);
    expect(part(linesOf(jobWith(), whole), 'error')).toEqual([`  error   ${accuracy.crawl}`]);
  });

  it.each([
    [{ gapMs: 1_000 }, 1_000, 'at 1.0 s between requests to a.test'],
    [{ gapMs: 1_000 }, 1_100, 'at 1.1 s between requests to a.test, which it asks for or needs'],
    [{ gapMs: 0 }, 0, 'without a gap, with up to 20 workers'],
  ])('of the politeness %j and a gap of %i ms says %s', (politeness, gapMs, text) => {
    const job = jobWith(undefined, { politeness });
    const lines = linesOf(job, estimateOf({ slowest: { host: 'a.test', gapMs } }));
    expect(part(lines, 'time')).toEqual([`  time    20 m, ${text}`]);
  });

  it('counts what failed of the sample', () => {
    const failures = new Map([
      ['HTTP_404', 2],
      ['TIMEOUT', 1],
    ]);
    const lines = linesOf(jobWith(), estimateOf({}, { failed: 3, failures }));
    expect(part(lines, 'sample')[0]).toMatch(/ new a page; 3 failed \(HTTP_404 2, TIMEOUT 1\)$/);
  });

  it('says what is kept, what files are, and what passes through proxies', () => {
    const kept = { filesPerPage: 0.25, keptBytesPerPage: 2_000 };
    const proxied = estimateOf({ proxies: { bytes: 3e9, costUsd: 6 } }, kept);
    const job = jobWith({ budgetUsd: 20 }, { proxies: { list: ['http://p.test:1'], pricePerGb: 2 } });
    expect(linesOf(job, proxied).slice(6, 9)).toEqual([
      '  files   about 250 files, 0.3 a page: of unknown size, each a request of its host; of time and price, a PUT and a GET each are in it',
      '  archive about 2.0 MB of pages kept, 2.0 kB a page; their PUTs and their place in the bucket are in the price',
      '  proxies 3.0 GB through them: $6.00 more, at $2.00 a GB',
    ]);
    const unpriced = jobWith({ maxFiles: 100 }, { proxies: { list: ['http://p.test:1'] } });
    expect(linesOf(unpriced, proxied)).toContainEqual(
      '  proxies 3.0 GB through them; without proxies.pricePerGb their price is not known',
    );
    expect(part(linesOf(unpriced, proxied), 'files')[0]).toMatch(/^ {2}files {3}about 100 files, /);
  });

  it('says between what a second run lies', () => {
    const again = { unchangedUsd: 0.5, changedUsd: 1.5, validatedShare: 0.626 };
    expect(part(linesOf(jobWith(), estimateOf({ again })), 'again')).toEqual([
      '  again   a second run $0.50 if no page has changed, $1.50 if each has: which share does is not known before',
      "          each page is asked for, as now (20 m); 63 % of the sample's have an ETag or a Last-Modified, by which a page that has not changed is not sent again",
    ]);
    const due = estimateOf({ again: { ...again, duePages: 300 } });
    expect(part(linesOf(jobWith(), due), 'again').slice(1)).toEqual([
      '          about 300 of them are due in a run (recrawl.budget), so that it costs less',
      "          each page that is due is asked for, as now (20 m); 63 % of the sample's have an ETag or a Last-Modified, by which a page that has not changed is not sent again",
    ]);
  });

  const hintsOf = (limits: object, estimate: Partial<JobEstimate['estimate']> = {}, more = {}) =>
    (estimateData(jobWith(limits), estimateOf(more, {}, estimate), prices) as { hints: string[] }).hints;

  it.each<[string, object, Partial<JobEstimate['estimate']>, string[]]>([
    ['no budget', {}, {}, ['limits.budgetUsd is not set; with it, a run stops by its own measured cost']],
    ['a budget that is enough', { budgetUsd: 2 }, {}, []],
    [
      'one that is not',
      { budgetUsd: 1.999 },
      {},
      ['limits.budgetUsd of $2.00 ends the run after about 999 pages'],
    ],
    ['a time that is enough', { budgetUsd: 2, maxDurationMs: 1_200_000 }, {}, []],
    [
      'one that is not',
      { budgetUsd: 2, maxDurationMs: 1_199_000 },
      {},
      ['limits.maxDurationMs ends the run after about 999 pages'],
    ],
    [
      'sessions',
      { budgetUsd: 2 },
      { sessionWrites: 1 },
      ['sessions are written 1 time at most, once a batch whose answers change cookies; it is in the price'],
    ],
    [
      'more than ten messages a batch that only wait',
      { budgetUsd: 2 },
      { deferrals: 401 },
      ['401 messages only wait for a host’s turn, and cost; smaller runs, one after the other, wait less'],
    ],
    [
      'one such message',
      { budgetUsd: 2 },
      { deferrals: 1, batches: 0 },
      ['1 message only waits for a host’s turn, and costs; smaller runs, one after the other, wait less'],
    ],
  ])('hints, of %s: %j', (_, limits, estimate, hints) => {
    expect(hintsOf(limits, estimate)).toEqual(hints);
    const lines = linesOf(jobWith(limits), estimateOf({}, {}, estimate));
    expect(lines.filter((line) => line.startsWith('  hint    '))).toEqual(
      hints.map((hint) => `  hint    ${hint}`),
    );
  });

  it('takes proxies to be of what the budget is for', () => {
    const proxies = { bytes: 1e9, costUsd: 2 };
    expect(hintsOf({ budgetUsd: 3 }, {}, { proxies })).toEqual([
      'limits.budgetUsd of $3.00 ends the run after about 750 pages',
    ]);
  });
});

describe('estimateData', () => {
  it('has the same for programs, without what a job has none of', () => {
    const failures = new Map([['HTTP_404', 2]]);
    const estimate = estimateOf({}, { failed: 2, failures });
    const { measured } = estimate;
    expect(estimateData(jobWith(), estimate, prices)).toEqual({
      type: 'estimate',
      job: 'books',
      ...estimate.estimate,
      isUpperBound: false,
      pagesKnownBy: 'listed',
      pagesNamed: 1_000,
      slowest: { host: 'a.test', gapMs: 1_000 },
      sample: {
        pages: 5,
        failed: 2,
        failures: { HTTP_404: 2 },
        bytesPerPage: 12_300,
        itemsPerPage: 1.25,
        ...measured.perPage,
      },
      prices: {
        region: 'eu-test-1',
        asOf: '2026-11-01',
        notIncluded: 'free tiers, alarms and dashboard, NAT gateways, data transfer, taxes',
      },
      accuracy: accuracy.counted,
      hints: [],
    });
  });

  it('has what a job does besides, where it does', () => {
    const again = { unchangedUsd: 0.5, changedUsd: 1.5, validatedShare: 1 };
    const proxies = { bytes: 1, costUsd: 0 };
    const more = { expected: atMost, again, proxies };
    const measured = { ...crawled, filesPerPage: 0.5, keptBytesPerPage: 100 };
    expect(estimateData(jobWith(), estimateOf(more, measured), prices)).toMatchObject({
      isUpperBound: true,
      pagesKnownBy: 'limit',
      again,
      proxies,
      sample: { filesPerPage: 0.5, keptBytesPerPage: 100 },
      accuracy: accuracy.crawl,
    });
  });
});
