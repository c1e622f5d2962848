import { gzipSync } from 'node:zlib';
import { posts } from './blog.ts';
import type { Product } from './catalogue.ts';
import { categories } from './words.ts';

const namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function renderRobots(origin: string): string {
  return `User-agent: *
Disallow: /cart
Disallow: /search
Disallow: /admin

Sitemap: ${origin}/sitemap.xml
`;
}

export function renderSitemapIndex(origin: string): string {
  const entries = ['products.xml.gz', 'pages.xml'].map(
    (name) => `<sitemap><loc>${origin}/sitemap-${name}</loc></sitemap>`,
  );
  return `${declaration}<sitemapindex ${namespace}>\n${entries.join('\n')}\n</sitemapindex>\n`;
}

/** Gzip, as a file of that name is: no content encoding. */
export function packProductSitemap(origin: string, products: Product[]): Uint8Array {
  const entries = products.map(({ path, updated }) => renderEntry(origin + path, updated));
  return gzipSync(`${declaration}<urlset ${namespace}>\n${entries.join('\n')}\n</urlset>\n`);
}

export function renderPageSitemap(origin: string): string {
  const paths = ['/', '/about', '/blog', ...categories.map(({ slug }) => `/c/${slug}`)];
  const entries = [
    ...paths.map((path) => renderEntry(origin + path)),
    ...posts.map(({ path, published }) => renderEntry(origin + path, published)),
  ];
  return `${declaration}<urlset ${namespace}>\n${entries.join('\n')}\n</urlset>\n`;
}

function renderEntry(loc: string, lastmod?: string): string {
  return `<url><loc>${loc}</loc>${lastmod === undefined ? '' : `<lastmod>${lastmod}</lastmod>`}</url>`;
}
