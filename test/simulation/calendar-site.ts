import type { Variant } from './scenario.ts';
import type { Site, SitePage } from './site.ts';
import { withSite } from './variants.ts';

const host = 'h0.test';
const at = (path: string) => `http://${host}/${path}`;

/** A calendar whose months lead on both ways for years, with one event; a list of ever more pages; and paths that grow. */
export const endless: Variant = (scenario) => withSite(scenario, calendarSite());

const months = 90;
const listPages = 80;
const depth = 30;

function calendarSite(): Site {
  const pages = [
    pageOf('', [monthAt(months / 2), at('list?page=1'), at(deeper(1))]),
    ...Array.from({ length: months }, (_, index) => monthOf(index)),
    ...Array.from({ length: months }, (_, index) => pageOf(`${monthPath(index)}-03`, [], index === 48)),
    ...Array.from({ length: listPages }, (_, index) =>
      pageOf(`list?page=${index + 1}`, [at(`list?page=${index + 2}`)], index === 20),
    ),
    ...Array.from({ length: depth }, (_, index) => pageOf(deeper(index + 1), [at(deeper(index + 2))])),
  ];
  const urls = new Set(pages.map(({ url }) => url));
  const within = (page: SitePage) => ({ ...page, links: page.links.filter((url) => urls.has(url)) });
  return {
    hosts: new Map([[host, { name: host, robotsFailures: 0 }]]),
    pages: new Map(pages.map((page) => [page.url, within(page)])),
    starts: [at('')],
  };
}

function monthOf(index: number): SitePage {
  const links = [monthAt(index - 1), monthAt(index + 1), at(`${monthPath(index)}-03`)];
  return pageOf(monthPath(index), links, index === 50);
}

function monthAt(index: number): string {
  return at(monthPath(index));
}

function monthPath(index: number): string {
  return `cal/${2019 + Math.floor(index / 12)}-${String(1 + (index % 12)).padStart(2, '0')}`;
}

/** Sixteen characters each: a page is as long as its address beyond a multiple of that, and one that is empty is none. */
function deeper(levels: number): string {
  return Array.from({ length: levels }, (_, level) => `deeper-still-${10 + level}`).join('/');
}

function pageOf(path: string, links: string[], hasItem = false): SitePage {
  return {
    ...{ url: at(path), host, links, items: hasItem ? 1 : 0, isIncomplete: false },
    ...{ kind: 'page', failures: 0, failsWith: { status: 500 } },
  };
}
