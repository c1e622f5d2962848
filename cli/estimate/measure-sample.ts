import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isTagged } from '../../shared/engine/recrawl/validators.ts';
import { recordsOf } from '../../shared/export/records.ts';
import { hostOf } from '../../shared/fetch/url.ts';
import type { Outcome, PageFact, PageRecord, PageRequest, RequestKind } from '../../shared/model.ts';
import type { PageSample } from '../../shared/sources/page-sample.ts';
import { isDownload, isPage, kindOf } from '../../shared/sources/sources.ts';
import { addListed, type Listed, noneListed } from './count-listed.ts';

/** The figures of a sample run. */
export interface Measured {
  /** Pages that came to their end, and how many of them failed. */
  pages: number;
  failed: number;
  /** Answers of the site with any status. */
  fetched: number;
  /** The number of failed pages by code. */
  failures: Map<string, number>;
  bytesPerPage: number;
  itemsPerPage: number;
  /** Files that its items name, each address once: not asked for. @default none */
  filesPerPage?: number;
  /** Of a job that keeps its pages: compressed. */
  keptBytesPerPage?: number;
  /**
   * Of a job with pages that may be read in a browser: the share of those that were, the turns of hosts that what one loaded took, and the share
   * of those that functions with a browser would fetch.
   */
  inBrowser?: { share: number; turnsPerPage: number; sentShare: number };
  /** Of a job that recrawls, and of pages of which it keeps what it knows. */
  recrawl?: MeasuredRecrawl;
  perPage: PageSample;
  /** Pages that the job's start URLs, lists and sitemaps name, files apart. */
  listed: Listed;
  /** URLs that pages led to and no source names, by host; and the batches they make. */
  found: Listed;
  /** Sitemaps read, failed ones included, those among them that lead to others, and sitemaps known of. */
  sitemaps: { read: number; indexes: number; known: number };
  /** Some of the pages that sources name. */
  named: PageRequest[];
}

export interface MeasuredRecrawl {
  /** Units of DynamoDB that writing what is known of a page takes, its place in the index apart: one for each KB, compressed. */
  unitsPerPage: number;
  /** The share of these pages that a server can be asked for conditionally. */
  validatedShare: number;
}

/** Bounds the memory: beyond this number, repeated URLs may count as new. */
const maxKnown = 1_000_000;
const maxNamed = 200;

/** Reads the outcomes of a sample, in the order they were written. `isSent`: whether functions with a browser would fetch the page. */
export async function measureSample(
  outcomes: AsyncIterable<Outcome>,
  batchSize: number,
  isSent: (page: PageFact) => boolean,
): Promise<Measured> {
  const tally = newTally(batchSize);
  for await (const outcome of outcomes) addOutcome(tally, outcome);
  return conclude(tally, isSent);
}

function newTally(batchSize: number) {
  return {
    batchSize,
    facts: [] as PageFact[],
    known: new Set<string>(),
    /** Links of the pages that would share a batch, and how many those pages are. */
    batchLinks: new Set<string>(),
    batchPages: 0,
    links: 0,
    items: 0,
    keyedItems: 0,
    outcomeBytes: 0,
    itemBytes: 0,
    requestBytes: 0,
    requests: 0,
    listed: noneListed(),
    found: noneListed(),
    sitemapsRead: 0,
    indexes: 0,
    sitemaps: new Set<string>(),
    named: [] as PageRequest[],
    files: new Set<string>(),
    keptBytes: 0,
    rendered: 0,
    renderedTurns: 0,
    recrawl: { pages: 0, validated: 0, units: 0 },
  };
}

type Tally = ReturnType<typeof newTally>;

function listsOf(kind: RequestKind) {
  return kindOf({ kind }).lists;
}

function addOutcome(tally: Tally, outcome: Outcome): void {
  const facts = outcome.pages.filter(({ kind }) => isPage(kind));
  // A link with `via` replaces its own page (a redirect or canonical link), so it adds none.
  const links = outcome.links.filter(({ kind, via }) => isPage(kind) && via === undefined);
  const isNext = ({ kind }: PageRequest) =>
    listsOf(kind) === 'next' && facts.some((fact) => fact.kind === kind);
  const isFound = (link: PageRequest) => link.referrer !== undefined || isNext(link);
  const pageLinks = links.filter(isFound);
  // Files of URLs are counted separately and completely.
  const isChunk = outcome.pages.some(({ kind }) => listsOf(kind) === 'countedWithoutRun');
  const listed = isChunk ? [] : links.filter((link) => !isFound(link));
  addSources(tally, outcome, listed);
  tally.facts.push(...facts);
  tally.rendered += outcome.counts['rendered'] ?? 0;
  tally.renderedTurns += outcome.counts['rendered:turns'] ?? 0;
  if (facts.length > 0) addPages(tally, outcome, facts.length, pageLinks);
}

function addSources(tally: Tally, outcome: Outcome, listed: PageRequest[]): void {
  for (const { kind, url } of outcome.links) if (listsOf(kind) === 'all') tally.sitemaps.add(url);
  // Sitemaps that were skipped once the sample had its pages were not read.
  const isRead = ({ kind, end }: PageFact) =>
    listsOf(kind) === 'all' && (end === 'stored' || end === 'failed');
  const ends = outcome.pages.filter(isRead);
  tally.sitemapsRead += ends.length;
  const isIndex = ends.length > 0 && outcome.links.some(({ kind }) => listsOf(kind) === 'all');
  if (isIndex) tally.indexes += 1;
  const urls = listed.map(({ url }) => url).filter((url) => !tally.known.has(url));
  if (urls.length > 0) addListed(tally.listed, urls, tally.batchSize);
  for (const url of urls) remember(tally, url);
  tally.named.push(...listed.slice(0, maxNamed - tally.named.length));
}

