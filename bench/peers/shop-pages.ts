import { makeRandom } from '../random.ts';
import {
  categoriesOf,
  imagePath,
  listingPath,
  listingsOf,
  listingsPerCategory,
  productAt,
  productPath,
  productsPerListing,
} from './shop.ts';

/** How many products there are decides what the pages link to. */
interface Size {
  products: number;
}

/** `a` elements of the menu that every page has. */
const menuLinks = 16;

/** Links to the first categories; the menus of those lead to the others. */
export function frontHtml(size: Size): string {
  const categories = categoriesOf(listingsOf(size.products));
  const entries = Array.from({ length: Math.min(30, categories) }, (_, category) => categoryLink(category));
  return pageHtml(
    { seed: 0, category: 0, title: 'All categories', ...size },
    `<ul>${entries.join('\n')}</ul>`,
  );
}

/** Ten products, each linked twice, and the neighbouring listings of the category. */
export function listingHtml(listing: number, size: Size): string {
  const category = Math.floor(listing / listingsPerCategory);
  const first = listing * productsPerListing;
  const cards = numbers(first, Math.min(first + productsPerListing, size.products)).map(cardHtml);
  const from = category * listingsPerCategory;
  const to = Math.min(from + listingsPerCategory, listingsOf(size.products));
  const near = [from, listing - 2, listing - 1, listing + 1, listing + 2, listing + 10, listing + 25, to - 1];
  const paging = near
    .filter((other) => other >= from && other < to)
    .map((other) => `<a class="page" href="${listingPath(other)}">${other - from + 1}</a>`);
  const body = `<div class="crumbs"><a href="/">Home</a> › ${categoryLink(category)}</div>
<section class="grid">${cards.join('\n')}</section><nav class="paging">${paging.join(' ')}</nav>`;
  return pageHtml({ seed: 1 + listing, category, title: `Category ${category}`, ...size }, body);
}

/** The five fields, and twelve related products, each linked twice. */
export function productHtml(index: number, size: Size): string {
  const listing = Math.floor(index / productsPerListing);
  const category = Math.floor(listing / listingsPerCategory);
  const { name, sku, brand, price } = productAt(index, '');
  const related = numbers(1, 13).map((step) => (index + step * 131) % size.products);
  const rows = numbers(0, 24).map(
    (row) => `<tr><th scope="row">Property ${row}</th><td>${(index * 31 + row * 17) % 1_000} units</td></tr>`,
  );
  const body = `<div class="crumbs"><a href="/">Home</a> › ${categoryLink(category)} ›
<a href="${listingPath(listing)}">Page ${(listing % listingsPerCategory) + 1}</a></div>
<article class="product" data-id="${index}">
<img class="photo" src="${imagePath(index)}" alt="A photo" width="640" height="480">
<h1 class="name">${escaped(name)}</h1>
<p class="brand-line">by <span class="brand">${escaped(brand)}</span></p>
<p class="price-line">only <b class="price">${price.toFixed(2)}</b> EUR</p>
<p class="meta">Article <code class="sku">${sku}</code></p>
<table class="specs"><tbody>${rows.join('\n')}</tbody></table>
</article><aside class="related">${related.map(cardHtml).join('\n')}</aside>`;
  return pageHtml({ seed: 1_000_000_000 + index, category, title: escaped(name), ...size }, body);
}

interface Frame extends Size {
  seed: number;
  category: number;
  title: string;
}

const targetBytes = 29_000;
const paragraphs = makeParagraphs();
const styleAndScript = `<style>${'.grid > .card:hover { outline: 1px solid #333; margin: 0 auto; }\n'.repeat(30)}</style>
<script>window.shop = { a: 1 < 2, b: "<a href='/not/a/link.html'>" };${'\nfunction track(e) { return e && e.target ? 1 : 0; }'.repeat(30)}</script>`;

/** Fills up with prose to about `targetBytes`. */
function pageHtml({ seed, category, title, products }: Frame, body: string): string {
  const categories = categoriesOf(listingsOf(products));
  const menu = numbers(0, Math.min(menuLinks, categories)).map((step) =>
    categoryLink((category + step) % categories),
  );
  const head = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">
${styleAndScript}</head><body>
<header><nav class="menu"><ul>${menu.join('\n')}</ul></nav></header><main>
${body}
<section class="prose">`;
  const random = makeRandom(seed);
  let prose = '';
  while (head.length + prose.length < targetBytes)
    prose += paragraphs[Math.floor(random() * paragraphs.length)];
  return `${head}${prose}</section></main>
<footer><a href="/">Home</a> <a href="${listingPath(0)}#top">First</a> <a href="#top">Up</a> &copy; Shop</footer></body></html>
`;
}

function cardHtml(index: number): string {
  const { name, price } = productAt(index, '');
  return `<div class="card"><a class="thumb" href="${productPath(index)}"><img src="${imagePath(index)}" alt="" loading="lazy"></a>
<h3><a class="title" href="${productPath(index)}">${escaped(name)}</a></h3><span class="cost">${price.toFixed(2)} EUR</span></div>`;
}

function categoryLink(category: number): string {
  return `<li class="entry"><a href="${listingPath(category * listingsPerCategory)}">Category ${category}</a></li>`;
}

function makeParagraphs(): string[] {
  const words = 'the of a shop made for long use and wood steel with care each piece tested by hand'.split(
    ' ',
  );
  return numbers(0, 64).map((seed) => {
    const random = makeRandom(seed);
    const text = numbers(0, 70).map(() => words[Math.floor(random() * words.length)]);
    text.splice(20, 0, '<b class="mark">note</b>', '&mdash;', '<span class="hint">size &amp; weight</span>');
    return `<p class="text text-${seed}">${text.join(' ')}.</p>\n`;
  });
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('é', '&eacute;')
    .replaceAll('ö', '&#246;');
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
}
