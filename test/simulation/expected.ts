import type { Site, SitePage } from './site.ts';

/** Where a run must come to that no limit cuts short, whatever happens to its processes. */
export interface Expected {
  /** `URL → end CODE`, of every URL that is admitted. */
  ends: Map<string, string>;
  /** How many complete items and how many others. */
  items: number;
  incomplete: number;
}

/** Pairs of pages that name each other as canonical: either may be the one that is kept. */
export function partnerOf(site: Site, url: string): string | undefined {
  const other = site.pages.get(url)?.canonical;
  if (other === undefined || other === url) return undefined;
  return site.pages.get(other)?.canonical === url ? other : undefined;
}

/** Walks the site by its rules alone, without any of the engine's code. */
export function expect(site: Site, starts: string[], obeysRobots: boolean): Expected {
  const expected: Expected = { ends: new Map(), items: 0, incomplete: 0 };
  const found = [...starts];
  for (let url = found.shift(); url !== undefined; url = found.shift()) {
    if (expected.ends.has(url)) continue;
    const page = site.pages.get(url);
    if (page === undefined) throw new Error(`the site has no ${url}`);
    const { end, next } = visit(site, page, obeysRobots, expected.ends);
    expected.ends.set(url, end);
    found.push(...next);
    if (end !== 'stored') continue;
    expected.items += page.items;
    expected.incomplete += page.isIncomplete ? 1 : 0;
  }
  return expected;
}

function visit(
  site: Site,
  page: SitePage,
  obeysRobots: boolean,
  ends: ReadonlyMap<string, string>,
): { end: string; next: string[] } {
  const { url, kind, target, canonical } = page;
  if (obeysRobots && isForbidden(site, url)) return { end: 'skipped ROBOTS_DISALLOWED', next: [] };
  if (kind === 'missing') return { end: 'failed HTTP_404', next: [] };
  if (kind === 'broken') return { end: 'failed HTTP_500', next: [] };
  if (kind === 'deadly' || kind === 'endless') return { end: 'failed BATCH_CRASHED', next: [] };
  if (kind === 'redirect') return { end: 'skipped REDIRECTED', next: target === undefined ? [] : [target] };
  const partner = partnerOf(site, url);
  const hasYielded = partner !== undefined && ends.get(partner) === 'skipped CANONICAL_ELSEWHERE';
  if (canonical !== undefined && canonical !== url && !hasYielded) {
    return { end: 'skipped CANONICAL_ELSEWHERE', next: [canonical] };
  }
  const links = page.links.map((link) => link.replace('#part', ''));
  return {
    end: 'stored',
    next: links.filter((link) => !(obeysRobots && hostOf(link) === page.host && isForbidden(site, link))),
  };
}

function isForbidden({ hosts }: Site, url: string): boolean {
  const { disallow = [] } = hosts.get(hostOf(url))?.robots ?? {};
  return disallow.some((prefix) => new URL(url).pathname.startsWith(prefix));
}

function hostOf(url: string): string {
  return new URL(url).host;
}
