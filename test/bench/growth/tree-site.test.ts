import { describe, expect, it } from 'vitest';
import {
  addressOf,
  hostAt,
  htmlOf,
  linksOf,
  originOf,
  pageAt,
  pathOf,
  type ServedTree,
  sizeOf,
} from '../../../bench/growth/tree-site.ts';

const sites: ServedTree[] = [
  { pages: 1, hosts: 1, linksPerPage: 15, port: 8080 },
  { pages: 700, hosts: 1, linksPerPage: 5, port: 8080 },
  { pages: 700, hosts: 3, linksPerPage: 40, port: 8080 },
  { pages: 700, hosts: 700, linksPerPage: 15, port: 8080 },
];

describe('linksOf', () => {
  it.each(sites)('leads to every page of $pages on $hosts hosts and to nothing else', (site) => {
    const all = Array.from({ length: site.hosts }, (_, host) =>
      Array.from({ length: sizeOf(site, host) }, (_, page) => urlOf(site, host, page)),
    ).flat();

    expect(all).toHaveLength(site.pages);
    expect(crawled(site)).toEqual(new Set(all));
  });

  it.each(sites)('gives each page $linksPerPage links', (site) => {
    expect(new Set(everyPage(site).map(({ links }) => links.length))).toEqual(new Set([site.linksPerPage]));
  });
});

describe('htmlOf', () => {
  it('is 4 KB of ASCII with 15 links', () => {
    const html = htmlOf({ pages: 1_000_000, hosts: 1, linksPerPage: 15, port: 8080 }, 0, 123_456);

    expect(Buffer.byteLength(html)).toBe(html.length);
    expect(html.length / 1_000).toBeCloseTo(4, 0);
  });
});

describe('hostAt', () => {
  it('tells ten thousand addresses apart', () => {
    const hosts = Array.from({ length: 10_000 }, (_, host) => host);

    expect(hosts.map((host) => hostAt(addressOf(host)))).toEqual(hosts);
  });
});

function crawled(site: ServedTree): Set<string> {
  const seen = new Set([urlOf(site, 0, 0)]);
  for (const url of seen) {
    const { hostname, pathname } = new URL(url);
    for (const link of linksOf(site, hostAt(hostname), pageAt(pathname) ?? -1))
      seen.add(new URL(link, url).href);
  }
  return seen;
}

function everyPage(site: ServedTree) {
  return Array.from({ length: site.pages }, (_, number) => ({
    links: linksOf(site, number % site.hosts, Math.floor(number / site.hosts)),
  }));
}

function urlOf(site: ServedTree, host: number, page: number): string {
  return new URL(pathOf(page), originOf(site, host)).href;
}
