/** The shop that is crawled: what is on it and where, all a function of numbers, so that the truth needs no crawl. */

/** One product as every contestant has to report it: the truth. */
export interface Product {
  url: string;
  name: string;
  sku: string;
  brand: string;
  price: number;
  image: string;
}

export interface Shop {
  /** `http://127.0.0.1:port`. */
  origin: string;
  /** Folder of the static files. */
  folder: string;
  products: number;
  listings: number;
  /** Products, listings and the front page. */
  pages: number;
  /** Of all pages together. */
  bytes: number;
  /** Mean count of `a` elements on a page. */
  linksPerPage: number;
}

export const productsPerListing = 10;
export const listingsPerCategory = 50;

const brands = [
  'Ash & Oak',
  'Borealis',
  'Café Noir',
  'Dun<Dee>',
  'Elm Works',
  'Fjord',
  'Gray & Sons',
  'Högl',
];
const things = [
  'Kettle',
  'Lamp',
  'Chair',
  'Notebook',
  'Blanket',
  'Teapot',
  'Clock',
  'Basket',
  'Mirror',
  'Knife',
];
const kinds = ['Plain', 'Tall', 'Folding', 'Travel', 'Winter', 'Garden', 'Little'];

export const listingsOf = (products: number) => Math.ceil(products / productsPerListing);
export const categoriesOf = (listings: number) => Math.ceil(listings / listingsPerCategory);
export const productPath = (index: number) => `/p/${index}.html`;
export const listingPath = (index: number) => `/c/${index}.html`;
export const imagePath = (index: number) => `/img/${index}.jpg`;

/** URLs are absolute below `origin`. */
export function productAt(index: number, origin: string): Product {
  const brand = pick(brands, index);
  return {
    url: origin + productPath(index),
    name: `${pick(kinds, index * 3)} ${pick(things, index)} “No. ${index}” by ${brand}`,
    sku: `SKU-${String((index * 7_919) % 10_000_019).padStart(8, '0')}`,
    brand,
    // A whole number divided once is the number that the text of the page reads as.
    price: (10_000 * (index % 13) + 100 * (index % 100) + ((index * 37) % 99) + 1) / 100,
    image: origin + imagePath(index),
  };
}

export function* urlsOf({ origin, listings, products }: Shop): Generator<string> {
  yield `${origin}/`;
  for (let index = 0; index < listings; index += 1) yield origin + listingPath(index);
  for (let index = 0; index < products; index += 1) yield origin + productPath(index);
}

function pick(words: string[], index: number): string {
  return words[index % words.length] ?? '';
}
