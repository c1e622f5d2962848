/** Measures the scraper: `npm run bench -- url-list`, `… two-runs`, `… simulate`, `… cold-start`, `… locks`, `… peers`. Prints one JSON object. */
import { parseArgs } from 'node:util';
import { coldStart } from './cold-start.ts';
import { locks } from './locks.ts';
import { peers } from './peers.ts';
import { simulate, simulationDefaults } from './simulate.ts';
import { twoRuns } from './two-runs.ts';
import { urlList } from './url-list.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    urls: { type: 'string', default: '200000' },
    hosts: { type: 'string' },
    processes: { type: 'string', default: '1,2' },
    server: { type: 'string', default: 'nginx' },
    seconds: { type: 'string', default: '10' },
    products: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '3' },
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
      urls: Number(values.urls),
      hosts: numbers(values.hosts ?? '1,50'),
      processes: numbers(values.processes),
      server: values.server === 'node' ? 'node' : 'nginx',
    }),
  'two-runs': twoRuns,
  simulate: () => simulate(values),
  'cold-start': coldStart,
  locks: () => locks(Number(values.seconds)),
  peers: () => peers({ products: Number(values.products), runs: Number(values.runs) }),
};

const bench = benches[positionals[0] ?? ''];
if (bench === undefined) {
  console.error(`usage: node bench/main.ts ${Object.keys(benches).join('|')} [options]`);
  process.exitCode = 2;
} else {
  console.log(JSON.stringify(await bench(), null, 2));
}
