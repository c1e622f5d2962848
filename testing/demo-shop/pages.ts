import { formatPrice, type Product } from './catalogue.ts';
import type { Trouble } from './clearance.ts';
import { escapeHtml, layOut } from './layout.ts';
import { type Category, categories } from './words.ts';

const productsPerPage = 20;

export function renderHome(products: Product[]): string {
  const list = categories.map(
    ({ slug, name }) => `<li><a href="/c/${slug}?utm_source=home">${escapeHtml(name)}</a></li>`,
  );
  return layOut({
    title: 'Everything for a slower life',
    main: `<h1>Everything for a slower life</h1>
<p>${products.length} things that do not exist, in a shop made to be scraped.</p>
<ul class="categories">${list.join('')}</ul>
<h2>New in</h2>
${renderCards(products.slice(0, 8))}`,
  });
}

/** One page of a category, `page` from 1; sorted by price it is one page of the cheapest. `undefined` when there is no such page. */
export function renderListing(
  category: Category,
  products: Product[],
  query: URLSearchParams,
): string | undefined {
  const mine = products.filter((product) => product.category === category);
  const pages = countPages(mine.length);
  const page = Number(query.get('page') ?? 1);
  if (!Number.isInteger(page) || page < 1 || page > pages) return undefined;
  const isSorted = query.get('sort') === 'price';
  const shown = isSorted ? mine.toSorted((a, b) => a.cents - b.cents) : mine;
  const base = `/c/${category.slug}`;
  const from = (page - 1) * productsPerPage;
  return layOut({
    title: category.name,
    main: `<h1>${escapeHtml(category.name)}</h1>
<p class="sort">Sort: <a href="${base}?sort=price&amp;view=list">by price</a> <a href="${base}?view=list&amp;sort=price">cheapest first</a></p>
${renderCards(shown.slice(from, from + productsPerPage))}
${isSorted ? '' : renderPagination(base, page, pages)}`,
  });
}

export function countPages(products: number): number {
  return Math.max(1, Math.ceil(products / productsPerPage));
}

export function renderClearance(troubles: Trouble[]): string {
  const cards = troubles
    .filter(({ isListed }) => isListed)
    .map(({ path, name }) => `<li class="card"><a href="${path}"><span>${escapeHtml(name)}</span></a></li>`);
  return layOut({
    title: 'Clearance',
    main: `<h1>Clearance</h1>\n<p>Nothing here works, on purpose.</p>\n<ul class="cards">${cards.join('\n')}</ul>`,
  });
}

export function renderAbout(): string {
  return layOut({
    title: 'About',
    main: '<h1>About</h1>\n<p>This shop sells nothing. It exists so that a scraper can be tried, tested and timed.</p>',
  });
}

/** A page that robots.txt keeps crawlers from. */
export function renderPrivate(title: string): string {
  return layOut({ title, main: `<h1>${title}</h1>\n<p>Crawlers are asked not to read this.</p>` });
}

/** A picture of sorts: a coloured square for each name. */
export function renderImage(name: string): string {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 30"><rect width="30" height="30" fill="hsl(${hue} 45% 70%)"/><circle cx="15" cy="15" r="7" fill="hsl(${hue} 45% 45%)"/></svg>`;
}

function renderCards(products: Product[]): string {
  const cards = products.map(({ path, name, category, cents, images }, index) => {
    const tracking = index % 2 === 0 ? '' : '?utm_source=listing&amp;utm_campaign=spring';
    return `<li class="card"><a href="${path}${tracking}"><img src="${images[0]}" alt="" loading="lazy"><span>${escapeHtml(name)}</span><span class="meta">${formatPrice(category.section, cents)}</span></a></li>`;
  });
  return `<ul class="cards">${cards.join('\n')}</ul>`;
}

function renderPagination(base: string, page: number, pages: number): string {
  const links = Array.from({ length: pages }, (_, index) => index + 1).map((number) => {
    const href = number === 1 ? base : `${base}?page=${number}`;
    return number === page ? `<b>${number}</b>` : `<a href="${href}">${number}</a>`;
  });
  return `<nav class="pagination">${links.join(' ')}</nav>`;
}
