import { defaultPrices, type Prices } from '../../shared/cost/cost.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { formatBytes, formatCount, formatDuration, formatNoun, formatUsd } from '../../shared/text/format.ts';
import { costLines } from '../aws/cost-text.ts';
import type { JobEstimate } from './estimate-job.ts';

/** The error of an estimate: measured runs lay within it, if their pages were like the sample's. */
export const accuracy = {
  counted: 'give or take a third, if the other pages are like those of the sample',
  crawl:
    'between half and double: a crawl finds links, batches and waiting that a small sample does not show',
};

/** What is not in the price. */
const notIncluded = 'free tiers, alarms and dashboard, NAT gateways, data transfer, taxes';

/** The estimate as lines, the first with the job's name. */
export function estimateLines(
  job: Job,
  settings: Settings['aws'],
  jobEstimate: JobEstimate,
  { region, asOf }: Prices = defaultPrices,
): string[] {
  const { estimate, expected } = jobEstimate;
  const { usage, cost, pages, per1000PagesUsd } = estimate;
  const writeUnitsPerPage = (usage.writeUnits ?? 0) / Math.max(1, pages);
  const atMost = expected.known === 'limit' ? 'at most ' : '';
  return [
    `${job.name}: an estimate for AWS, from ${formatNoun(jobEstimate.measured.pages, 'page')}`,
    `  pages   ${formatCount(pages)}: ${expected.how}`,
    `  sample  ${sampleText(jobEstimate)}`,
    `  time    ${atMost}${formatDuration(estimate.durationMs)}, ${paceText(job, settings, jobEstimate)}`,
    ...costLines({ ...cost, per1000PagesUsd, writeUnitsPerPage }, true).map((line) =>
      line.replace('cost    ', `cost    ${atMost}`),
    ),
    ...browserLines(jobEstimate),
    ...fileLines(job, jobEstimate),
    ...keptLines(jobEstimate),
    ...proxyLines(job, jobEstimate),
    ...againLines(jobEstimate),
    `  prices  ${region}, ${asOf}; not in it: ${notIncluded}`,
    `  error   ${expected.known === 'limit' || isCrawl(jobEstimate) ? accuracy.crawl : accuracy.counted}`,
    ...hintsOf(job, jobEstimate).map((hint) => `  hint    ${hint}`),
  ];
}

/** Functions with a browser are billed while pages wait for the turns of what they load, too. */
function browserLines({ estimate: { browser }, measured: { inBrowser } }: JobEstimate): string[] {
  if (browser === undefined || inBrowser === undefined) return [];
  const { pages, sent, usd, perMillionPagesUsd } = browser;
  const turns = `${inBrowser.turnsPerPage.toFixed(1)} further requests each`;
  const read = `${formatNoun(pages, 'page')} read in one, ${turns}`;
  const others = sent > pages ? `, and ${formatNoun(sent - pages, 'page')} fetched there without it` : '';
  return [
    `  browser ${read}${others}: ${formatUsd(usd)} of the price, ${formatUsd(perMillionPagesUsd)} per million of them`,
  ];
}

/** Files were counted in the sample, and not asked for: their sizes are not known. */
function fileLines({ limits }: Job, { measured: { filesPerPage = 0 }, estimate }: JobEstimate): string[] {
  if (filesPerPage === 0) return [];
  const files = Math.min(limits.maxFiles, Math.ceil(filesPerPage * estimate.pages));
  const count = `about ${formatNoun(files, 'file')}, ${filesPerPage.toFixed(1)} a page`;
  return [
    `  files   ${count}: of unknown size, each a request of its host; of time and price, a PUT and a GET each are in it`,
  ];
}

/** On AWS they lie in the bucket for `aws.keepDays`, an object for each batch. */
function keptLines({ measured: { keptBytesPerPage = 0 }, estimate }: JobEstimate): string[] {
  if (keptBytesPerPage === 0) return [];
  const bytes = formatBytes(keptBytesPerPage * estimate.pages);
  return [
    `  archive about ${bytes} of pages kept, ${formatBytes(keptBytesPerPage)} a page; their PUTs and their place in the bucket are in the price`,
  ];
}

/** What is new on the site comes on top of it, at the price of a first run. */
function againLines({ again, estimate }: JobEstimate): string[] {
  if (again === undefined) return [];
  const { unchangedUsd, changedUsd, validatedShare, duePages } = again;
  const share = `${Math.round(validatedShare * 100)} %`;
  return [
    `  again   a second run ${formatUsd(unchangedUsd)} if no page has changed, ${formatUsd(changedUsd)} if each has: which share does is not known before`,
    ...(duePages === undefined
      ? []
      : [
          `          about ${formatCount(duePages)} of them are due in a run (recrawl.budget), so that it costs less`,
        ]),
    `          each page ${duePages === undefined ? '' : 'that is due '}is asked for, as now (${formatDuration(estimate.durationMs)}); ${share} of the sample's have an ETag or a Last-Modified, by which a page that has not changed is not sent again`,
  ];
}

