import type { Job } from '../job/schema.ts';
import type { SourceName } from '../job/source-schema.ts';
import type { Counts, RequestKind } from '../model.ts';
import { crawlStart } from './crawl/start.ts';
import type { MakeOfItems } from './each/items-to-requests.ts';
import { downloadReader } from './files/reader.ts';
import { keptReader } from './kept/reader.ts';
import { partsOf } from './kept/start.ts';
import type { KindReader, OpenedSources, SourceEnv } from './kind.ts';
import { isWorkedOut } from './kind-parts.ts';
import { pageReader } from './page.ts';
import { cellReader } from './places/cell-reader.ts';
import { placeLinksReader } from './places/place-links-reader.ts';
import { detailsReader, placeReader, siteReader } from './places/place-readers.ts';
import { reviewsReader } from './places/reviews/reviews-reader.ts';
import { shortLinkReader } from './places/short-link-reader.ts';
import { placesStart } from './places/start.ts';
import { restReader } from './rest/reader.ts';
import { restStart } from './rest/start.ts';
import { sentReader } from './send/reader.ts';
import { sendStart } from './send/start.ts';
import { sitemapReader } from './sitemap/reader.ts';
import { sitemapStart } from './sitemap/start.ts';
import type { SourceStart } from './source.ts';
import { sourceOf } from './sources.ts';
import type { Expansion } from './types.ts';
import { urlsReader } from './urls/reader.ts';
import { urlsStart } from './urls/start.ts';

/** How each source starts, and how the answers of each kind are read: loaded only where runs are worked on. */
const starts: { readonly [Name in SourceName]: SourceStart<Name> } = {
  crawl: crawlStart,
  sitemap: sitemapStart,
  urls: urlsStart,
  rest: restStart,
  send: sendStart,
  places: placesStart,
};

const readers: { readonly [Name in RequestKind]: KindReader<Name> } = {
  seed: {
    ...isWorkedOut,
    begin: (_request, { job, opened }) => ({ is: 'source', expansion: seedRequests(job, opened) }),
  },
  page: pageReader,
  sitemap: sitemapReader,
  urls: urlsReader,
  rest: restReader,
  sent: sentReader,
  placeLinks: placeLinksReader,
  shortLink: shortLinkReader,
  cell: cellReader,
  place: placeReader,
  details: detailsReader,
  site: siteReader,
  reviews: reviewsReader,
  download: downloadReader,
  keptPages: keptReader,
};

/** What is made of a request. */
export function readerOf({ kind }: { kind: RequestKind }): KindReader {
  return readers[kind];
}

function startOf(name: SourceName): SourceStart {
  return starts[name];
}

/** What every source of the job names before anything is fetched. Requests of `next` carry the index of their source. */
export function seedRequests(job: Job, opened: OpenedSources = {}): Expansion {
  if (job.extracts !== undefined) {
    const { left = 0 } = job.extracts;
    return { links: [], next: partsOf(job.extracts), invalid: [], counts: { 'refused:unchanged': left } };
  }
  const seeds = job.sources.map(sourceOf).map(({ name, rules, settings }, index) => {
    const seeds = startOf(name).seeds(settings, index, opened);
    if (rules.headers(settings) === undefined) return seeds;
    return { ...seeds, links: seeds.links.map((link) => ({ ...link, headersOf: index })) };
  });
  return {
    links: seeds.flatMap(({ links }) => links),
    next: seeds.flatMap(({ next }) => next),
    invalid: [],
    ...countsOf(seeds),
  };
}

/** The sum over all sources, of those that count anything. */
function countsOf(seeds: Pick<Expansion, 'counts'>[]): Pick<Expansion, 'counts'> {
  const sum: Counts = {};
  for (const [name, count] of seeds.flatMap(({ counts = {} }) => Object.entries(counts))) {
    sum[name] = (sum[name] ?? 0) + count;
  }
  return Object.keys(sum).length === 0 ? {} : { counts: sum };
}

/** What sources make of the items of pages, by the label of the pages. */
export function makersByLabel({ sources }: Job): ReadonlyMap<string, MakeOfItems[]> {
  const makers = sources
    .map(sourceOf)
    .flatMap(({ name, settings }, index) => startOf(name).ofItems?.(settings, index) ?? []);
  return new Map(
    [...Map.groupBy(makers, ({ from }) => from)].map(([from, all]) => [from, all.map(({ make }) => make)]),
  );
}

/** What its sources work out of a job once per process. Throws `HaltError`, and `DropError` SOURCE_MISSING. */
export async function openSources(env: Pick<SourceEnv, 'job' | 'openFile'>): Promise<OpenedSources> {
  const used = new Set(env.job.sources.map((source) => startOf(sourceOf(source).name)));
  const opened = await Promise.all([...used].map(({ open }) => open?.(env)));
  return Object.assign({}, ...opened);
}
