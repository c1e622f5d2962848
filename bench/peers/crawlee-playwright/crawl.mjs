/**
 * Reads pages with Crawlee's PlaywrightCrawler: `crawl.mjs CHROMIUM` in a folder with urls.txt. Writes items.jsonl. Four pages at once, in
 * one browser, nothing kept on disk, no sessions, no made-up fingerprints; pictures are not fetched.
 */
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { Configuration, log, PlaywrightCrawler } from '@crawlee/playwright';

const [executablePath] = process.argv.slice(2);
const pagesAtOnce = 4;
log.setLevel(log.LEVELS.ERROR);
const out = createWriteStream('items.jsonl');

const crawler = new PlaywrightCrawler(
  {
    launchContext: { launchOptions: { executablePath, args: ['--no-sandbox'] } },
    browserPoolOptions: {
      useFingerprints: false,
      maxOpenPagesPerBrowser: pagesAtOnce,
      retireBrowserAfterPageCount: 200,
    },
    minConcurrency: pagesAtOnce,
    maxConcurrency: pagesAtOnce,
    autoscaledPoolOptions: { desiredConcurrency: pagesAtOnce, maybeRunIntervalSecs: 0.05 },
    useSessionPool: false,
    persistCookiesPerSession: false,
    statisticsOptions: { persistenceOptions: { enable: false } },
    preNavigationHooks: [
      async ({ blockRequests }, options) => {
        await blockRequests({ urlPatterns: ['.jpg'] });
        options.waitUntil = 'commit';
      },
    ],
    async requestHandler({ page }) {
      await page.waitForSelector('h1.name', { state: 'attached' });
      const item = await page.evaluate(() => {
        const text = (selector) => document.querySelector(selector).textContent;
        return {
          url: location.href,
          name: text('h1.name'),
          sku: text('.sku'),
          brand: text('.brand'),
          price: Number(text('.price')),
          image: document.querySelector('img.photo').src,
        };
      });
      out.write(`${JSON.stringify(item)}\n`);
    },
    failedRequestHandler({ request }, error) {
      console.error(request.url, error);
      process.exitCode = 1;
    },
  },
  new Configuration({
    persistStorage: false,
    availableMemoryRatio: 1,
    persistStateIntervalMillis: 3_600_000,
  }),
);
await crawler.run(readFileSync('urls.txt', 'utf8').trim().split('\n'));
out.end();
await once(out, 'finish');
