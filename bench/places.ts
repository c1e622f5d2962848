import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCity } from '../testing/demo-maps/city.ts';
import { writeDemoJob } from '../testing/demo-maps/demo-job.ts';
import { type Maps, startMaps } from '../testing/demo-maps/server.ts';
import { placesTruth } from '../testing/demo-maps/truth.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { runModule } from './run-process.ts';

const queries = ['dentist', 'coffee shop', 'restaurant'];
const timeoutMs = 30 * 60_000;

/** How a grid is laid over the city. */
const grids = {
  adaptive: '',
  // What is paid for is asked at once, without being counted first.
  'adaptive, not counted first': 'prices: { textIds: 0.001 }',
  'fixed, 1 km': 'maxCellKm: 1\n      minCellKm: 1',
} as const;

type Source = 'google-places' | 'google-maps';

/**
 * Recall against the truth of the synthetic city, the requests it took, and places a minute: the adaptive grid and a
 * fixed one of 1 km, by the API and by the listing, one worker process, no gap. Then the same with the websites read.
 */
export async function places({ count }: { count: number }): Promise<object> {
  const city = makeCity({ count });
  const maps = await startMaps({ city, siteHosts: 50, robots: 'open' });
  const folder = temporaryFolder();
  process.env['GOOGLE_PLACES_KEY'] = 'demo-key';
  try {
    const rows: object[] = [];
    for (const source of ['google-places', 'google-maps'] as const) {
      for (const [grid, settings] of Object.entries(grids)) {
        if (source === 'google-maps' && settings.startsWith('prices')) continue;
        for (const query of queries) {
          const row = await search(maps, folder.path, { source, query, settings, hasSites: false });
          const truth = placesTruth({ city, websiteOf: maps.websiteOf, queries: [query], source });
          const recall = row.ids.filter((id) => truth.has(id)).length / truth.size;
          const { ids, ...figures } = row;
          rows.push({ source, grid, query, truth: truth.size, found: ids.length, recall, ...figures });
          console.error(JSON.stringify(rows.at(-1)));
        }
      }
    }
    const withSites = await search(maps, folder.path, {
      source: 'google-places',
      query: 'restaurant',
      settings: '',
      hasSites: true,
    });
    const { ids, ...figures } = withSites;
    return { bench: 'places', places: count, rows, withSites: { found: ids.length, ...figures } };
  } finally {
    await maps.close();
    folder.remove();
  }
}

interface Search {
  source: Source;
  query: string;
  settings: string;
  hasSites: boolean;
}

let searches = 0;

async function search(maps: Maps, folder: string, { source, query, settings, hasSites }: Search) {
  searches += 1;
  const job = writeDemoJob({ url: maps.url, source, queries: [query] })
    .replace('name: demo-maps', `name: search-${searches}`)
    .replace(hasSites ? '' : ', emails, socials', '')
    .replace(/formats: .*\]/, 'formats: [jsonl]')
    .replace('gapMs: 2', 'gapMs: 0')
    .replace(/( +endpoint:)/, settings === '' ? '$1' : `      ${settings}\n$1`);
  writeFileSync(join(folder, 'job.yaml'), job);
  const before = { requests: maps.requests(), dollars: maps.billed().dollars };
  const signal = AbortSignal.timeout(timeoutMs);
  const { stdout } = await runModule('cli/spinneret.js', ['run', 'job.yaml', '--json', '--processes', '1'], {
    cwd: folder,
    signal,
  });
  const [run] = resultOf(stdout).runs;
  if (run === undefined) throw new Error(`no run in ${stdout.slice(-500)}`);
  const ids = await idsOf(run.run, folder, signal);
  const after = maps.requests();
  const asked = (kind: keyof typeof after) => after[kind] - before.requests[kind];
  return {
    ids,
    requests: asked('textSearch') + asked('listing') + asked('details'),
    sitePages: asked('site'),
    dollars: Math.round(1_000 * (maps.billed().dollars - before.dollars)) / 1_000,
    seconds: Math.round(run.durationMs / 100) / 10,
    placesPerMinute: Math.round((60_000 * ids.length) / run.durationMs),
  };
}

interface Result {
  type: string;
  runs: { run: string; durationMs: number }[];
}

function resultOf(stdout: string): Result {
  const lines = stdout.trimEnd().split('\n');
  return (
    lines.map((line) => JSON.parse(line) as Result).find(({ type }) => type === 'result') ?? {
      type: '',
      runs: [],
    }
  );
}

async function idsOf(run: string, cwd: string, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await runModule('cli/spinneret.js', ['export', run], { cwd, signal });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { placeId: string }).placeId);
}