function addPages(tally: Tally, outcome: Outcome, pages: number, links: PageRequest[]): void {
  for (const { kind, url } of outcome.links) if (isDownload(kind)) tally.files.add(url);
  tally.keptBytes += outcome.kept?.bytes ?? 0;
  for (const record of outcome.known?.pages ?? []) addKnown(tally, record);
  const added = links.map(({ url }) => url).filter((url) => !tally.known.has(url));
  const fresh = [...new Set(added)];
  if (fresh.length > 0) addListed(tally.found, fresh, tally.batchSize);
  for (const url of fresh) remember(tally, url);
  for (const { url } of links) tally.batchLinks.add(url);
  tally.links += outcome.knownLinks ?? 0;
  tally.batchPages += pages;
  if (tally.batchPages >= tally.batchSize) closeBatch(tally);

  const items = recordsOf(outcome, 'items');
  tally.items += items.length;
  tally.keyedItems += outcome.items.filter(({ key }) => key !== undefined).length;
  tally.outcomeBytes += gzipSync(JSON.stringify(outcome), { level: 1 }).length;
  if (items.length > 0)
    tally.itemBytes += gzipSync(items.map((item) => JSON.stringify(item)).join('\n')).length;
  tally.requestBytes += Buffer.byteLength(JSON.stringify(links));
  tally.requests += links.length;
}

/** A unit is a KB; besides what is known, a record has its key, a time and its place in the index. */
const unitBytes = 1_024;
const ofRecordBytes = 200;

function addKnown({ recrawl }: Tally, record: PageRecord): void {
  if (record.gone !== undefined) return;
  if (record.isItem === undefined) recrawl.pages += 1;
  if (isTagged(record.validators)) recrawl.validated += 1;
  recrawl.units += Math.ceil((zstdCompressSync(JSON.stringify(record)).length + ofRecordBytes) / unitBytes);
}

function recrawlOf({ recrawl: { pages, validated, units } }: Tally): Pick<Measured, 'recrawl'> {
  if (pages === 0) return {};
  return { recrawl: { unitsPerPage: units / pages, validatedShare: validated / pages } };
}

function closeBatch(tally: Tally): void {
  tally.links += tally.batchLinks.size;
  tally.batchLinks.clear();
  tally.batchPages = 0;
}

function remember({ known }: Tally, url: string): void {
  if (known.size < maxKnown) known.add(url);
}

/** Of a request with a long URL, where none was seen. */
const usualRequestBytes = 200;

function conclude(tally: Tally, isSent: (page: PageFact) => boolean): Measured {
  closeBatch(tally);
  const { facts, found, listed, sitemapsRead, indexes, sitemaps } = tally;
  const endedPages = facts.filter(({ end }) => end !== 'retry');
  const ownPages = endedPages.filter(({ code }) => code !== 'REDIRECTED' && code !== 'CANONICAL_ELSEWHERE');
  const pages = ownPages.length;
  const perPage = (sum: number) => (pages === 0 ? 0 : sum / pages);
  const fetched = facts.flatMap(({ ms }) => ms ?? []);
  const failures = new Map<string, number>();
  for (const { end, code = '' } of endedPages)
    if (end === 'failed') failures.set(code, (failures.get(code) ?? 0) + 1);
  return {
    pages,
    failed: endedPages.filter(({ end }) => end === 'failed').length,
    fetched: fetched.length,
    failures,
    bytesPerPage: perPage(sum(facts.map(({ bytes = 0 }) => bytes))),
    itemsPerPage: perPage(tally.items),
    ...(tally.files.size === 0 ? {} : { filesPerPage: perPage(tally.files.size) }),
    ...(tally.keptBytes === 0 ? {} : { keptBytesPerPage: perPage(tally.keptBytes) }),
    ...inBrowserOf(tally, { pages, sent: ownPages.filter(isSent).length }),
    ...recrawlOf(tally),
    perPage: {
      pagesPerHost: pages / Math.max(1, new Set(facts.map(({ url }) => hostOf(url))).size),
      fetchesPerPage: Math.max(1, perPage(facts.length)),
      fetchMs: fetched.length === 0 ? 0 : sum(fetched) / fetched.length,
      linksPerPage: perPage(tally.links),
      newUrlsPerPage: perPage(sum([...found.hosts.values()])),
      outcomeBytesPerPage: perPage(tally.outcomeBytes),
      itemBytesPerPage: perPage(tally.itemBytes),
      ...(tally.keyedItems === 0 ? {} : { keyedItemsPerPage: perPage(tally.keyedItems) }),
      requestBytes: tally.requests === 0 ? usualRequestBytes : tally.requestBytes / tally.requests,
    },
    listed,
    found,
    sitemaps: { read: sitemapsRead, indexes, known: Math.max(sitemapsRead, sitemaps.size) },
    named: tally.named,
  };
}

function inBrowserOf(
  { rendered, renderedTurns }: Tally,
  { pages, sent }: { pages: number; sent: number },
): Pick<Measured, 'inBrowser'> {
  if (pages === 0 || rendered + sent === 0) return {};
  const turnsPerPage = rendered === 0 ? 0 : renderedTurns / rendered;
  return {
    inBrowser: { share: rendered / pages, turnsPerPage, sentShare: Math.max(rendered, sent) / pages },
  };
}

function sum(values: number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
