/** The site that is crawled: every page is a function of numbers, so that a million of them need no disk. */
import { makeRandom } from '../random.ts';

export interface TreeSite {
  pages: number;
  /** Pages are spread evenly over them; at most as many as pages. */
  hosts: number;
  /** `a` elements of a page. */
  linksPerPage: number;
}

export interface ServedTree extends TreeSite {
  port: number;
}

/** What a crawl has to find on a page. */
export interface Truth {
  name: string;
  sku: string;
  price: number;
}

/** New pages that a page leads to: a million pages are at most ten links from the first. */
const fanOut = 4;
const hostsPerBlock = 250;

/** Any address of 127.0.0.0/8 is this machine (RFC 1122, 3.2.1.3); all of these end in `.1`. */
export function addressOf(host: number): string {
  return `127.${Math.floor(host / hostsPerBlock)}.${host % hostsPerBlock}.1`;
}

export function hostAt(address: string): number {
  const [, block = 0, position = 0] = address.split('.').map(Number);
  return block * hostsPerBlock + position;
}

export function originOf({ port }: ServedTree, host: number): string {
  return `http://${addressOf(host)}:${port}`;
}

/** Pages of one host; they are numbered from 0, its root. */
export function sizeOf({ pages, hosts }: TreeSite, host: number): number {
  return Math.floor((pages - host - 1) / hosts) + 1;
}

export function truthOf(host: number, page: number): Truth {
  return {
    name: `Page ${page} of host ${host}`,
    sku: `S-${host}-${page}`,
    // A whole number divided once is the number that the text of the page reads as.
    price: ((page % 9_000) + 1_000) / 100,
  };
}

/** About 4 KB with 15 links, in ASCII. */
export function htmlOf(site: ServedTree, host: number, page: number): string {
  const { name, sku, price } = truthOf(host, page);
  let links = '';
  for (const href of linksOf(site, host, page)) links += `<li><a href="${href}">see this</a></li>\n`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${name}</title></head><body>
<h1 class="name">${name}</h1>
<p class="meta">Article <code class="sku">${sku}</code>, <b class="price">${price.toFixed(2)}</b> EUR</p>
<ul>
${links}</ul>
${text}</body></html>
`;
}

/**
 * First the pages below this one, on a root also the hosts below its host; then, up to the site's number
 * of links, what a crawl knows by then: the menu, neighbours and older pages of the host, in turn.
 */
export function linksOf(site: ServedTree, host: number, page: number): string[] {
  const size = sizeOf(site, host);
  const links = below(page, size).map(pathOf);
  if (page === 0)
    links.push(...below(host, site.hosts).map((other) => `${originOf(site, other)}${pathOf(0)}`));
  const random = makeRandom(page);
  for (let turn = 0; links.length < site.linksPerPage; turn += 1) {
    const step = Math.floor(turn / 3);
    const known = [(step + 1) % size, Math.max(0, page - 1 - step), Math.floor(random() * page)];
    links.push(pathOf(known[turn % 3] ?? 0));
  }
  return links;
}

/** Of a tree whose nodes are numbered level by level. */
function below(node: number, nodes: number): number[] {
  const first = node * fanOut + 1;
  return Array.from(
    { length: Math.max(0, Math.min(fanOut, nodes - first)) },
    (_, position) => first + position,
  );
}

export function pathOf(page: number): string {
  return `/p/${page}`;
}

/** `undefined` for a path that is no page's. */
export function pageAt(path: string): number | undefined {
  const digits = /^\/p\/(0|[1-9]\d{0,8})$/.exec(path)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const text =
  '<p class="text">A shop made for long use, of <b>wood</b> and steel, tested by hand &amp; eye.</p>\n'.repeat(
    34,
  );
