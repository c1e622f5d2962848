/**
 * Holds the project against public corpora: `node test/corpora/main.ts NAME FOLDER`, FOLDER a checkout of the
 * repository named below. Prints what was tried and each miss; docs/conformance.md explains those that stay.
 */
import { checkArticleBenchmark } from './article-benchmark.ts';
import { checkReadabilityPages } from './articles.ts';
import { checkBrowserSelectors } from './browser-selectors.ts';
import type { CorpusResult } from './corpus-result.ts';
import { checkCsvSpectrum, checkPapaParse, checkPythonCsv } from './csv.ts';
import { checkDates } from './dates.ts';
import { checkEncodings } from './encodings.ts';
import { checkExtruct } from './extruct.ts';
import { checkFeeds } from './feeds.ts';
import { checkHtmlPages } from './html-pages.ts';
import { checkHtmlTrees } from './html-tree.ts';
import { checkMarkdownPages } from './markdown-pages.ts';
import { checkMicrodata } from './microdata-suite.ts';
import { checkPrices } from './prices.ts';
import { checkRdfa } from './rdfa-suite.ts';
import { checkGoogleRobots, checkProtego } from './robots.ts';
import { checkUrls, checkW3lib } from './urls.ts';

const corpora: Record<string, (folder: string) => CorpusResult | Promise<CorpusResult>> = {
  // no corpus but the browser's opinion; FOLDER is not read
  browser: checkBrowserSelectors,
  // github.com/scrapinghub/article-extraction-benchmark
  'article-benchmark': checkArticleBenchmark,
  // github.com/mozilla/readability
  'readability-pages': checkReadabilityPages,
  // github.com/whatwg/encoding
  encodings: checkEncodings,
  // any folder of HTML pages, such as /usr/share/doc/sqlite3-doc
  'html-pages': checkHtmlPages,
  // github.com/html5lib/html5lib-tests, tree-construction
  'html-trees': checkHtmlTrees,
  // any folder of HTML pages
  'markdown-pages': checkMarkdownPages,
  // github.com/google/robotstxt
  'google-robots': checkGoogleRobots,
  // github.com/scrapy/protego
  protego: checkProtego,
  // github.com/scrapinghub/price-parser
  prices: checkPrices,
  // github.com/scrapinghub/dateparser
  dates: checkDates,
  // github.com/rdfa/rdfa.github.io
  rdfa: checkRdfa,
  // github.com/w3c/microdata-rdf
  microdata: checkMicrodata,
  // github.com/scrapinghub/extruct
  extruct: checkExtruct,
  // github.com/maxogden/csv-spectrum, or the npm package csv-spectrum
  'csv-spectrum': checkCsvSpectrum,
  // github.com/mholt/PapaParse, or the npm package papaparse
  papaparse: checkPapaParse,
  // github.com/python/cpython, of which Lib/test/test_csv.py is read
  'python-csv': checkPythonCsv,
  // github.com/kurtmckee/feedparser, or its source distribution of PyPI
  feedparser: checkFeeds,
  // github.com/web-platform-tests/wpt, or a copy of its url/resources such as github.com/ada-url/ada has
  urls: checkUrls,
  // github.com/scrapy/w3lib
  w3lib: checkW3lib,
};

const [name = '', folder = ''] = process.argv.slice(2);
const check = corpora[name];
if (check === undefined || (folder === '' && name !== 'browser')) {
  console.error(`usage: node test/corpora/main.ts ${Object.keys(corpora).join('|')} FOLDER`);
  process.exitCode = 2;
} else {
  const { cases, misses, notes = [] } = await check(folder);
  for (const line of [...misses, ...notes]) console.log(line);
  console.log(`${name}: ${cases - misses.length} of ${cases}`);
  process.exitCode = misses.length === 0 ? 0 : 1;
}
