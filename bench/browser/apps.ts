import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { productAt, productPath } from '../peers/shop.ts';

/** Pages of products that a script fills in from JSON: nothing of them is in what the server sends first. */
export interface ScriptedShop extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  origin: string;
  products: number;
  urls: string[];
}

const shell = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="stylesheet" href="/shop.css">
<script src="/shop.js" defer></script></head><body><header><a href="/">Shop</a></header><main id="app"></main></body></html>`;

const script = `const id = location.pathname.match(/\\d+/)[0];
fetch('/api/' + id).then((answer) => answer.json()).then(({ product, words }) => {
  const app = document.querySelector('#app');
  const add = (name, className, text) => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    app.append(element);
    return element;
  };
  for (const word of words) add('p', 'about', word);
  add('span', 'sku', product.sku);
  add('span', 'brand', product.brand);
  add('span', 'price', String(product.price));
  add('img', 'photo', '').src = product.image;
  add('h1', 'name', product.name);
});`;

/** 8 KB, as much as a page of a shop has. */
const words = Array.from({ length: 40 }, (_, index) => `Paragraph ${index} of many words. `.repeat(6));

export async function openScriptedShop(products: number): Promise<ScriptedShop> {
  let origin = '';
  const answerTo = (path: string): [type: string, body: string] | undefined => {
    if (path === '/shop.js') return ['text/javascript', script];
    if (path === '/shop.css') return ['text/css', '.price { font-weight: bold }'];
    const [, index] = /^\/(?:api|p)\/(\d+)/.exec(path) ?? [];
    if (index === undefined) return undefined;
    if (path.startsWith('/p/')) return ['text/html; charset=utf-8', shell];
    return ['application/json', JSON.stringify({ product: productAt(Number(index), origin), words })];
  };
  const server = createServer(({ url = '' }, response) => {
    const answer = answerTo(url);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': answer?.[0] ?? 'text/plain' });
    response.end(answer?.[1]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    products,
    urls: Array.from({ length: products }, (_, index) => origin + productPath(index)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
