import { posts } from './blog.ts';
import { currencies, formatPrice, makeCatalogue, type Product } from './catalogue.ts';
import { makeTroubles } from './clearance.ts';
import { countPages } from './pages.ts';
import { colourPath } from './product-page.ts';
import { categories } from './words.ts';

type Fields = Record<string, unknown>;

export interface TrueItem {
  item: 'product' | 'post';
  url: string;
  fields: Fields;
  /** Required fields the page does not have; they are null in `fields`. */
  missing?: string[];
}

/** A URL that config/quickstart.yaml admits, and how it ends. */
export interface TruePage {
  /** Path and query, normalised. */
  path: string;
  label: 'home' | 'listing' | 'product' | 'blog' | 'post' | 'default';
  end: 'stored' | 'failed' | 'skipped';
  /** Of those not stored. */
  code?: string;
}

export interface DemoShopTruth {
  /** One per product, in the catalogue's order; the one without a price is incomplete. */
  products: TrueItem[];
  posts: TrueItem[];
  pages: TruePage[];
  /** Paths that pages link to and robots.txt forbids. */
  forbidden: string[];
  /** Path that answers 503 once, then 200; absent in a very small shop. */
  busyAtFirst?: string;
  /** `YYYY-MM-DD` by path of a product, as the sitemap says. */
  lastmod: Record<string, string>;
}

/** What a run of config/quickstart.yaml against `origin` must find, for a shop of so many products. */
export function demoShopTruth({
  origin,
  products = 200,
}: {
  origin: string;
  products?: number;
}): DemoShopTruth {
  const catalogue = makeCatalogue(products);
  const busy = catalogue.find(({ trait }) => trait === 'busyAtFirst');
  return {
    products: catalogue.map((product) => toItem(product, origin)),
    posts: posts.map(({ path, title, author, published, tags, summary }) => {
      const url = origin + path;
      return { item: 'post', url, fields: { url, title, author, published, tags, summary } };
    }),
    pages: listPages(catalogue),
    forbidden: ['/cart', '/search?q=lamp', '/admin'],
    ...(busy === undefined ? {} : { busyAtFirst: busy.path }),
    lastmod: Object.fromEntries(catalogue.map(({ path, updated }) => [path, updated])),
  };
}

function toItem(product: Product, origin: string): TrueItem {
  const { path, sku, name, category, cents, trait } = product;
  const { inStock, rating, reviews, description, specs, updated } = product;
  const price = (hundredths: number) => hundredths / 100;
  const fields: Fields = {
    url: origin + path,
    sku,
    name,
    price: trait === 'priceless' ? null : price(cents),
    currency: currencies[category.section],
    inStock,
    rating,
    reviews,
    description,
    updated,
    images: product.images.map((image) => origin + image),
    breadcrumb: ['Home', category.name],
    specs,
    delivery: product.delivery.map(({ country, days, cents: cost }) => ({
      Country: country,
      Days: days,
      Cost: formatPrice(category.section, cost),
    })),
    variants: product.variants.map((variant) => ({
      name: variant.name,
      price: price(variant.cents),
      stock: variant.stock,
    })),
  };
  return {
    item: 'product',
    url: origin + path,
    fields,
    ...(trait === 'priceless' ? { missing: ['price'] } : {}),
  };
}

function listPages(catalogue: Product[]): TruePage[] {
  const stored =
    (label: TruePage['label']) =>
    (path: string): TruePage => ({ path, label, end: 'stored' });
  const colours = catalogue.flatMap((product) => colourPath(product) ?? []);
  const troubles = makeTroubles('/');
  return [
    stored('home')('/'),
    ...['/about'].map(stored('default')),
    stored('blog')('/blog'),
    ...posts.map(({ path }) => path).map(stored('post')),
    ...listingPaths(catalogue).map(stored('listing')),
    ...catalogue.map(({ path }) => path).map(stored('product')),
    ...colours.map(
      (path): TruePage => ({ path, label: 'product', end: 'skipped', code: 'CANONICAL_ELSEWHERE' }),
    ),
    ...troubles.map(({ path, end, code }): TruePage => ({ path, label: 'product', end, code })),
  ];
}

function listingPaths(catalogue: Product[]): string[] {
  const paths = categories.flatMap((category) => {
    const base = `/c/${category.slug}`;
    const pages = countPages(catalogue.filter((product) => product.category === category).length);
    const further = Array.from({ length: pages - 1 }, (_, index) => `${base}?page=${index + 2}`);
    return [base, ...further, `${base}?sort=price&view=list`];
  });
  return [...paths, '/c/clearance'];
}