/** Beside the cost of AWS: it is the same on any machine. */
function proxyLines({ proxies: settings }: Job, { proxies, expected }: JobEstimate): string[] {
  if (proxies === undefined) return [];
  const atMost = expected.known === 'limit' ? 'at most ' : '';
  const { pricePerGb } = settings ?? {};
  const cost =
    pricePerGb === undefined
      ? '; without proxies.pricePerGb their price is not known'
      : `: ${formatUsd(proxies.costUsd)} more, at ${formatUsd(pricePerGb)} a GB`;
  return [`  proxies ${atMost}${formatBytes(proxies.bytes)} through them${cost}`];
}

function isCrawl({ measured }: JobEstimate): boolean {
  return measured.perPage.newUrlsPerPage > 0;
}

function sampleText({ measured }: JobEstimate): string {
  const { perPage, bytesPerPage, itemsPerPage, failed, failures } = measured;
  const links = `${perPage.linksPerPage.toFixed(1)} links, ${perPage.newUrlsPerPage.toFixed(1)} of them new`;
  const codes = [...failures].map(([code, count]) => `${code} ${formatCount(count)}`).join(', ');
  const figures = `${formatBytes(bytesPerPage)}, ${formatDuration(perPage.fetchMs)}, ${itemsPerPage.toFixed(1)} items, ${links} a page`;
  return failed === 0 ? figures : `${figures}; ${formatCount(failed)} failed (${codes})`;
}

function paceText(job: Job, { maxConcurrency }: Settings['aws'], { slowest }: JobEstimate): string {
  if (slowest.gapMs === 0) return `without a gap, with up to ${formatNoun(maxConcurrency, 'worker')}`;
  const why = slowest.gapMs > job.politeness.gapMs ? ', which it asks for or needs' : '';
  return `at ${formatDuration(slowest.gapMs)} between requests to ${slowest.host}${why}`;
}

/** Deferrals per batch above which the estimate mentions them. */
const manyDeferrals = 10;

/** Suggestions for the job before the run. */
function hintsOf(job: Job, { estimate, proxies }: JobEstimate): string[] {
  const { cost, pages, durationMs, batches, deferrals, sessionWrites } = estimate;
  const totalUsd = cost.totalUsd + (proxies?.costUsd ?? 0);
  const { budgetUsd, maxDurationMs } = job.limits;
  const hints: string[] = [];
  if (budgetUsd === undefined) {
    hints.push('limits.budgetUsd is not set; with it, a run stops by its own measured cost');
  } else if (budgetUsd < totalUsd) {
    const reached = Math.floor((pages * budgetUsd) / totalUsd);
    hints.push(
      `limits.budgetUsd of ${formatUsd(budgetUsd)} ends the run after about ${formatNoun(reached, 'page')}`,
    );
  }
  if (maxDurationMs !== undefined && maxDurationMs < durationMs) {
    const reached = Math.floor((pages * maxDurationMs) / durationMs);
    hints.push(`limits.maxDurationMs ends the run after about ${formatNoun(reached, 'page')}`);
  }
  if (sessionWrites > 0) {
    hints.push(
      `sessions are written ${formatNoun(sessionWrites, 'time')} at most, once a batch whose answers change cookies; it is in the price`,
    );
  }
  if (deferrals > manyDeferrals * batches) {
    hints.push(
      `${formatNoun(deferrals, 'message only waits for a host’s turn, and costs', 'messages only wait for a host’s turn, and cost')}; smaller runs, one after the other, wait less`,
    );
  }
  return hints;
}

/** The estimate for machines. */
export function estimateData(
  job: Job,
  jobEstimate: JobEstimate,
  { region, asOf }: Prices = defaultPrices,
): object {
  const { estimate, expected, measured, slowest, proxies, again } = jobEstimate;
  const { pages, failed, failures, bytesPerPage, itemsPerPage, perPage } = measured;
  const { filesPerPage, keptBytesPerPage, inBrowser } = measured;
  return {
    type: 'estimate',
    job: job.name,
    ...estimate,
    isUpperBound: expected.known === 'limit',
    pagesKnownBy: expected.known,
    pagesNamed: expected.named,
    slowest,
    ...(proxies === undefined ? {} : { proxies }),
    ...(again === undefined ? {} : { again }),
    sample: {
      pages,
      failed,
      failures: Object.fromEntries(failures),
      bytesPerPage,
      itemsPerPage,
      ...(filesPerPage === undefined ? {} : { filesPerPage }),
      ...(keptBytesPerPage === undefined ? {} : { keptBytesPerPage }),
      ...(inBrowser === undefined ? {} : { inBrowser }),
      ...perPage,
    },
    prices: { region, asOf, notIncluded },
    accuracy: isCrawl(jobEstimate) ? accuracy.crawl : accuracy.counted,
    hints: hintsOf(job, jobEstimate),
  };
}
