// Reads pages with cheerio: `measure.mjs cheerio css FOLDER ROUNDS`. Prints what measure.py of the parsers prints.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'cheerio';

const url = 'http://127.0.0.1:8080/product/0.html';
const [, , , , folder, rounds] = process.argv;

function read(body) {
  const $ = load(body);
  const text = (selector) => $(selector).first().text();
  return {
    name: text('h1.name'),
    sku: text('.sku'),
    brand: text('.brand'),
    price: Number(text('.price')),
    image: new URL($('img.photo').first().attr('src'), url).href,
  };
}

const pages = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(join(folder, name)));
const best = pages.map(() => Number.POSITIVE_INFINITY);
for (let round = 0; round < Number(rounds); round++) {
  for (const [index, body] of pages.entries()) {
    const start = performance.now();
    read(body);
    best[index] = Math.min(best[index], performance.now() - start);
  }
}
const msPerPage = best.reduce((sum, ms) => sum + ms, 0) / best.length;
console.log(JSON.stringify({ msPerPage, first: read(pages[0]) }));
