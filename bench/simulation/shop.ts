import { hash } from 'node:crypto';

/**
 * Many shops of the same shape, a host each. Page 0 is the front page, then come listing pages, then
 * products. Every page carries the menu; a listing names its products and the next listing of its
 * category; a product names ten of its listing and ten that are sold more often.
 */
export interface Shops {
  hosts: number;
  pagesPerHost: number;
  listings: number;
  /** Every page's first links. */
  menu: readonly number[];
  /** The other pages that a page links to, in its order, itself and repeats included. */
  addLinks(host: number, page: number, add: (page: number) => void): void;
}

export const productsPerListing = 25;
const menuLength = 30;
const neighbours = 10;
const bestSellers = 10;

export function makeShops(hosts: number, pagesPerHost: number): Shops {
  const listings = Math.ceil((pagesPerHost - 1) / (productsPerListing + 1));
  const firstProduct = 1 + listings;
  const categories = Math.min(menuLength - 1, listings);
  const menu = Array.from({ length: categories + 1 }, (_, page) => page);
  const addProducts = (listing: number, max: number, add: (page: number) => void) => {
    const first = firstProduct + (listing - 1) * productsPerListing;
    const end = Math.min(first + max, pagesPerHost);
    for (let page = first; page < end; page += 1) add(page);
  };
  return {
    hosts,
    pagesPerHost,
    listings,
    menu,
    addLinks(host, page, add) {
      if (page === 0) return;
      if (page < firstProduct) {
        addProducts(page, productsPerListing, add);
        const next = page + categories;
        if (next < firstProduct) add(next);
        return;
      }
      addProducts(1 + Math.floor((page - firstProduct) / productsPerListing), neighbours, add);
      for (let index = 0; index < bestSellers; index += 1) {
        const share = mix(host, page * bestSellers + index);
        add(firstProduct + Math.floor(share * (page - firstProduct + 1)));
      }
    },
  };
}

const urlPattern = /^http:\/\/h(\d+)\.example\/(?:p(\d+))?$/;

export function hostName(host: number): string {
  return `h${host}.example`;
}

export function urlOf(host: number, page: number): string {
  return `http://${hostName(host)}/${page === 0 ? '' : `p${page}`}`;
}

export function pageOf(url: string): { host: number; page: number } {
  const [, host, page = '0'] = urlPattern.exec(url) ?? [];
  if (host === undefined) throw new Error(`no page of the shops: ${url}`);
  return { host: Number(host), page: Number(page) };
}

/** A page as it would be extracted; words differ from page to page, so that compression is not flattered. */
export function itemOf(host: number, page: number): Record<string, string | number> {
  const words = hash('sha256', `${host}/${page}`, 'base64url');
  return {
    name: `Product ${words.slice(0, 12)} ${words.slice(12, 20)}`,
    price: (page % 977) + 0.99,
    sku: words.slice(20, 30),
    stock: 'In stock',
  };
}

/** In [0, 1), always the same for the same numbers. */
function mix(a: number, b: number): number {
  let mixed = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b ^ 0x27d4eb2f, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}
