import { DropError } from '../../errors.ts';
import type { Undecided } from '../../extract/types.ts';
import { parseRobots } from '../../fetch/robots/robots.ts';
import type { FetchResult } from '../../fetch/types.ts';
import { makeNormalise, type Normalise } from '../../fetch/url.ts';
import type { Job, SitemapSource } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import { answerOrTimeout, compilePatterns } from '../../patterns/url-patterns.ts';
import type { Expansion } from '../types.ts';
import { latestInstant } from './lastmod.ts';
import { readSitemap, type SitemapFile } from './sitemap-file.ts';

/** Indexes within indexes; the protocol allows none at all. */
const maxNesting = 3;

/** The requests a sitemap source begins with: its sitemaps, or the robots.txt that names them. */
export function firstSitemapRequests(source: SitemapSource, index: number): PageRequest<'sitemap'>[] {
  if (source.site !== undefined) {
    const robots = toRequest(new URL('/robots.txt', source.site).href, 0, index);
    return [{ ...robots, cursor: { via: 'robots' } }];
  }
  return (source.urls ?? []).map((url) => toRequest(url, 0, index));
}

/**
 * Reads a fetched sitemap, sitemap index, text list, RSS or Atom feed, or the robots.txt that names
 * them (sitemaps.org protocol), whatever its content type, gzip or not. At most 50,000 entries and
 * 50 MiB of a file are read; a longer file, or one that was cut, is reported in `invalid` as
 * SITEMAP_INVALID.
 * Throws `DropError('SITEMAP_INVALID')` when nothing usable is in it, or indexes nest too deeply.
 */
export async function expandSitemap(
  job: Job,
  request: PageRequest<'sitemap'>,
  result: FetchResult,
): Promise<Expansion> {
  const source = job.sources[request.source]?.sitemap;
  if (source === undefined) throw new DropError('SITEMAP_INVALID', 'The job names no such sitemap');
  if (isSitemapRobots(request)) return expandSitemapRobots(request, parseRobots(result.body).sitemaps);
  const file = await readSitemap(result.body, request.url);
  if (file.kind === 'unknown') {
    throw new DropError('SITEMAP_INVALID', `${request.url} ${file.problem ?? 'is no sitemap'}`);
  }
  const invalid =
    file.problem === undefined
      ? file.invalid
      : [...file.invalid, { url: request.url, message: file.problem, code: 'SITEMAP_INVALID' as const }];
  const problems = { invalid, ...(file.otherInvalid === 0 ? {} : { otherInvalid: file.otherInvalid }) };
  if (file.kind === 'index') return { links: [], next: enterIndex(request, file), ...problems };
  return { ...choosePages(source, file, makeNormalise(job.urls)), next: [], ...problems };
}

/** Does the request ask for the robots.txt that names a site's sitemaps? */
export function isSitemapRobots({ cursor }: PageRequest<'sitemap'>): boolean {
  return cursor?.via === 'robots';
}

/** Goes on to the sitemaps that the robots.txt of `request` names, as written there; to its fallback without any. */
export function expandSitemapRobots(request: PageRequest<'sitemap'>, sitemaps: string[]): Expansion {
  const found = new Set<string>();
  for (const written of sitemaps) {
    const url = URL.parse(written.split(/\s/, 1)[0] ?? '', request.url);
    if (url !== null && /^https?:$/.test(url.protocol)) found.add(url.href);
  }
  const next = [...found].map((url) => toRequest(url, request.depth, request.source));
  return { links: [], next: next.length > 0 ? next : sitemapFallback(request), invalid: [] };
}

/** What to read instead of a robots.txt that is absent or names no sitemap; nothing for other requests. */
export function sitemapFallback(request: PageRequest<'sitemap'>): PageRequest<'sitemap'>[] {
  if (!isSitemapRobots(request)) return [];
  return [toRequest(new URL('/sitemap.xml', request.url).href, request.depth, request.source)];
}

function enterIndex(request: PageRequest<'sitemap'>, file: SitemapFile): PageRequest<'sitemap'>[] {
  if (request.depth >= maxNesting) {
    throw new DropError('SITEMAP_INVALID', `${request.url} is an index within ${maxNesting} indexes`);
  }
  // lastmod is not asked here: an index may be older than pages that have none, and those are taken.
  const urls = new Set(file.entries.map(({ url }) => url));
  urls.delete(request.url);
  return [...urls].map((url) => toRequest(url, request.depth + 1, request.source));
}

function choosePages(
  source: SitemapSource,
  file: SitemapFile,
  normalise: Normalise,
): Pick<Expansion, 'links' | 'refused' | 'regex'> {
  const { include, exclude = [], modifiedSince, label } = source;
  const isIncluded = include === undefined ? () => true : compilePatterns(include, normalise);
  const isExcluded = compilePatterns(exclude, normalise);
  const since = modifiedSince === undefined ? -Infinity : Date.parse(modifiedSince);
  const links: Expansion['links'] = [];
  const regex: Undecided[] = [];
  let [unwanted, old] = [0, 0];
  for (const { url, lastmod } of file.entries) {
    const isWanted = answerOrTimeout(() => isIncluded(url) && !isExcluded(url));
    if (typeof isWanted !== 'boolean') regex.push({ url, message: isWanted.message });
    else if (!isWanted) unwanted += 1;
    else if ((latestInstant(lastmod ?? '') ?? Infinity) < since) old += 1;
    else links.push(label === undefined ? { url } : { url, label });
  }
  const refused = { ...(unwanted > 0 && { pattern: unwanted }), ...(old > 0 && { modified: old }) };
  return {
    links,
    ...(unwanted + old > 0 && { refused }),
    ...(regex.length > 0 && { regex }),
  };
}

function toRequest(url: string, depth: number, source: number): PageRequest<'sitemap'> {
  return { kind: 'sitemap', url, label: '', depth, attempt: 0, source };
}
