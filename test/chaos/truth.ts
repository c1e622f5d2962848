import type { SiteModel, SitePage } from './site-model.ts';

/** What a run must come to, computed from the site alone. */
export interface Truth {
  /** How each page of the run may end, by URL: `stored`, `failed HTTP_404`, … */
  ends: Record<string, string[]>;
  /** URLs of which exactly one is stored, and the other one gives way to it. */
  pairs: [string, string][];
  /** The token of the only item of a page, if that is stored. */
  tokens: Record<string, string>;
  /** Paths that no request may ask for. */
  forbidden: string[];
}

const endOf: Partial<Record<SitePage['kind'], string[]>> = {
  missing: ['failed HTTP_404'],
  broken: ['failed HTTP_500'],
  corrupt: ['failed BODY_CORRUPT'],
  tooLarge: ['failed BODY_TOO_LARGE'],
  comeBackTomorrow: ['failed RETRY_AFTER_TOO_LONG'],
  redirect: ['skipped REDIRECTED'],
  canonical: ['skipped CANONICAL_ELSEWHERE'],
  pair: ['stored', 'skipped CANONICAL_ELSEWHERE'],
  forbidden: ['skipped ROBOTS_DISALLOWED'],
};

/** Walks over the site as a reader would, without any of the engine. */
export function expectedOutcome(site: SiteModel, origins: string[], start: number): Truth {
  const urlOf = ({ host, path }: SitePage) => `${origins[host]}${path}`;
  const found = new Set<number>([start]);
  for (const id of found) {
    const page = site.pages[id];
    if (page === undefined) continue;
    for (const next of nextOf(site, page)) found.add(next);
  }
  const pages = [...found].flatMap((id) => site.pages[id] ?? []);
  const pairs = pages.flatMap((page): [string, string][] => {
    const other = page.kind === 'pair' ? site.pages[page.target ?? -1] : undefined;
    return other !== undefined && page.id < other.id ? [[urlOf(page), urlOf(other)]] : [];
  });
  return {
    ends: Object.fromEntries(pages.map((page) => [urlOf(page), endOf[page.kind] ?? ['stored']])),
    pairs,
    tokens: Object.fromEntries(pages.map((page) => [urlOf(page), page.token])),
    forbidden: site.pages.filter(({ kind }) => kind === 'forbidden').map(({ path }) => path),
  };
}

function nextOf({ pages }: SiteModel, page: SitePage): number[] {
  if (page.kind === 'redirect' || page.kind === 'canonical') return [page.target ?? page.id];
  if (page.kind === 'pair') return [page.target ?? page.id];
  const hasLinks = page.kind === 'plain';
  if (!hasLinks) return [];
  return page.links.filter((id) => {
    const linked = pages[id];
    // A page of the same host whose robots.txt forbids it is not even admitted.
    return linked !== undefined && !(linked.kind === 'forbidden' && linked.host === page.host);
  });
}
