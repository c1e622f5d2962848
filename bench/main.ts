/** Measures the scraper: `npm run bench -- browser`, `… url-list`, `… two-runs`, `… simulate`, `… cold-start`, `… locks`, `… peers`, `… extract`, `… growth`, `… handlers`, `… instructions`, `… keep`, `… lambda`, `… lambda-browser`, `… places`, `… polite`, `… profile`, `… promises`, `… recrawl`, `… web`, `… start`, `… writers`, `… known-urls`. Prints one JSON object. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { browser } from './browser.ts';
import { coldStart } from './cold-start.ts';
import { extract } from './extract.ts';
import { curveNames, growth } from './growth.ts';
import { handlerCosts } from './handlers.ts';
import { instructions, promises } from './instructions.ts';
import { keep } from './keep.ts';
import { knownUrls } from './known-urls.ts';
import { lambda } from './lambda.ts';
import { lambdaBrowser } from './lambda-browser.ts';
import { locks } from './locks.ts';
import { peers } from './peers.ts';
import { places } from './places.ts';
import { polite } from './polite.ts';
import { profile } from './profile.ts';
import { recrawl } from './recrawl.ts';
import { simulate, simulationDefaults } from './simulate.ts';
import { start } from './start.ts';
import { twoRuns } from './two-runs.ts';
import { urlList } from './url-list.ts';
import { web } from './web.ts';
import { writers } from './writers.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    urls: { type: 'string' },
    'batch-pages': { type: 'string', default: '45,3' },
    hosts: { type: 'string' },
    processes: { type: 'string' },
    curves: { type: 'string', default: curveNames.join(',') },
    largest: { type: 'string', default: '1000000' },
    server: { type: 'string', default: 'nginx' },
    seconds: { type: 'string', default: '10' },
    products: { type: 'string' },
    places: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    'per-host': { type: 'string', default: '20' },
    gap: { type: 'string', default: '1000' },
    beside: { type: 'string', multiple: true, default: [] },
    rows: { type: 'string' },
    contestants: { type: 'string' },
    quick: { type: 'boolean', default: false },
    inside: { type: 'string' },
    into: { type: 'string', default: 'profiles' },
    ...Object.fromEntries(
      Object.entries(simulationDefaults)
        .filter(([name]) => name !== 'hosts')
        .map(([name, value]) => [name, { type: 'string' as const, default: String(value) }]),
    ),
  },
});
const numbers = (text: string) => text.split(',').map(Number);

const benches: Record<string, () => Promise<object>> = {
  'url-list': () =>
    urlList({
      urls: Number(values.urls ?? 200_000),
      hosts: numbers(values.hosts ?? '1,50'),
      processes: numbers(values.processes ?? '1,2'),
      server: values.server === 'node' ? 'node' : 'nginx',
    }),
  browser: () =>
    browser({
      pages: Number(values.urls ?? 200),
      runs: Number(values.runs),
      only: values.only?.split(','),
    }),
  'lambda-browser': () => lambdaBrowser(Number(values.urls ?? 100)),
  'two-runs': twoRuns,
  extract,
  handlers: handlerCosts,
  growth: () =>
    growth({
      curves: values.curves.split(','),
      largest: Number(values.largest),
      processes: values.processes === undefined ? undefined : numbers(values.processes),
    }),
  simulate: () => simulate(values),
  'cold-start': coldStart,
  locks: () => locks(Number(values.seconds)),
  peers: () =>
    peers({
      products: Number(values.products ?? 20_000),
      runs: Number(values.runs),
      only: values.only?.split(','),
    }),
  instructions: () => {
    const [small = 0, large = 0] = numbers(values.products ?? '800,3800');
    return instructions({ products: [small, large], beside: values.beside, runs: Number(values.runs) });
  },
  promises: () => {
    const [small = 0, large = 0] = numbers(values.products ?? '1000,3000');
    return promises({ products: [small, large], beside: values.beside, runs: Number(values.runs) });
  },
  lambda: () => lambda({ products: Number(values.products ?? 20_000) }),
  places: () => places({ count: Number(values.places) }),
  polite: () =>
    polite({
      hosts: numbers(values.hosts ?? '200,2000'),
      perHost: Number(values['per-host']),
      processes: numbers(values.processes ?? '1,2'),
      gapMs: Number(values.gap),
    }),
  keep: () => keep({ urls: Number(values.urls ?? 10_000), processes: numbers(values.processes ?? '1,2') }),
  recrawl: () => recrawl({ urls: Number(values.urls ?? 22_001), processes: Number(values.processes ?? 1) }),
  start: () => start({ runs: Number(values.runs), beside: values.beside }),
  web: () =>
    web({
      rows: values.rows?.split(','),
      runs: Number(values.runs),
      contestants: values.contestants?.split(','),
      quick: values.quick,
      inside: values.inside,
    }),
  'known-urls': () => knownUrls(numbers(values.urls ?? '100000,1000000,10000000')),
  writers: () =>
    writers({
      processes: numbers(values.processes ?? '1,2,4,8,16'),
      pagesPerBatch: numbers(values['batch-pages']),
      seconds: Number(values.seconds),
    }),
  profile: () => profile({ products: Number(values.products ?? 20_000), into: resolve(values.into) }),
};

const bench = benches[positionals[0] ?? ''];
if (bench === undefined) {
  console.error(`usage: node bench/main.ts ${Object.keys(benches).join('|')} [options]`);
  process.exitCode = 2;
} else {
  console.log(JSON.stringify(await bench(), null, 2));
}
