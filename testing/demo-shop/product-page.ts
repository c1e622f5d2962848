import { currencies, formatPrice, type Product } from './catalogue.ts';
import { escapeHtml, layOut } from './layout.ts';

const languages = { us: 'en-US', uk: 'en-GB', de: 'de-DE', ch: 'de-CH' };

/** The page of one product. `origin` makes its canonical link absolute. */
export function renderProduct(product: Product, origin: string): string {
  const { name, category } = product;
  return layOut({
    title: name,
    lang: languages[category.section],
    canonical: origin + product.path,
    head: `<script type="application/ld+json">${renderJsonLd(product)}</script>\n`,
    main: `<nav class="breadcrumb"><a href="/">Home</a> › <a href="/c/${category.slug}">${escapeHtml(category.name)}</a></nav>
<article class="product">
<h1>${escapeHtml(name)}</h1>
<p class="meta">Article <span class="sku">No. ${product.sku}</span> · updated <time class="updated" datetime="${product.updated}">${product.updated}</time></p>
<div class="gallery">${product.images.map((src) => `<img src="${src}" alt="" width="300" height="300">`).join('')}</div>
${renderPrice(product)}
<p class="availability" data-in-stock="${product.inStock}">${product.inStock ? 'In stock' : 'Sold out'}</p>
${renderRating(product)}
<p class="description">${escapeHtml(product.description)}</p>
${renderVariants(product)}
${renderTables(product)}
</article>
<aside class="related"><h2>Goes well with</h2><ul>${product.related.map((path) => `<li><a href="${path}?utm_source=related&amp;utm_medium=shop">${path.slice(3)}</a></li>`).join('')}</ul></aside>`,
  });
}

/** Some product pages link to themselves in a colour: another URL, the same product by its canonical link. */
export function colourPath(product: Product): string | undefined {
  return Number(product.sku.slice(4)) % 6 === 2 ? `${product.path}?colour=black` : undefined;
}

function renderPrice({ category, cents, trait }: Product): string {
  const currency = `<meta class="currency" content="${currencies[category.section]}">`;
  const price =
    trait === 'priceless'
      ? '<p>Ask for our price</p>'
      : `<p class="price">${formatPrice(category.section, cents)}</p>`;
  return `${currency}\n${price}`;
}

function renderRating({ rating, reviews }: Product): string {
  if (reviews === 0) return '<p class="meta">No reviews yet</p>';
  const count = reviews.toLocaleString('en-US');
  return `<p class="meta"><span class="rating">${rating.toFixed(1)} of 5 stars</span> from <a href="#reviews" class="reviews">${count} reviews</a></p>`;
}

function renderVariants(product: Product): string {
  const colour = colourPath(product);
  const rows = product.variants.map(
    ({ name, cents, stock }) =>
      `<li><b class="variant-name">${name}</b> <span class="variant-price">${formatPrice(product.category.section, cents)}</span> <span class="stock">${stock} left</span></li>`,
  );
  const link = colour === undefined ? '' : `<p class="colours"><a href="${colour}">See it in black</a></p>`;
  return `<h2>Variants</h2>\n<ul class="variants">${rows.join('')}</ul>\n${link}`;
}

function renderTables({ specs, delivery, category }: Product): string {
  const pairs = Object.entries(specs).map(
    ([name, value]) => `<tr><th>${name}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  const rows = delivery.map(
    ({ country, days, cents }) =>
      `<tr><td>${country}</td><td>${days}</td><td>${formatPrice(category.section, cents)}</td></tr>`,
  );
  return `<h2>Details</h2>
<table class="specs"><tbody>${pairs.join('')}</tbody></table>
<table class="delivery"><thead><tr><th>Country</th><th>Days</th><th>Cost</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderJsonLd({ name, sku, category, cents, inStock }: Product): string {
  const offer = {
    '@type': 'Offer',
    price: (cents / 100).toFixed(2),
    priceCurrency: currencies[category.section],
    availability: `https://schema.org/${inStock ? 'InStock' : 'OutOfStock'}`,
  };
  const data = { '@context': 'https://schema.org', '@type': 'Product', name, sku, offers: offer };
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
