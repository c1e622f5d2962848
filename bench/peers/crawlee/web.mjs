/**
 * Takes a list of addresses with Crawlee's CheerioCrawler: `web.mjs list`. Reads urls.txt and trial.json (`gapMs`,
 * `follows`), writes items.jsonl, prints pages and bytes as JSON. Nothing is kept on disk, no sessions, no browser's
 * headers are made up, robots.txt is not read.
 */
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { CheerioCrawler, Request } from '@crawlee/cheerio';
import { configuration, options } from './speed.mjs';

const { gapMs, follows } = JSON.parse(readFileSync('trial.json', 'utf8'));
const out = createWriteStream('items.jsonl');
const list = makeList(readFileSync('urls.txt', 'utf8').trimEnd().split('\n'));
const sum = { pages: 0, bytes: 0 };

const crawler = new CheerioCrawler(
  {
    ...options,
    sameDomainDelaySecs: gapMs / 1_000,
    requestList: list,
    preNavigationHooks: [
      (_, request) => {
        request.useHeaderGenerator = false;
      },
    ],
    requestHandler({ request: { loadedUrl }, $, body }) {
      sum.pages += 1;
      sum.bytes += Buffer.byteLength(body);
      const item = {
        url: loadedUrl,
        title: $('title').text(),
        heading: $('h1').text(),
        author: $('.author').text(),
        published: $('time.published').attr('datetime'),
      };
      out.write(`${JSON.stringify(item)}\n`);
      if (follows) for (const { attribs } of $('a[href]')) list.admit(attribs.href, loadedUrl);
    },
    failedRequestHandler({ request }, error) {
      console.error(request.url, error);
    },
  },
  configuration,
);
await crawler.run();
out.end();
await once(out, 'finish');
console.log(JSON.stringify(sum));
// Connections that are kept alive would hold the process.
process.exit();

/** A list that may grow, in place of Crawlee's queue: no copies, no locks. */
function makeList(found) {
  const urls = new Set(found);
  const again = [];
  let next = 0;
  let handled = 0;
  const requestOf = (url) => new Request({ url, uniqueKey: url, id: url });
  return {
    admit(href, base) {
      const { host, href: target } = new URL(href, base);
      const [url] = target.split('#');
      if (host !== new URL(base).host || urls.has(url)) return;
      urls.add(url);
      found.push(url);
    },
    isEmpty: async () => next === found.length && again.length === 0,
    isFinished: async () => handled === found.length,
    handledCount: () => handled,
    length: () => found.length,
    async persistState() {},
    async fetchNextRequest() {
      if (again.length > 0) return again.shift();
      return next === found.length ? null : requestOf(found[next++]);
    },
    async markRequestHandled() {
      handled += 1;
    },
    async reclaimRequest(request) {
      again.push(request);
    },
  };
}
