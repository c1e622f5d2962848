import type { CorpusResult } from './corpus-result.ts';
import type { CorpusSource } from './corpus-source.ts';
import { checkArticleBenchmark } from './readers/article-benchmark.ts';
import { checkReadabilityPages } from './readers/articles.ts';
import { checkBrowserSelectors } from './readers/browser-selectors.ts';
import { checkCsvSpectrum, checkPapaParse, checkPythonCsv } from './readers/csv.ts';
import { checkDates } from './readers/dates.ts';
import { checkDeclaredEncodings } from './readers/declared-encodings.ts';
import { checkEncodings } from './readers/encodings.ts';
import { checkEntities } from './readers/entities.ts';
import { checkExtruct } from './readers/extruct.ts';
import { checkFeeds } from './readers/feeds.ts';
import { checkHtmlPages } from './readers/html-pages.ts';
import { checkHtmlTrees } from './readers/html-tree.ts';
import { checkJsonLd } from './readers/json-ld-suite.ts';
import { checkMarkdownPages } from './readers/markdown-pages.ts';
import { checkCommonMark, checkTurndown } from './readers/markdown-trips.ts';
import { checkMicrodata } from './readers/microdata-suite.ts';
import { checkPrices } from './readers/prices.ts';
import { checkRdfa } from './readers/rdfa-suite.ts';
import { checkGoogleRobots, checkProtego } from './readers/robots.ts';
import { checkRobotsMeta } from './readers/robots-meta.ts';
import { checkSelectors } from './readers/selectors-suite.ts';
import { checkUrls, checkW3lib } from './readers/urls.ts';
import { checkXPath } from './readers/xpath-suite.ts';

export interface Corpus {
  /** Tried in this order. */
  sources: readonly CorpusSource[];
  /** What came of it in the versions and at the commits of the sources. A smaller share is an error. */
  recorded: { equal: number; cases: number };
  /** A package that the comparison needs and the project does not. */
  needs?: { npm: string; version: string };
  /** `needed`: the folder of the package that is needed. */
  check(folder: string, needed: string): CorpusResult | Promise<CorpusResult>;
}

