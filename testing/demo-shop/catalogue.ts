import {
  benefits,
  type Category,
  categories,
  colours,
  countries,
  materials,
  type Section,
  uses,
} from './words.ts';

/** What is odd about the page of a product. Every one of them ends with an item all the same. */
export type Trait = 'slow' | 'busyAtFirst' | 'wrongCharset' | 'priceless';

export interface Product {
  /** Path of its page. */
  path: string;
  sku: string;
  name: string;
  category: Category;
  /** In hundredths. */
  cents: number;
  inStock: boolean;
  rating: number;
  reviews: number;
  description: string;
  specs: Record<string, string>;
  variants: { name: string; cents: number; stock: number }[];
  delivery: { country: string; days: string; cents: number }[];
  images: string[];
  /** `YYYY-MM-DD`. */
  updated: string;
  /** Paths of products shown below it. */
  related: string[];
  trait?: Trait;
}

/** The shop's products: the same for the same count, in a stable order. */
export function makeCatalogue(count: number): Product[] {
  const products = Array.from({ length: count }, (_, index) => makeProduct(index));
  return products.map((product, index) => {
    const related = [1, 3, 8].map((step) => products[(index + step) % count]?.path ?? product.path);
    return { ...product, related: [...new Set(related)].filter((path) => path !== product.path) };
  });
}

export function formatPrice(section: Section, cents: number): string {
  const [whole = '0', fraction = '00'] = (cents / 100).toFixed(2).split('.');
  const grouped = (mark: string) => whole.replace(/\B(?=(\d{3})+$)/g, mark);
  switch (section) {
    case 'us':
      return `$${grouped(',')}.${fraction}`;
    case 'uk':
      return `£${grouped(',')}.${fraction}`;
    case 'de':
      return `${grouped('.')},${fraction} €`;
    case 'ch':
      return `CHF ${grouped("'")}.${fraction}`;
    default:
      return section satisfies never;
  }
}

export const currencies: Record<Section, string> = { us: 'USD', uk: 'GBP', de: 'EUR', ch: 'CHF' };

function makeProduct(index: number): Product {
  const category = pick(categories, index);
  const random = makeRandom(index + 1);
  const choose = <T>(list: readonly T[]): T => pick(list, Math.floor(random() * list.length));
  const number = Math.floor(index / categories.length) + 1;
  const sku = `${category.code}-${String(number).padStart(4, '0')}`;
  const name = `${pick(category.brands, number)} ${choose(category.nouns)} ${100 + Math.floor(random() * 900)}`;
  const cents = 990 + Math.floor(random() ** 2 * 250_000);
  const hasReviews = random() > 0.1;
  const trait = traitOf(index);
  return {
    path: `/p/${slugOf(name)}-${sku.toLowerCase()}`,
    sku,
    name,
    category,
    cents,
    inStock: random() > 0.2,
    rating: hasReviews ? (20 + Math.floor(random() * 31)) / 10 : 0,
    reviews: hasReviews ? 1 + Math.floor(random() ** 3 * 4_000) : 0,
    description: `A ${choose(benefits)} and ${choose(benefits)} companion for ${choose(uses)} & ${choose(uses)}, made of ${choose(materials)}.`,
    specs: {
      Weight: `${(0.2 + random() * 9).toFixed(1)} kg`,
      Material: choose(materials),
      'Made in': choose(countries),
      Warranty: `${1 + Math.floor(random() * 5)} years`,
    },
    variants: colours
      .slice(0, 2 + Math.floor(random() * 3))
      .map((colour, step) => ({ name: colour, cents: cents + step * 500, stock: Math.floor(random() * 40) })),
    delivery: [
      { country: 'Germany', days: '2–3', cents: 490 },
      { country: 'Switzerland', days: '4', cents: 990 },
      { country: 'United States', days: '7–9', cents: 2_490 },
    ],
    images: [1, 2, 3].map((view) => `/img/${sku.toLowerCase()}-${view}.svg`),
    updated: new Date(Date.UTC(2026, 0, 1 + ((index * 7) % 300))).toISOString().slice(0, 10),
    related: [],
    ...(trait === undefined ? {} : { trait }),
  };
}

function traitOf(index: number): Trait | undefined {
  if (index === 5) return 'busyAtFirst';
  if (index === 2) return 'wrongCharset';
  if (index === 9) return 'priceless';
  return index % 25 === 10 ? 'slow' : undefined;
}

function slugOf(name: string): string {
  const plain = name.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '');
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

function pick<T>(list: readonly T[], index: number): T {
  // The lists are written above and none is empty.
  return list[index % list.length] as T;
}

/** mulberry32: a small generator with a fixed sequence for each seed. */
function makeRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
