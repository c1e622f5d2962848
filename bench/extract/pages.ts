import type { Page } from '../../shared/extract/types.ts';
import { listingHtml, productHtml } from '../peers/shop-pages.ts';
import { pageHtml, targetSizes } from '../web/page-html.ts';

/** Pages of a kind in each measurement. */
export const pagesPerRound = 40;

export const origin = 'http://127.0.0.1:8080';
const size = { products: 20_000 };

export type PageSet = 'product' | 'listing' | 'structured' | 'article';

/** `product` and `listing`: of the peers' shop. `structured`: products that say their name in each syntax. `article`: of the web bench. */
export function pagesOf(set: PageSet): Page[] {
  const sizes = targetSizes(pagesPerRound);
  const numbers = Array.from({ length: pagesPerRound }, (_, index) => index);
  return numbers.map((index) => {
    switch (set) {
      case 'product':
        return makePage('product', index, productHtml(index, size));
      case 'listing':
        return makePage('default', index, listingHtml(index, size));
      case 'structured':
        return makePage('product', index, withStructuredData(productHtml(index, size)));
      case 'article':
        return makePage('product', index, pageHtml(index, sizes[index] ?? 0));
      default:
        return set satisfies never;
    }
  });
}

function withStructuredData(html: string): string {
  return html.replace('</body>', `${structuredMarkup}</body>`);
}

const structuredMarkup = `<script type="application/ld+json">{"@type":"Product","name":"Lamp","offers":{"price":"12.50"}}</script>
<meta property="og:title" content="Lamp"><script>window.__STATE__ = {product: {name: 'Lamp', sizes: ['S', 'M']}};</script>
<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">Lamp</b><i itemprop="offers" itemscope><meta itemprop="price" content="12.50"></i></div>
<div vocab="https://schema.org/" typeof="Product"><b property="name">Lamp</b><i property="offers" typeof="Offer"><meta property="price" content="12.50"></i></div>`;

function makePage(label: string, index: number, html: string): Page {
  return {
    url: `${origin}/${label}/${index}.html`,
    label,
    status: 200,
    contentType: 'text/html',
    body: new TextEncoder().encode(html),
    fetchedAt: '2026-01-31T12:00:00.000Z',
    depth: 1,
  };
}
