/**
 * Crawls the shop with Crawlee's CheerioCrawler: `crawl.mjs queue|list ORIGIN`. Writes items.jsonl, prints pages and
 * bytes as JSON. Nothing is kept on disk, no sessions, no browser's headers are made up, robots.txt is not read.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Agent } from 'node:http';
import { CheerioCrawler, Request } from '@crawlee/cheerio';
import { configuration, options } from './speed.mjs';

const [variant, origin] = process.argv.slice(2);
const underWay = 64;
const out = createWriteStream('items.jsonl');
const agent = new Agent({ keepAlive: true, maxSockets: underWay });
const list = variant === 'list' ? makeList(`${origin}/`) : undefined;
const sum = { pages: 0, bytes: 0 };

const crawler = new CheerioCrawler(
  {
    ...options,
    ...(list === undefined ? {} : { requestList: list }),
    preNavigationHooks: [
      (_, request) => {
        request.useHeaderGenerator = false;
        request.agent = { http: agent };
        request.decompress = false;
      },
    ],
    requestHandler: list === undefined ? handleWithQueue : handleWithList,
    failedRequestHandler({ request }, error) {
      console.error(request.url, error);
      process.exitCode = 1;
    },
  },
  configuration,
);
await crawler.run(list === undefined ? [`${origin}/`] : undefined);
out.end();
await once(out, 'finish');
console.log(JSON.stringify(sum));
agent.destroy();

/** As the documentation writes it. */
async function handleWithQueue({ request, $, body, enqueueLinks }) {
  report(request, $, body);
  await enqueueLinks({ selector: 'a[href]' });
}

/** A URL is known by the text of its link, then by itself, before it becomes a request. */
function handleWithList({ request, $, body }) {
  report(request, $, body);
  for (const { attribs } of $('a[href]')) list.admit(attribs.href, request.loadedUrl);
}

function report({ loadedUrl }, $, body) {
  sum.pages += 1;
  sum.bytes += Buffer.byteLength(body);
  if (!loadedUrl.includes('/p/')) return;
  const item = {
    url: loadedUrl,
    name: $('h1.name').text(),
    sku: $('.sku').text(),
    brand: $('.brand').text(),
    price: Number($('.price').text()),
    image: new URL($('img.photo').attr('src'), loadedUrl).href,
  };
  out.write(`${JSON.stringify(item)}\n`);
}

/** A list that grows, in place of Crawlee's queue: breadth-first, no copies, no locks. A failed request ends the run. */
function makeList(start) {
  const hrefs = new Set();
  const urls = new Set([start]);
  const found = [start];
  let next = 0;
  let handled = 0;
  return {
    admit(href, base) {
      // A path from the root is the same page wherever it is written.
      if (hrefs.has(href)) return;
      if (href.startsWith('/')) hrefs.add(href);
      const [url] = new URL(href, base).href.split('#');
      if (urls.has(url)) return;
      urls.add(url);
      found.push(url);
    },
    isEmpty: async () => next === found.length,
    isFinished: async () => handled === found.length,
    handledCount: () => handled,
    length: () => found.length,
    async persistState() {},
    async fetchNextRequest() {
      if (next === found.length) return null;
      const url = found[next++];
      return new Request({ url, uniqueKey: url, id: url });
    },
    async markRequestHandled() {
      handled += 1;
    },
    async reclaimRequest({ url }) {
      throw new Error(`${url} failed`);
    },
  };
}