export const corpora: Record<string, Corpus> = {
  'html-trees': {
    sources: [repository('html5lib/html5lib-tests', '9329e64', 'tree-construction')],
    recorded: { equal: 3363, cases: 3388 },
    check: checkHtmlTrees,
  },
  entities: {
    sources: [repository('html5lib/html5lib-tests', '9329e64', 'tokenizer')],
    recorded: { equal: 4626, cases: 4626 },
    check: checkEntities,
  },
  'declared-encodings': {
    sources: [repository('html5lib/html5lib-tests', '9329e64', 'encoding')],
    recorded: { equal: 82, cases: 82 },
    check: checkDeclaredEncodings,
  },
  selectors: {
    sources: [
      repository('web-platform-tests/wpt', 'any', 'dom/nodes'),
      repository('dperini/nwsapi', '25aa3ea', 'test/w3c/dom/nodes'),
    ],
    recorded: { equal: 210, cases: 226 },
    check: checkSelectors,
  },
  xpath: {
    sources: [repository('w3c/qt3tests', 'b6584bd', 'catalog.xml', 'docs', 'fn', 'op', 'prod', 'misc')],
    recorded: { equal: 598, cases: 606 },
    check: checkXPath,
  },
  encodings: {
    sources: [repository('whatwg/encoding', 'a985b62')],
    recorded: { equal: 115_793, cases: 115_793 },
    check: checkEncodings,
  },
  browser: {
    sources: [{ browser: 'chromium', version: '156.0.8078.108' }],
    recorded: { equal: 109_559, cases: 109_559 },
    check: checkBrowserSelectors,
  },
  'html-pages': {
    sources: [{ debian: { 'git-doc': '1:2.39.5-0+deb12u3', 'sqlite3-doc': '3.40.1-2+deb12u2' } }],
    recorded: { equal: 1008, cases: 1008 },
    check: checkHtmlPages,
  },
  'readability-pages': {
    sources: [repository('mozilla/readability', 'ab4027a', 'test/test-pages')],
    recorded: { equal: 777, cases: 780 },
    check: checkReadabilityPages,
  },
  'article-benchmark': {
    sources: [repository('scrapinghub/article-extraction-benchmark', '4a3bc97', 'ground-truth.json', 'html')],
    recorded: { equal: 158, cases: 181 },
    check: checkArticleBenchmark,
  },
  'markdown-pages': {
    sources: [
      {
        debian: {
          'git-doc': '1:2.39.5-0+deb12u3',
          'python-django-doc': '3:3.2.25-0+deb12u7',
          'postgresql-doc-15': '15.20-0+deb12u1',
          'sqlite3-doc': '3.40.1-2+deb12u2',
          'r-doc-html': '4.2.2.20221110-2',
          'bash-doc': '5.2.15-2',
          'cmake-doc': '3.25.1-1',
        },
      },
    ],
    recorded: { equal: 28_902, cases: 28_944 },
    check: checkMarkdownPages,
  },
  commonmark: {
    sources: [{ npm: 'commonmark-spec', version: '0.31.2' }],
    recorded: { equal: 570, cases: 588 },
    check: checkCommonMark,
  },
  turndown: {
    sources: [repository('mixmark-io/turndown', 'fb7a865', 'test/index.html')],
    recorded: { equal: 142, cases: 147 },
    check: checkTurndown,
  },
  'json-ld': {
    sources: [repository('w3c/json-ld-api', '92f0770', 'tests')],
    needs: { npm: 'jsonld', version: '9.0.0' },
    recorded: { equal: 12, cases: 15 },
    check: checkJsonLd,
  },
  rdfa: {
    sources: [repository('rdfa/rdfa.github.io', 'b388107', 'test-suite')],
    recorded: { equal: 455, cases: 478 },
    check: checkRdfa,
  },
  microdata: {
    sources: [repository('w3c/microdata-rdf', 'f416284', 'tests')],
    recorded: { equal: 72, cases: 83 },
    check: checkMicrodata,
  },
  extruct: {
    sources: [repository('scrapinghub/extruct', 'a31daaa', 'tests/samples')],
    recorded: { equal: 50, cases: 61 },
    check: checkExtruct,
  },
  feedparser: {
    sources: [{ pypi: 'feedparser', version: '6.0.11' }],
    recorded: { equal: 360, cases: 388 },
    check: checkFeeds,
  },
  'csv-spectrum': {
    sources: [{ npm: 'csv-spectrum', version: '2.0.0' }],
    recorded: { equal: 11, cases: 12 },
    check: checkCsvSpectrum,
  },
  papaparse: {
    sources: [{ npm: 'papaparse', version: '5.7.1' }],
    recorded: { equal: 38, cases: 43 },
    check: checkPapaParse,
  },
  'python-csv': {
    sources: [{ debian: { 'libpython3.11-testsuite': '3.11.2-6+deb12u9' } }],
    recorded: { equal: 23, cases: 27 },
    check: checkPythonCsv,
  },
  prices: {
    sources: [{ pypi: 'price-parser', version: '0.5.1' }],
    recorded: { equal: 1072, cases: 1178 },
    check: checkPrices,
  },
  dates: {
    sources: [{ pypi: 'dateparser', version: '1.5.0' }],
    recorded: { equal: 160, cases: 199 },
    check: checkDates,
  },
  urls: {
    sources: [
      repository('web-platform-tests/wpt', 'any', 'url/resources'),
      repository('ada-url/ada', '308110b', 'tests/wpt'),
    ],
    recorded: { equal: 904, cases: 907 },
    check: checkUrls,
  },
  w3lib: {
    sources: [{ pypi: 'w3lib', version: '2.5.0' }],
    recorded: { equal: 135, cases: 150 },
    check: checkW3lib,
  },
  'google-robots': {
    sources: [repository('google/robotstxt', '22b355f', 'robots_test.cc')],
    recorded: { equal: 138, cases: 142 },
    check: checkGoogleRobots,
  },
  'robots-meta': {
    sources: [repository('apache/nutch', '7906941', 'src/plugin/parse-html/src/test')],
    recorded: { equal: 9, cases: 9 },
    check: checkRobotsMeta,
  },
  protego: {
    sources: [{ pypi: 'protego', version: '0.7.0' }],
    recorded: { equal: 298, cases: 321 },
    check: checkProtego,
  },
};

function repository(name: string, commit: string, ...paths: string[]): CorpusSource {
  return { repository: name, commit, paths };
}
