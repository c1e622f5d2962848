import type { Choices } from './choices.ts';

/** What a URL answers. */
export interface SitePage {
  url: string;
  host: string;
  /** Absolute, repeats included. */
  links: string[];
  /** How many complete items it holds; one more lacks its field if `isIncomplete`. */
  items: number;
  /** Of complete items, in their order. @default they have none */
  keys?: string[];
  isIncomplete: boolean;
  /**
   * `broken` never answers well; `flaky` does after `failures` answers of another kind. `deadly` kills the process that
   * reads it, `endless` keeps it for ever.
   */
  kind: 'page' | 'missing' | 'broken' | 'flaky' | 'redirect' | 'deadly' | 'endless';
  failures: number;
  /** What it answers while it fails; 0: the connection is lost. */
  failsWith: { status: number; retryAfterS?: number };
  /** Of a redirect. */
  target?: string;
  canonical?: string;
  /** Longer than others take. */
  answersAfterMs?: number;
}

export interface SiteHost {
  name: string;
  /** Answers to robots.txt that fail before the first good one. */
  robotsFailures: number;
  /** `undefined`: there is none. */
  robots?: { disallow: string[]; crawlDelayMs: number };
}

/** Some hosts with pages that link to each other. */
export interface Site {
  hosts: Map<string, SiteHost>;
  pages: Map<string, SitePage>;
  /** The first pages of each host. */
  starts: string[];
}

export interface SiteSize {
  hosts: number;
  pages: number;
  /** A page answers well after so many failures at most. */
  maxFailures: number;
}

/** Draws a site. Redirects lead on, never back, so that where each URL ends does not depend on the way to it. */
export function drawSite(
  choices: Choices,
  { hosts: hostCount, pages: pageCount, maxFailures }: SiteSize,
): Site {
  const names = Array.from({ length: hostCount }, (_, index) => `h${index}.site.test`);
  const hosts = new Map(names.map((name) => [name, drawHost(choices, name)]));
  const urls = Array.from({ length: pageCount }, (_, index) => {
    const host = names[index % hostCount] ?? '';
    return `http://${host}/${choices.chance(0.1) ? 'private/' : ''}p${index}`;
  });
  const pages = new Map(urls.map((url, index) => [url, drawPage(choices, url, index, urls, maxFailures)]));
  drawCanonicals(choices, [...pages.values()]);
  if (choices.chance(0.08)) drawDeadly(choices, [...pages.values()]);
  return { hosts, pages, starts: urls.slice(0, hostCount) };
}

function drawHost(choices: Choices, name: string): SiteHost {
  const robotsFailures = choices.chance(0.06) ? 1 : 0;
  if (choices.chance(0.5)) return { name, robotsFailures };
  const disallow = choices.chance(0.7) ? ['/private/'] : [];
  const crawlDelayMs = choices.chance(0.3) ? choices.between(1, 4) * 100 : 0;
  return { name, robotsFailures, robots: { disallow, crawlDelayMs } };
}

function drawPage(
  choices: Choices,
  url: string,
  index: number,
  urls: string[],
  maxFailures: number,
): SitePage {
  const count = urls.length;
  // Each page has one from an earlier page, as a tree has, so that most are found.
  const children = [2 * index + 1, 2 * index + 2, index + 1].filter((child) => child < count);
  const others = Array.from({ length: choices.between(0, 4) }, () => choices.between(0, count - 1));
  const links = [...children, ...others].flatMap((other) => urls[other] ?? []);
  const page: SitePage = {
    url,
    host: new URL(url).host,
    links: choices.chance(0.2) ? [...links, ...links.map((link) => `${link}#part`)] : links,
    items: choices.pick([0, 1, 1, 1, 2]),
    isIncomplete: choices.chance(0.1),
    kind: 'page',
    failures: 0,
    failsWith: choices.pick([
      { status: 500 },
      { status: 503, retryAfterS: 2 },
      { status: 429, retryAfterS: 5 },
      { status: 0 },
    ]),
  };
  const later = urls[choices.between(index + 1, count - 1)];
  const isRoot = index === 0;
  if (isRoot) return page;
  if (choices.chance(0.06) && later !== undefined && index + 1 < count) {
    return { ...page, kind: 'redirect', target: later };
  }
  if (choices.chance(0.05)) return { ...page, kind: 'missing' };
  if (choices.chance(0.03)) return { ...page, kind: 'broken' };
  if (choices.chance(0.1)) return { ...page, kind: 'flaky', failures: choices.between(1, maxFailures) };
  return page;
}

/** One at most: the company of several would have to be as patient as for all of their deaths. */
function drawDeadly(choices: Choices, pages: SitePage[]): void {
  const fit = pages.filter(({ kind, canonical }, index) => {
    return index > 0 && kind === 'page' && canonical === undefined;
  });
  const page = fit[choices.between(0, fit.length - 1)];
  if (page !== undefined) page.kind = 'deadly';
}

/** Some pages name a later one as canonical, and some of those name them in turn. */
function drawCanonicals(choices: Choices, pages: SitePage[]): void {
  for (const [index, page] of pages.entries()) {
    const other = pages[index + choices.between(1, 3)];
    const isFit = (it: SitePage) =>
      it.kind === 'page' && it.canonical === undefined && !it.url.includes('private');
    if (index === 0 || other === undefined || !isFit(page) || !isFit(other) || !choices.chance(0.06))
      continue;
    if (other.host !== page.host) continue;
    page.canonical = other.url;
    other.canonical = choices.chance(0.5) ? page.url : other.url;
    // Whichever of the two is kept, what is found on it is the same.
    page.links = other.links;
    page.items = other.items;
    page.isIncomplete = other.isIncomplete;
  }
}
