import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../export/parse-csv.ts';
import { readWorkbook } from '../export/xlsx/read-workbook.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';
import { placeItem, storeRun } from './stored-run.ts';

let folder: CliFolder;
beforeAll(async () => {
  folder = openCliFolder();
  const items = [
    placeItem({ placeId: 'p1', name: 'Beta', phone: '+30 210', rating: 4.5, website: 'https://beta.test/' }),
    placeItem({ placeId: 'p2', name: '=1+1', location: { lat: 37.9, lng: 23.7 } }),
    placeItem({ placeId: 'p3', name: 'Alpha', rating: 4.9 }),
  ];
  await storeRun(folder, { id: 'listed-1', items });
  const old = placeItem({ placeId: 'p4', name: 'Gone', fetchedAt: '2020-01-01T00:00:00Z' }, 'api');
  await storeRun(folder, { id: 'api-1', items: [old, placeItem({ placeId: 'p5', name: 'Kept' }, 'api')] });
});
afterAll(() => folder[Symbol.dispose]());

describe('spinneret export', () => {
  it('writes a spreadsheet, by the name of the file', async () => {
    const { code, stdout, stderr } = await folder.call('export', 'listed-1', '--output', 'places.xlsx');
    expect({ code, stdout, stderr }).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringMatching(/^3 records, .*places\.xlsx\n$/),
    });
    const [sheet] = readWorkbook(readFileSync(join(folder.path, 'places.xlsx')));
    expect(sheet?.rows[0]?.slice(0, 4)).toEqual(['name', 'phone', 'website', 'rating']);
    expect(sheet?.cells).toMatchObject({
      A3: { type: 's', value: '=1+1' },
      B2: { type: 's', value: '+30 210' },
      C2: { link: 'https://beta.test/' },
      D2: { type: 'n', value: 4.5 },
    });
  });

  it('writes a map', async () => {
    await folder.call('export', 'listed-1', '--output', 'places.geojson');
    const map = JSON.parse(folder.read('places.geojson'));
    expect(map).toMatchObject({ type: 'FeatureCollection' });
    expect(map.features.map(({ geometry }: { geometry: unknown }) => geometry)).toEqual([
      null,
      { type: 'Point', coordinates: [23.7, 37.9] },
      null,
    ]);
  });

  it.each([
    [
      ['--sort', 'rating'],
      ['Beta', 'Alpha', '=1+1'],
    ],
    [
      ['--sort', '-rating'],
      ['Alpha', 'Beta', '=1+1'],
    ],
    [['--sort=name'], ['=1+1', 'Alpha', 'Beta']],
  ])('sorts: %s', async (options, names) => {
    const { code, stdout } = await folder.call('export', 'listed-1', ...options);
    expect(code).toBe(0);
    expect(parseLines(stdout).map(({ name }) => name)).toEqual(names);
  });

  it('writes CSV with the columns of places', async () => {
    await folder.call('export', 'listed-1', '--output', 'places.csv', '--sort', 'name');
    const [header, first] = parseCsv(folder.read('places.csv').slice(1));
    expect(header?.slice(0, 6)).toEqual(['name', 'phone', 'website', 'rating', 'lat', 'lng']);
    expect(first?.slice(0, 6)).toEqual(["'=1+1", '', '', '', '37.9', '23.7']);
  });

  it('writes no byte order mark to a pipe', async () => {
    const { stdout } = await folder.call('export', 'listed-1', '--format', 'csv', '--sort', 'name');
    expect(stdout.startsWith('name,phone,')).toBe(true);
  });

  it('replaces a file only with --force', async () => {
    folder.write('mine.jsonl', 'mine');
    expect(await folder.call('export', 'listed-1', '--output', 'mine.jsonl')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mine.jsonl is there already: --force replaces it'),
    });
    expect(folder.read('mine.jsonl')).toBe('mine');
    await folder.call('export', 'listed-1', '--output', 'mine.jsonl', '--force');
    expect(folder.readLines('mine.jsonl')).toHaveLength(3);
  });

  it('says what may be kept of what came from the API, and leaves out what may not', async () => {
    const { stdout } = await folder.call('export', 'api-1', '--output', 'api.jsonl');
    expect(stdout).toContain('place ids may be kept for ever, locations for 30 days');
    expect(stdout).toContain('1 place lost fields');
    expect(folder.readLines('api.jsonl').map(({ placeId, name }) => [placeId, name])).toEqual([
      ['p4', undefined],
      ['p5', 'Kept'],
    ]);
    const toStdout = await folder.call('export', 'api-1');
    expect(parseLines(toStdout.stdout)).toHaveLength(2);
    expect(toStdout.stderr).toContain('1 place lost fields');
  });

  it('refuses a sort that names no field', async () => {
    expect(await folder.call('export', 'listed-1', '--sort', '-')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('error USAGE'),
    });
  });
});
