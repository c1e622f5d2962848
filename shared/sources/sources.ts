import type { Job, Source } from '../job/schema.ts';
import type { SourceName } from '../job/source-schema.ts';
import type { RequestKind } from '../model.ts';
import { crawlRules } from './crawl/source.ts';
import { downloadKind } from './files/kind.ts';
import { filesSummary } from './files/summary.ts';
import { keptKind } from './kept/kind.ts';
import type { Kind } from './kind.ts';
import { pageKind } from './page.ts';
import { cellKind } from './places/cell-kind.ts';
import { detailsKind, placeKind, siteKind } from './places/place-kinds.ts';
import { placeLinksKind } from './places/place-links-kind.ts';
import { reviewsKind } from './places/reviews/reviews-kind.ts';
import { shortLinkKind } from './places/short-link-kind.ts';
import { placesRules } from './places/source.ts';
import type { SourceItems, SourceSummary } from './reports.ts';
import { restKind } from './rest/kind.ts';
import { restRules } from './rest/source.ts';
import { seedKind } from './seed.ts';
import { sentKind } from './send/kind.ts';
import { sendRules } from './send/source.ts';
import { sitemapKind } from './sitemap/kind.ts';
import { sitemapRules } from './sitemap/source.ts';
import type { SourceRules } from './source.ts';
import { urlsKind } from './urls/kind.ts';
import { urlsRules } from './urls/source.ts';

/**
 * The list of sources and of the kinds of their requests: what is to be known of them, which loads little. What is made of
 * them is in `readers.ts`. Without an entry for each, neither compiles.
 */
const sources: { readonly [Name in SourceName]: SourceRules<Name> } = {
  crawl: crawlRules,
  sitemap: sitemapRules,
  urls: urlsRules,
  rest: restRules,
  send: sendRules,
  places: placesRules,
};

const kinds: { readonly [Name in RequestKind]: Kind<Name> } = {
  seed: seedKind,
  page: pageKind,
  sitemap: sitemapKind,
  urls: urlsKind,
  rest: restKind,
  sent: sentKind,
  placeLinks: placeLinksKind,
  shortLink: shortLinkKind,
  cell: cellKind,
  place: placeKind,
  details: detailsKind,
  site: siteKind,
  reviews: reviewsKind,
  download: downloadKind,
  keptPages: keptKind,
};

/** What is to be known of a request's kind. */
export function kindOf({ kind }: { kind: RequestKind }): Kind {
  return kinds[kind];
}

/** Whether requests of this kind are pages of the run. A kind that a newer version writes is none. */
export function isPage(kind: RequestKind): boolean {
  return Object.hasOwn(kinds, kind) && kinds[kind].isPage;
}

/** Whether requests of this kind are files to be kept. */
export function isDownload(kind: RequestKind): boolean {
  return Object.hasOwn(kinds, kind) && kinds[kind].isDownload === true;
}

/** What one source of a job is, with its settings. */
export interface KnownSource {
  name: SourceName;
  rules: SourceRules;
  settings: NonNullable<Source[SourceName]>;
}

/** Of a source, which a job has under exactly one of these keys. */
export function sourceOf(source: Source): KnownSource {
  for (const name of sourceNames) {
    const settings = source[name];
    if (settings !== undefined) return { name, rules: sources[name], settings };
  }
  throw new Error(`a source of no kind: ${Object.keys(source).join(', ')}`);
}

/** A source that names this page, and nothing else. */
export function sourceOfPage(url: string, label?: string): Source {
  return { urls: { list: [url], label } };
}

const sourceNames = Object.keys(sources) as SourceName[];

const rulesOfAll: SourceRules[] = sourceNames.map((name) => sources[name]);

/** Items that sources give by themselves. */
export const itemsOfSources: readonly SourceItems[] = rulesOfAll.flatMap(({ items }) => items);

/** What is made of a run that is more than pages: by sources, and by the fields that name files. */
export const summariesOfSources: readonly SourceSummary[] = [
  ...rulesOfAll.flatMap(({ summaries }) => summaries),
  filesSummary,
];

/** Whether a job searches areas, whose facts of cells say how far they are covered. */
export function searchesAreas({ sources }: Pick<Job, 'sources'>): boolean {
  return sources.some((source) => sourceOf(source).rules.coverage !== undefined);
}

/** Whether a job, or the frozen job of a run, reads pages by its labels: it does not if it only searches for places. */
export function readsPages({ sources }: Pick<Job, 'sources'>): boolean {
  return sources.some((source) => sourceOf(source).rules.namesPages);
}

/** What a user must know before the first run of the job. */
export function noticesOf({ sources }: Pick<Job, 'sources'>): string[] {
  const lines = sources.map(sourceOf).flatMap(({ rules, settings }) => rules.notice(settings));
  return [...new Set(lines)];
}
