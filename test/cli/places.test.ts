import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { writeDemoJob } from '../../testing/demo-maps/demo-job.ts';
import { type Maps, startMaps } from '../../testing/demo-maps/server.ts';
import { placesTruth } from '../../testing/demo-maps/truth.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

const city = makeCity({ count: 1_500, seed: 11 });

let maps: Maps;
let folder: CliFolder;

beforeAll(async () => {
  maps = await startMaps({ city, siteHosts: 6, robots: 'open' });
  folder = openCliFolder({ GOOGLE_PLACES_KEY: 'demo-key' });
  folder.write('places.yaml', writeDemoJob({ url: maps.url, source: 'google-places' }));
  folder.write('listing.yaml', writeDemoJob({ url: maps.url, source: 'google-maps' }));
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await maps.close();
});

const dentists = () =>
  placesTruth({ city, websiteOf: maps.websiteOf, queries: ['dentist'], source: 'google-places' });

describe('spinneret on a search for places', () => {
  it('tells the bill before the run to the request, for nothing', async () => {
    const before = maps.billed();
    const estimated = await folder.call('estimate', 'places.yaml', '--json', '--output', 'areas.svg');
    expect(estimated.code).toBe(0);
    expect(folder.read('areas.svg')).toMatch(/<text[^>]*>whole [1-9][\d,]* \(100 %\)/);
    expect(maps.billed().dollars).toBe(before.dollars);
    const estimate = parseLines(estimated.stdout).find(({ type }) => type === 'estimate') ?? {};
    expect(estimate).toMatchObject({ places: dentists().size, isLowerBound: false });
    // Nothing was run this month, and it is fewer than a thousand requests.
    expect(estimate).toMatchObject({
      free: { usd: estimate['googleUsd'], bySku: [{ sku: 'textEnterprise' }] },
    });

    const ran = await folder.call('run', 'places.yaml', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    expect(estimate['googleUsd']).toBeCloseTo(maps.billed().dollars - before.dollars, 9);
    const result = parseLines(ran.stdout).find(({ type }) => type === 'result') as { runs: RunResult[] };
    const [run] = result.runs;
    expect(run?.places).toMatchObject({ found: dentists().size, billedUsd: estimate['googleUsd'] });
    const paths = run?.files.map(({ path }) => path) ?? [];
    for (const format of ['jsonl', 'csv', 'xlsx', 'geojson']) {
      expect(paths.some((path) => path.endsWith(`items.${format}`))).toBe(true);
    }
    const [first = {}] = parseLines(folder.read(`output/${run?.run}/items.jsonl`));
    const { query, area, rank, mentions } = first;
    expect({ query, area }).toEqual({ query: 'dentist', area: 'Oldport' });
    expect(Array.isArray(mentions) && mentions[0]).toMatchObject({ query, area, rank });
    expect(folder.read(`output/${run?.run}/items.csv`).split('\n')[0]).toMatch(/,query,area,rank,/);
    const output = `${folder.path}/output/${run?.run}`;
    expect(existsSync(`${output}/coverage.svg`)).toBe(true);
    const [coverage] = JSON.parse(folder.read(`output/${run?.run}/coverage.json`));
    expect(coverage).toMatchObject({ source: 'google-places', total: { share: { whole: 1 } } });
    const refused = await folder.call('coverage', '--last', '--output', `output/${run?.run}`);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('coverage.json is there already: --force'),
    });
    const again = await folder.call('coverage', '--last', '--force', '--output', `output/${run?.run}`);
    expect(again.code).toBe(0);
    const shown = await folder.call('coverage', '--last');
    expect(shown.stdout).toContain('covered 100 % of the area whole');
  });

  it('says in status what the free requests of the month cover', async () => {
    const listed = await folder.call('status', '--json');
    const runs = (parseLines(listed.stdout)[0]?.['runs'] ?? []) as { run: string; places: object }[];
    const [run] = runs.filter(({ places }) => places !== undefined);
    expect(run?.places).toMatchObject({ free: [{ sku: 'Text Search Enterprise' }] });
    const shown = await folder.call('status', run?.run ?? '');
    expect(shown.stdout).toMatch(/ {2}free {4}at most \d+ × Text Search Enterprise of this month/);
  });

  it('shows with try what one answer gives, and what it costs', async () => {
    const before = maps.billed().dollars;
    const { code, stdout } = await folder.call('try', 'dentist', '--file', 'places.yaml', '--limit', '1');
    expect(code).toBe(0);
    expect(stdout).toContain('dentist in Oldport, one answer of google-places');
    expect(stdout).toContain('Dentist');
    expect(stdout).toContain('$0.035 for this trial');
    expect(maps.billed().dollars - before).toBeCloseTo(0.035, 9);
  });

  it('states the terms on the first run of the listing, and not on the next', async () => {
    const first = await folder.call('run', 'listing.yaml');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('terms of service forbid automated access');
    const second = await folder.call('run', 'listing.yaml');
    expect(second.stderr).not.toContain('terms of service');
  });

  it('ends when the listing blocks it, says what to do, and goes on when resumed', async () => {
    maps.block('sorry');
    const blocked = await folder.call('run', 'listing.yaml');
    expect(blocked.code).toBe(1);
    expect(blocked.stdout).toContain('BLOCKED: the site sends to its page against robots');
    expect(blocked.stdout).toContain('Spinneret builds no way round a block');
    maps.block(undefined);
    const resumed = await folder.call('resume', '--last', '--json');
    expect(resumed.code, resumed.stderr).toBe(0);
    const result = parseLines(resumed.stdout).find(({ type }) => type === 'result') as { runs: RunResult[] };
    expect(result.runs[0]?.places.found).toBe(dentists().size);
  });

  it('draws an area that a job names before anything is asked', async () => {
    const before = maps.requests();
    const job = writeDemoJob({ url: maps.url, source: 'google-maps' });
    folder.write('named.yaml', job.replace(/areas:[\s\S]*?(?= +fields:)/, 'areas: Attica, Greece\n'));
    const checked = await folder.call('validate', 'named.yaml');
    expect(checked.stdout).toContain('1 query in 1 area (Attica, Greece (GR-A1))');
    const estimated = await folder.call('estimate', 'named.yaml', '--output', 'attica.svg');
    expect(estimated.code).toBe(0);
    expect(folder.read('attica.svg')).toContain('dentist · Attica, Greece (GR-A1)');
    expect(folder.read('attica.svg')).toMatch(/class="outline" d="M[\d.]+ [\d.]+L/);
    expect(maps.requests()).toEqual(before);
  });

  it('obeys robots.txt, which keeps robots from the listing', async () => {
    const own = await startMaps({ city, robots: 'google' });
    const job = writeDemoJob({ url: own.url, source: 'google-maps' }).replace(', robots: ignore', '');
    folder.write('obedient.yaml', job);
    const { stdout } = await folder.call('run', 'obedient.yaml', '--json');
    const result = parseLines(stdout).find(({ type }) => type === 'result') as { runs: RunResult[] };
    expect(result.runs[0]?.places.searches).toMatchObject({ stored: 0, skipped: 2 });
    expect(own.requests().listing).toBe(0);
    await own.close();
  });

  it('refuses areas and sources that make no sense, by line', async () => {
    const job = writeDemoJob({ url: maps.url, source: 'google-places' });
    folder.write(
      'line.yaml',
      job.replace(/box: .*/, 'geojson: { type: LineString, coordinates: [[1, 1], [2, 2]] }'),
    );
    const line = await folder.call('validate', 'line.yaml');
    expect(line.code).toBe(1);
    expect(line.stderr + line.stdout).toMatch(/line\.yaml:9:.*line/);
    folder.write('keyless.yaml', job.replace(/ +key: .*\n/, ''));
    const keyless = await folder.call('validate', 'keyless.yaml');
    expect(keyless.stderr + keyless.stdout).toContain('google-places does not answer without');
    folder.write(
      'grid.yaml',
      job.replace('perMinute:', 'maxCellKm: 0.01\n      minCellKm: 0.01\n      perMinute:'),
    );
    const grid = await folder.call('run', 'grid.yaml');
    expect(grid.stderr).toContain('GRID_TOO_LARGE');
  });
});

interface RunResult {
  run: string;
  files: { path: string }[];
  places: { found: number; searches: object };
}
