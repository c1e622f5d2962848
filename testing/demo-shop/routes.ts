import type { Answer } from './answer.ts';
import { answerApi } from './api.ts';
import { posts, renderBlog, renderPost } from './blog.ts';
import type { Product } from './catalogue.ts';
import { makeTroubles } from './clearance.ts';
import {
  renderAbout,
  renderClearance,
  renderHome,
  renderImage,
  renderListing,
  renderPrivate,
} from './pages.ts';
import { renderProduct } from './product-page.ts';
import { packProductSitemap, renderPageSitemap, renderRobots, renderSitemapIndex } from './sitemaps.ts';
import { categories } from './words.ts';

/** Answers a URL. The origin in it becomes part of absolute links. */
export type Router = (url: URL) => Answer;

/** The shop's answers. A router keeps the requested paths, since one page answers 503 the first time. */
export function makeRouter(products: Product[]): Router {
  const troubles = makeTroubles(products[0]?.path ?? '/');
  const productAt = new Map(products.map((product) => [product.path, product]));
  const troubleAt = new Map(troubles.map(({ path, answer }) => [path, answer]));
  const postAt = new Map(posts.map((post) => [post.path, post]));
  const fixed = fixedPages(products, renderClearance(troubles));
  const visited = new Set<string>();
  return (url) => {
    const path = url.pathname;
    const product = productAt.get(path);
    const post = postAt.get(path);
    if (product) return answerProduct(product, url, visited);
    if (post) return html(renderPost(post));
    if (path.startsWith('/c/') && path !== '/c/clearance') return answerListing(url, products);
    if (path.startsWith('/api/')) return answerApi(url, products);
    if (path.startsWith('/img/')) return typed('image/svg+xml', renderImage(path));
    return troubleAt.get(path) ?? fixed.get(path)?.(url.origin) ?? notFound();
  };
}

function fixedPages(products: Product[], clearance: string): Map<string, (origin: string) => Answer> {
  return new Map<string, (origin: string) => Answer>([
    ['/', () => html(renderHome(products))],
    ['/about', () => html(renderAbout())],
    ['/blog', () => html(renderBlog())],
    ['/c/clearance', () => html(clearance)],
    ['/cart', () => html(renderPrivate('Cart'))],
    ['/search', () => html(renderPrivate('Search'))],
    ['/admin', () => html(renderPrivate('Staff'))],
    ['/robots.txt', (origin) => typed('text/plain; charset=utf-8', renderRobots(origin))],
    ['/sitemap.xml', (origin) => typed('application/xml', renderSitemapIndex(origin))],
    ['/sitemap-pages.xml', (origin) => typed('application/xml', renderPageSitemap(origin))],
    ['/sitemap-products.xml.gz', (origin) => typed('application/gzip', packProductSitemap(origin, products))],
  ]);
}

function answerProduct(product: Product, url: URL, visited: Set<string>): Answer {
  const isFirstVisit = !visited.has(product.path);
  visited.add(product.path);
  if (product.trait === 'busyAtFirst' && isFirstVisit) {
    return { status: 503, headers: { 'retry-after': '1' }, body: 'Too busy; come back in a second.' };
  }
  const page = renderProduct(product, url.origin);
  if (product.trait === 'slow') return { ...html(page), latencyMs: 150 + (product.cents % 150) };
  // The byte order mark is right and outranks the header (Encoding Standard).
  if (product.trait === 'wrongCharset') return typed('text/html; charset=iso-8859-1', `\uFEFF${page}`);
  return html(page);
}

function answerListing(url: URL, products: Product[]): Answer {
  const category = categories.find(({ slug }) => url.pathname === `/c/${slug}`);
  const listing = category && renderListing(category, products, url.searchParams);
  return listing === undefined ? notFound() : html(listing);
}

function html(body: string): Answer {
  return { status: 200, body };
}

function typed(type: string, body: string | Uint8Array): Answer {
  return { status: 200, headers: { 'content-type': type }, body };
}

function notFound(): Answer {
  return { status: 404, body: '<!doctype html><title>Not found</title><h1>Not found</h1>' };
}
