import type { Answer } from './answer.ts';
import { currencies, type Product } from './catalogue.ts';

const defaultSize = 50;
const maxSize = 100;

/**
 * The shop's JSON API: `/api/products?page=&size=` or `?offset=&size=` with a Link header, and
 * `/api/feed?cursor=` whose answers carry the next cursor.
 */
export function answerApi(url: URL, products: Product[]): Answer {
  const size = Math.min(readNumber(url, 'size') ?? defaultSize, maxSize);
  if (url.pathname === '/api/feed') return answerFeed(url, products, size);
  const offset = readNumber(url, 'offset') ?? ((readNumber(url, 'page') ?? 1) - 1) * size;
  const page = Math.floor(offset / size) + 1;
  const pages = Math.ceil(products.length / size);
  const results = products.slice(offset, offset + size).map(toRecord);
  const link = (number: number, rel: string) => `</api/products?page=${number}&size=${size}>; rel="${rel}"`;
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < pages ? [link(page + 1, 'next')] : []),
    link(pages, 'last'),
  ];
  const next = page < pages ? `/api/products?page=${page + 1}&size=${size}` : null;
  return answerJson(
    { data: { results }, meta: { total: products.length, page, pages, next } },
    { link: links.join(', ') },
  );
}

function answerFeed(url: URL, products: Product[], size: number): Answer {
  const cursor = url.searchParams.get('cursor');
  const offset = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isInteger(offset)) return { ...answerJson({ error: 'cursor' }), status: 400 };
  const end = offset + size;
  const next = end < products.length ? Buffer.from(String(end)).toString('base64url') : null;
  return answerJson({ items: products.slice(offset, end).map(toRecord), next });
}

function toRecord({ sku, name, path, category, cents, inStock, rating, images }: Product): unknown {
  const price = { amount: cents / 100, currency: currencies[category.section] };
  return { sku, name, url: path, category: category.name, price, inStock, rating, images };
}

function answerJson(value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

function readNumber(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
